"""Clipped and adaptive perturbations: by hand, exact reductions, against loops over plain numbers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sam_sps import SAM_SPS
from sam_sps.perturbations import clipped_scale, stretched
from tests.sam_sps.problems import backward, batch, closure_for, copies, parameter, same_bits, small_network
from tests.sam_sps.reference import Group, Vector, dot, reference_step


def points_of(x: nn.Parameter, optimizer: SAM_SPS, loss: Callable[[], Tensor]) -> list[list[float]]:
    """Take a step and return the points at which the closure was called."""
    seen: list[list[float]] = []

    def closure() -> Tensor:
        seen.append(x.tolist())
        return backward(loss())

    optimizer.step(closure)
    return seen


@pytest.mark.parametrize(
    ("start", "e"),
    # f = x², f' = 2x. |f'| = 4: of length ρ. |f'| = 0.5: ρ f'. |f'| = 1: both.
    [(2.0, 2.5), (0.25, 0.5), (0.5, 1.0), (-2.0, -2.5), (0.0, 0.0)],
)
def test_the_clipped_perturbation_by_hand(start: float, e: float) -> None:
    x = parameter(start)
    optimizer = SAM_SPS([x], rho=0.5, clipped=True)
    assert points_of(x, optimizer, lambda: x.square().sum()) == [[start], [e]]
    assert optimizer.last_step is not None
    assert optimizer.last_step.perturbation_norm == pytest.approx(abs(e - start), rel=1e-15)


@pytest.mark.parametrize(("factor", "lambd"), [(10.0, 1.0), (1e-2, 0.0)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_clipped_is_the_shorter_of_sam_and_usam_bit_for_bit(
    factor: float, lambd: float, dtype: torch.dtype
) -> None:
    models = [small_network(dtype=dtype), small_network(dtype=dtype)]
    optimizers = [
        SAM_SPS(models[0].parameters(), rho=0.05, clipped=True),
        SAM_SPS(models[1].parameters(), rho=0.05, lambd=lambd),
    ]
    for seed in range(5):
        for model, optimizer in zip(models, optimizers, strict=True):
            images, labels = batch(seed, dtype)
            optimizer.step(lambda m=model, i=images, y=labels: scaled_loss(m, i, y, factor))  # type: ignore[misc]
        assert optimizers[0].last_step == optimizers[1].last_step
        assert optimizers[0].last_step is not None
        assert (optimizers[0].last_step.grad_x_norm > 1.0) == (lambd == 1.0)
    assert same_bits(copies(models[0]), copies(models[1]))


def scaled_loss(model: nn.Module, images: Tensor, labels: Tensor, factor: float) -> Tensor:
    return backward(factor * nn.functional.cross_entropy(model(images), labels))


def test_a_clipped_perturbation_is_never_longer_than_rho() -> None:
    for norm in (0.0, 1e-30, 0.3, 1.0, 1.5, 1e30):
        length = clipped_scale(norm, 0.4) * norm
        assert length <= 0.4 * (1 + 1e-15)
        assert length == pytest.approx(0.4 * min(norm, 1.0))
    assert clipped_scale(torch.tensor(2.0), 0.4).item() == pytest.approx(0.2)


def test_the_adaptive_perturbation_by_hand() -> None:
    # f = 3a + 4b at (3, −1), η = 1: T = (4, 2), T g = (12, 8), T² g = (48, 16).
    x = parameter(3.0, -1.0)
    optimizer = SAM_SPS([x], rho=0.5, eta=1.0)
    weights = torch.tensor([3.0, 4.0], dtype=torch.float64)
    _, e = points_of(x, optimizer, lambda: (weights * x).sum())
    norm = math.sqrt(12**2 + 8**2)
    assert e == pytest.approx([3 + 0.5 * 48 / norm, -1 + 0.5 * 16 / norm], rel=1e-15)
    info = optimizer.last_step
    assert info is not None
    assert info.grad_x_norm == 5.0
    assert info.perturbation_norm == pytest.approx(0.5 * math.sqrt(48**2 + 16**2) / norm, rel=1e-15)
    # A linear function is its own model: N = f(x).
    assert info.numerator == pytest.approx(3 * 3 - 4, rel=1e-14)


@pytest.mark.parametrize("lambd", [0.0, 0.7, 1.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_adaptive_where_every_scale_is_one_is_the_plain_step_bit_for_bit(
    lambd: float, dtype: torch.dtype
) -> None:
    results = []
    for eta in (None, 0.25):
        x = parameter(0.75, -0.75, 0.75, dtype=dtype)
        optimizer = SAM_SPS([x], rho=0.1, lambd=lambd, eta=eta)
        optimizer.step(lambda x=x: backward((x - 0.3).pow(4).sum()))  # type: ignore[misc]
        results.append(x.detach())
    assert same_bits([results[0]], [results[1]])


def test_asam_does_not_see_the_scale_of_parameters() -> None:
    losses = []
    for scale in (1.0, 7.0):
        a, b = parameter(1.5 * scale), parameter(-0.5 / scale)
        optimizer = SAM_SPS([a, b], rho=0.3, eta=0.0)
        optimizer.step(lambda a=a, b=b: backward((a * b - 1.0).square().sum()))  # type: ignore[misc]
        assert optimizer.last_step is not None
        losses.append(optimizer.last_step.loss_e)
    assert losses[0] == pytest.approx(losses[1], rel=1e-14)


def quadratic(x: Vector) -> tuple[float, Vector]:
    """Σ (i + 1)/2 (x_i − i)² + x_0 x_1, loss and gradient."""
    loss = math.fsum((i + 1) / 2 * (v - i) ** 2 for i, v in enumerate(x)) + x[0] * x[1]
    grad = [(i + 1) * (v - i) for i, v in enumerate(x)]
    return loss + 10.0, [grad[0] + x[1], grad[1] + x[0], *grad[2:]]


@pytest.mark.parametrize("seed", range(8))
def test_all_of_it_against_loops_over_plain_numbers(seed: int) -> None:
    draw = random.Random(seed)
    x = [draw.uniform(-2, 2) for _ in range(5)]
    groups = []
    clipped = bool(seed % 2)
    for indices in ([0, 1], [2, 3, 4]):
        eta = draw.choice([None, 0.0, 0.01, 1.0])
        lambd = 1.0 if clipped else draw.choice([0.0, 0.5, 1.0])
        factor = draw.choice([0.0, 0.5, 1.0, 3.0]) if indices[0] else 1.0
        groups.append(Group(indices, draw.uniform(0, 0.5), lambd, 0.01, 0.1, eta, factor))
    params = [parameter(*(x[i] for i in group.indices)) for group in groups]
    settings: list[dict[str, Any]] = [
        {"params": [param], "rho": g.rho, "lambd": g.lambd, "weight_decay": g.weight_decay}
        | {"gamma_b": g.gamma_b, "eta": g.eta, "gamma_factor": g.factor}
        for param, g in zip(params, groups, strict=True)
    ]
    optimizer = SAM_SPS(settings, clipped=clipped)

    def closure() -> Tensor:
        flat = torch.cat(list(params))
        i = torch.arange(5, dtype=torch.float64)
        return backward(((i + 1) / 2 * (flat - i) ** 2).sum() + flat[0] * flat[1] + 10.0)

    for _ in range(10):
        x, gammas = reference_step(x, quadratic, groups, clipped=clipped)
        optimizer.step(closure)
        assert torch.cat(list(params)).tolist() == pytest.approx(x, rel=1e-12)
        assert optimizer.last_step is not None
        assert optimizer.last_step.gammas == pytest.approx(gammas, rel=1e-12)
    assert dot(x, x) > 0


def test_a_parameter_that_is_zero_is_not_perturbed_without_eta() -> None:
    x = parameter(0.0, 0.0)
    optimizer = SAM_SPS([x], rho=0.5, eta=0.0, weight_decay=0.0)
    points = points_of(x, optimizer, lambda: (x - 1.0).square().sum())
    assert points == [[0.0, 0.0], [0.0, 0.0]]
    assert x.tolist() == pytest.approx([0.5, 0.5], rel=1e-15)  # γ = 2 / 8 times the gradient −2


def test_scales_of_narrow_parameters_are_taken_in_float32() -> None:
    x, grad = torch.tensor([3.0], dtype=torch.bfloat16), torch.tensor([1.0], dtype=torch.bfloat16)
    (direction,) = stretched([x], [grad], 0.01)
    assert direction.dtype == torch.float32
    assert direction.item() == pytest.approx(3.01**2, rel=1e-6)
    model = small_network().to(torch.bfloat16)
    optimizer = SAM_SPS(model.parameters(), rho=0.5, eta=0.01)
    optimizer.step(closure_for(model, batch(0, torch.bfloat16)))
    assert optimizer.last_step is not None
    assert optimizer.last_step.loss_e > optimizer.last_step.loss_x


def test_a_scaled_gradient_that_overflows_skips_the_step() -> None:
    x = parameter(1e30, dtype=torch.float32)
    optimizer = SAM_SPS([x], eta=0.0)
    x.grad = torch.tensor([1e15])
    optimizer.first_step(loss=1.0)
    assert x.item() == parameter(1e30, dtype=torch.float32).item()
    optimizer.second_step(loss=1.0)
    assert optimizer.counts.skipped == 1


@pytest.mark.parametrize("clipped", [False, True])
@pytest.mark.parametrize("eta", [None, 0.01])
def test_on_the_device_the_same_steps_are_taken(clipped: bool, eta: float | None) -> None:
    models = [small_network(dtype=torch.float64), small_network(dtype=torch.float64)]
    for model, capturable in zip(models, (False, True), strict=True):
        optimizer = SAM_SPS(
            model.parameters(), rho=0.2, gamma_b=0.4, clipped=clipped, eta=eta, capturable=capturable
        )
        for seed in range(5):
            optimizer.step(closure_for(model, batch(seed, torch.float64)))
    for p, q in zip(models[0].parameters(), models[1].parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf, "1", True])
def test_bad_values_of_eta_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^eta must be None or a finite number >= 0"):
        SAM_SPS([parameter(1.0)], eta=value)


def test_clipped_takes_no_blend() -> None:
    for settings in ({"lambd": 0.5}, {"clipped": 1}):
        with pytest.raises(ValueError, match=r"^(lambd|clipped) must be"):
            SAM_SPS([parameter(1.0)], **{"clipped": True, **settings})
    optimizer = SAM_SPS([parameter(1.0)], clipped=True)
    usam = SAM_SPS([parameter(1.0)], lambd=0.0)
    with pytest.raises(ValueError, match=r"^lambd must be 1 with clipped=True"):
        optimizer.load_state_dict(usam.state_dict())
    assert optimizer.param_groups[0]["lambd"] == 1.0


def test_eta_and_the_factor_are_saved_and_changed_in_the_groups() -> None:
    optimizer = SAM_SPS([parameter(1.0)], eta=0.5, gamma_factor=2.0)
    resumed = SAM_SPS([parameter(1.0)])
    resumed.load_state_dict(optimizer.state_dict())
    assert resumed.param_groups[0]["eta"] == 0.5
    assert resumed.param_groups[0]["gamma_factor"] == 2.0
    older = SAM_SPS([parameter(1.0)]).state_dict()
    for name in ("eta", "gamma_factor"):
        del older["param_groups"][0][name]
    optimizer.load_state_dict(older)
    assert optimizer.param_groups[0]["eta"] == 0.5
    with pytest.raises(AttributeError, match="parameter groups"):
        optimizer.eta = 0.1


def test_the_floor_is_that_of_the_norm_that_divides() -> None:
    # |g| = 1, |T g| = 1e-13: floored. The clipped perturbation divides by 1 at least, and is never floored.
    for clipped in (False, True):
        x = parameter(1e-13)
        optimizer = SAM_SPS([x], eta=0.0, clipped=clipped)
        optimizer.step(lambda x=x: backward(x.sum() + 1.0))  # type: ignore[misc]
        assert optimizer.counts.floored == int(not clipped)
