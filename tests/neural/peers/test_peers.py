"""Peers take the steps of their packages, say what these were, and are tested where their authors say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dog
import momo
import prodigyopt
import pytest
import schedulefree
import torch
from torch import nn

from neural.config import LaneConfig, TrainConfig
from neural.methods import METHODS
from neural.optimizers import build_optimizer
from neural.packages import MissingPackageError, missing
from neural.train import TrainingLoop

PEERS = ("muon", "momo", "prodigy", "schedule_free", "dog")
PACKAGES: dict[str, Callable[[list[nn.Parameter]], torch.optim.Optimizer]] = {
    "momo": lambda params: momo.Momo(params, lr=1.0, weight_decay=5e-4),
    "prodigy": lambda params: prodigyopt.Prodigy(params, lr=1.0, weight_decay=5e-4),
    "schedule_free": lambda params: schedulefree.AdamWScheduleFree(params, lr=2.5e-3, weight_decay=5e-4),
    "dog": lambda params: dog.DoG(params, reps_rel=1e-4, weight_decay=5e-4),
}
STEPS = 12


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16, 6), nn.Linear(6, 3))


def batches() -> list[tuple[torch.Tensor, torch.Tensor]]:
    generator = torch.Generator().manual_seed(1)
    return [
        (torch.randn(8, 1, 4, 4, generator=generator), torch.randint(0, 3, (8,), generator=generator))
        for _ in range(STEPS)
    ]


def trained(model: nn.Module, optimizer: Any) -> list[list[torch.Tensor]]:
    """The weights after every step."""
    found = []
    for x, y in batches():

        def closure(x: torch.Tensor = x, y: torch.Tensor = y) -> torch.Tensor:
            model.zero_grad()
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            return loss

        optimizer.step(closure)
        found.append([p.detach().clone() for p in model.parameters()])
    return found


def peer(method: str, model: nn.Module, **values: float) -> Any:
    lane = LaneConfig(method, **{**dict(METHODS[method].suggested), **values})
    return build_optimizer(model.parameters(), lane, STEPS)[0]


def same(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    return all(torch.equal(p, q) for p, q in zip(one, other, strict=True))


@pytest.mark.parametrize("method", PACKAGES)
def test_steps_are_those_of_the_package_bit_for_bit(method: str) -> None:
    model, plain = network(), network()
    raw = PACKAGES[method](list(plain.parameters()))
    if method == "schedule_free":
        raw.train()  # type: ignore[attr-defined]
    ours, theirs = trained(model, peer(method, model)), trained(plain, raw)
    assert all(same(*both) for both in zip(ours, theirs, strict=True))
    assert not same(ours[0], ours[-1])


def test_muon_is_torchs_on_inner_matrices_and_adamw_elsewhere() -> None:
    model, plain = network(), network()
    ours = trained(model, peer("muon", model, lr=0.01))
    # Only the filters and the first linear layer are inside.
    flat = [nn.Parameter(plain[0].weight.detach().flatten(1).clone()), plain[3].weight]
    rest = [plain[0].bias, plain[3].bias, plain[4].weight, plain[4].bias]
    settings: dict[str, Any] = {"lr": 0.01, "weight_decay": 5e-4}
    muon = torch.optim.Muon(flat, **settings, adjust_lr_fn="match_rms_adamw")
    adamw = torch.optim.AdamW(rest, **settings)
    for x, y in batches():
        plain.zero_grad()
        nn.functional.cross_entropy(plain(x), y).backward()
        flat[0].grad = plain[0].weight.grad.flatten(1)
        muon.step()
        adamw.step()
        with torch.no_grad():
            plain[0].weight.copy_(flat[0].view(4, 1, 3, 3))
    assert same(ours[-1], list(plain.parameters()))


def test_momo_says_how_long_its_step_was() -> None:
    """f = x²/2 at x = 3: the model 4.5 − 3τ·3 = 0 at τ = 0.5, then 1 − 0.9² of it is new."""
    x = nn.Parameter(torch.tensor([3.0], dtype=torch.float64))
    optimizer = build_optimizer([x], LaneConfig("momo", lr=10.0, weight_decay=0.0), 1)[0]

    def closure() -> torch.Tensor:
        loss = (x * x).sum() / 2
        loss.backward()
        return loss

    optimizer.step(closure)
    assert optimizer.last_step.gamma == pytest.approx(0.5)
    assert x.item() == pytest.approx(1.5)
    capped = nn.Parameter(torch.tensor([3.0], dtype=torch.float64))
    x = capped
    optimizer = build_optimizer([x], LaneConfig("momo", lr=0.1, weight_decay=0.5), 1)[0]
    optimizer.step(closure)
    assert optimizer.last_step.gamma == pytest.approx(0.1)
    assert x.item() == pytest.approx((3 - 0.1 * 3) / 1.05)


@pytest.mark.parametrize("method", ["prodigy", "dog"])
def test_the_rate_told_is_the_rate_taken(method: str) -> None:
    model = network()
    optimizer = peer(method, model, weight_decay=0.0)
    before = [p.detach().clone() for p in model.parameters()]
    trained(model, optimizer)
    group = optimizer.param_groups[0]
    gamma = optimizer.last_step.gamma
    assert gamma == pytest.approx(float(group["eta"][0]) if method == "dog" else group["d"], rel=0.5)
    assert gamma > 0
    assert not same(before, list(model.parameters()))


@pytest.mark.parametrize("method", ["schedule_free", "dog"])
def test_the_average_is_what_is_tested_and_testing_changes_nothing(method: str) -> None:
    lane = LaneConfig(method, **dict(METHODS[method].suggested))

    def run(eval_every: int) -> TrainingLoop:
        loop = TrainingLoop(TrainConfig((lane,), epochs=1, train_size=640, eval_every=eval_every))
        list(loop.run())
        return loop

    often, once = run(1), run(100)
    weights = [list(loop.lanes[0].network.parameters()) for loop in (often, once)]
    assert same(*weights)
    kept = [p.detach().clone() for p in weights[0]]
    with often.lanes[0].answering():
        assert not same(kept, weights[0])
    assert same(kept, weights[0])


def test_dogs_average_is_the_polynomial_one() -> None:
    model = network()
    optimizer = peer("dog", model)
    found = trained(model, optimizer)
    average = found[0]
    for t, weights in enumerate(found[1:], start=2):
        average = [a.lerp(p, 9 / (8 + t)) for a, p in zip(average, weights, strict=True)]
    with optimizer.answering():
        for p, expected in zip(model.parameters(), average, strict=True):
            torch.testing.assert_close(p.detach(), expected)


@pytest.mark.parametrize("method", PEERS)
@pytest.mark.parametrize(("name", "value"), [("lr", 0.0), ("weight_decay", -1.0)])
def test_bad_hyperparameters_are_named(method: str, name: str, value: float) -> None:
    from neural.optimizers import BUILDERS

    values = {"lr": 1.0, "weight_decay": 0.0, name: value}
    with pytest.raises(ValueError, match=f"{name} must be .*{value}"):
        BUILDERS[method](list(network().parameters()), values)


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for method in PEERS:
        model = network()
        trained(model, peer(method, model, lr=0.5))
    assert capsys.readouterr() == ("", "")


def test_a_missing_package_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neural.packages.version", _absent)
    missing.cache_clear()
    try:
        assert "momo-opt" in missing("momo")
        assert "requirements-peers.txt" in missing("momo")
        assert missing("muon") == missing("sam_sps") == ""
        with pytest.raises(MissingPackageError, match="MoMo comes from the package momo-opt"):
            peer("momo", network())
    finally:
        missing.cache_clear()


def _absent(name: str) -> str:
    from importlib.metadata import PackageNotFoundError

    raise PackageNotFoundError(name)
