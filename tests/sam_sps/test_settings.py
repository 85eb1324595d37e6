"""Accumulation, clipping and schedules."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sam_sps import (
    SAM_SPS,
    half_cosine,
    inverse,
    one_minus_inverse,
    schedule,
)
from tests.sam_sps.problems import (
    backward,
    inputs,
    no_warning,
    parameter,
    steps_on,
)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_micro_batches_equal_the_big_batch(dtype: torch.dtype) -> None:
    def network() -> nn.Sequential:
        with torch.random.fork_rng():
            torch.manual_seed(3)
            return nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 4)).to(dtype)

    big, small = network(), network()
    optimizers = [SAM_SPS(model.parameters(), rho=0.05) for model in (big, small)]
    for seed in range(10):
        x, y = inputs(seed)
        x = x.to(dtype)

        def accumulate(x: Tensor = x, y: Tensor = y) -> Tensor:
            total = torch.zeros((), dtype=dtype)
            for x_part, y_part in zip(x.chunk(4), y.chunk(4), strict=True):
                loss = nn.functional.cross_entropy(small(x_part), y_part) / 4
                loss.backward()
                total += loss.detach()
            return total

        optimizers[0].step(lambda x=x, y=y: backward(nn.functional.cross_entropy(big(x), y)))  # type: ignore[misc]
        optimizers[1].step(accumulate)
    for p, q in zip(big.parameters(), small.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-6 if dtype == torch.float64 else 1e-5, atol=1e-6)


@pytest.mark.parametrize("clip", [100.0, 3.0])
def test_what_clipping_does_to_the_polyak_ratio(clip: float) -> None:
    """Clipping by a factor s < 1 before the second step makes the step 1/s times as long, not shorter."""
    x = parameter(3.0)
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.0)

    def closure() -> Tensor:
        loss = backward(x.square().sum())
        nn.utils.clip_grad_norm_([x], clip)
        return loss

    optimizer.step(closure)
    factor = min(1.0, clip / 6.0)
    # Unclipped: f = 9, f' = 6, γ f' = 1.5.
    assert x.item() == pytest.approx(3.0 - 1.5 / factor, abs=1e-5)


def schedulers(optimizer: SAM_SPS) -> list[Any]:
    return [
        torch.optim.lr_scheduler.LambdaLR(optimizer, lambda _: 1.0),
        torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10),
    ]


@pytest.mark.parametrize("index", [0, 1])
def test_a_learning_rate_scheduler_is_warned_of_once_at_the_first_step(index: int) -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    schedulers(optimizer)[index]
    with pytest.warns(UserWarning, match="has no effect") as record:
        steps_on(x, optimizer, 3)
    assert len(record) == 1


@pytest.mark.parametrize("how", ["by hand", "in the group", "plateau"])
def test_a_foreign_lr_is_warned_of(how: str) -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([{"params": [x], "lr": 0.1}] if how == "in the group" else [x])
    if how == "by hand":
        steps_on(x, optimizer, 1)
        optimizer.param_groups[0]["lr"] = 0.5
    if how == "plateau":
        scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0)
        scheduler.step(1.0)
        scheduler.step(2.0)
    with pytest.warns(UserWarning, match="has no effect"):
        steps_on(x, optimizer, 1)


def test_a_regular_run_and_a_resumed_one_do_not_warn() -> None:
    x = parameter(1.0)
    with no_warning():
        optimizer = SAM_SPS([x])
        optimizer.param_groups[0]["gamma_b"] = 0.5
        steps_on(x, optimizer, 3)
        resumed = SAM_SPS([x])
        resumed.load_state_dict(optimizer.state_dict())
        steps_on(x, resumed, 2)


def test_published_schedules_of_lambda_and_resuming() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    handle = schedule(optimizer, lambd=inverse, rho=lambda t: 0.1 / math.sqrt(t))
    assert steps_on(x, optimizer, 3) == [1.0, 0.5, 1 / 3]
    assert optimizer.param_groups[0]["rho"] == pytest.approx(0.1 / math.sqrt(3))
    resumed = SAM_SPS([x])
    resumed.load_state_dict(optimizer.state_dict())
    schedule(resumed, lambd=one_minus_inverse)
    assert steps_on(x, resumed, 2) == [0.75, 0.8]
    handle.remove()
    optimizer.param_groups[0]["lambd"] = 0.9
    assert steps_on(x, optimizer, 1) == [0.9]


def test_schedule_refuses_unknown_names_and_bad_values() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    with pytest.raises(ValueError, match="got lr"):
        schedule(optimizer, lr=inverse)
    schedule(optimizer, lambd=lambda t: 2.0 * t)
    with pytest.raises(ValueError, match=r"^lambd must be"):
        steps_on(x, optimizer, 1)


def test_the_half_cosine_by_hand() -> None:
    cap = half_cosine(2.0, 4)
    middle = math.cos(math.pi / 4)
    expected = [2.0, 1.0 + middle, 1.0, 1.0 - middle, 0.0, 0.0, 0.0]
    assert [cap(t) for t in range(1, 8)] == pytest.approx(expected, abs=1e-15)
    assert [half_cosine(0.1, 2, end=0.5)(t) for t in (1, 2, 3, 4)] == pytest.approx([0.1, 0.3, 0.5, 0.5])


def test_the_half_cosine_is_that_of_torch() -> None:
    x = parameter(1.0)
    sgd = torch.optim.SGD([x], lr=0.7)
    annealing, cap = torch.optim.lr_scheduler.CosineAnnealingLR(sgd, 10), half_cosine(0.7, 10)
    for t in range(1, 12):
        assert cap(t) == pytest.approx(sgd.param_groups[0]["lr"], abs=1e-15)
        sgd.step()
        annealing.step()


def test_the_cap_annealed_along_a_half_cosine() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.0)
    schedule(optimizer, gamma_b=half_cosine(0.2, 4))
    gammas = []
    for _ in range(5):  # the Polyak step is 1/4
        steps_on(x, optimizer, 1)
        gammas.append(optimizer.param_groups[0]["lr"])
    middle = math.cos(math.pi / 4)
    expected = [0.2, 0.1 + 0.1 * middle, 0.1, 0.1 - 0.1 * middle, 0.0]
    assert gammas == pytest.approx(expected, abs=1e-15)


def test_schedules_of_one_group_and_of_epochs() -> None:
    a, b = parameter(1.0), parameter(1.0)
    optimizer = SAM_SPS([{"params": [a]}, {"params": [b], "rho": 0.0}])
    schedule(optimizer, groups=[0], rho=lambda t: 0.1 * t, steps_per_epoch=2)
    schedule(optimizer, groups=iter([1]), gamma_b=lambda t: 1.0 / t)
    seen = []
    for _ in range(5):
        optimizer.step(lambda: backward((a.square() + b.square()).sum()))
        first, second = optimizer.param_groups
        seen.append((first["rho"], second["rho"], first["gamma_b"], second["gamma_b"]))
    rhos, caps = [0.1, 0.1, 0.2, 0.2, 0.1 * 3], [1.0, 1 / 2, 1 / 3, 1 / 4, 1 / 5]
    assert seen == [(rho, 0.0, 1.0, cap) for rho, cap in zip(rhos, caps, strict=True)]


@pytest.mark.parametrize(
    ("message", "call"),
    [
        ("steps must be an integer >= 1, got 0", lambda _: half_cosine(1.0, 0)),
        ("steps must be an integer >= 1, got 1.5", lambda _: half_cosine(1.0, 1.5)),  # type: ignore[arg-type]
        ("start must be a finite number, got nan", lambda _: half_cosine(math.nan, 3)),
        ("end must be a finite number, got inf", lambda _: half_cosine(1.0, 3, math.inf)),
        ("groups must be numbers from 0 to 0, got \\[1\\]", lambda o: schedule(o, groups=[1], rho=inverse)),
        ("steps_per_epoch must be an integer >= 1, got 0", lambda o: schedule(o, steps_per_epoch=0)),
    ],
)
def test_schedules_refuse_what_is_none(message: str, call: Any) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        call(SAM_SPS([parameter(1.0)]))
