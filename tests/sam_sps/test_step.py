"""One step against numbers worked out by hand, the exact reductions, and the slow twin."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch

from sam_sps import SAM_SPS
from tests.sam_sps.problems import batch as make_batch
from tests.sam_sps.problems import closure_for, parameter, small_network
from tests.sam_sps.reference import Group, Vector, reference_step


@pytest.mark.parametrize(
    ("lambd", "e", "gamma_raw"),
    [
        # f(x) = ½·4·x² at x = 3: f' = 12. USAM: e = 3 + 0.05·12 = 3.6, f(e) = 25.92, f'(e) = 14.4,
        # N = 25.92 − 14.4·0.6 = 17.28, γ = 17.28 / 207.36 = 1/12.
        (0.0, 3.6, 1 / 12),
        # SAM: e = 3 + 0.05, f(e) = 18.605, f'(e) = 12.2, N = 18.605 − 0.61 = 17.995, γ = 17.995 / 148.84.
        (1.0, 3.05, 17.995 / 148.84),
        # Half way: scale 0.05·(0.5 + 0.5/12) = 0.65/24, e = 3.325, f(e) = 22.11125, f'(e) = 13.3,
        # N = 22.11125 − 13.3·0.325 = 17.78875, γ = 17.78875 / 176.89.
        (0.5, 3.325, 17.78875 / 176.89),
    ],
)
def test_step_on_a_parabola_agrees_with_the_hand_computation(
    lambd: float, e: float, gamma_raw: float
) -> None:
    x = parameter(3.0)
    optimizer = SAM_SPS([x], weight_decay=0.01, rho=0.05, lambd=lambd)
    points: list[float] = []

    def closure() -> torch.Tensor:
        points.append(x.item())
        loss = 2.0 * x.square().sum()
        loss.backward()
        return loss

    loss = optimizer.step(closure)

    assert points == pytest.approx([3.0, e], rel=1e-14)
    assert loss.item() == pytest.approx(2 * e**2, rel=1e-14)
    assert x.item() == pytest.approx(3.0 - gamma_raw * (4 * e + 0.01 * 3.0), rel=1e-14)
    info = optimizer.last_step
    assert info is not None
    assert info.loss_x == 18.0
    assert info.loss_e == pytest.approx(2 * e**2, rel=1e-14)
    assert info.gamma == info.gamma_raw == pytest.approx(gamma_raw, rel=1e-14)
    assert info.numerator == pytest.approx(gamma_raw * (4 * e) ** 2, rel=1e-14)
    assert info.grad_x_norm == 12.0
    assert info.grad_e_norm == pytest.approx(4 * e, rel=1e-14)
    assert info.perturbation_norm == pytest.approx(e - 3.0, rel=1e-13)
    assert (info.capped, info.clamped, info.skipped) == (False, False, False)
    assert optimizer.param_groups[0]["lr"] == info.gamma


def run(x: torch.nn.Parameter, loss_of: Callable[[torch.Tensor], torch.Tensor], **settings: float) -> SAM_SPS:
    optimizer = SAM_SPS([x], **settings)

    def closure() -> torch.Tensor:
        loss = loss_of(x)
        loss.backward()
        return loss

    optimizer.step(closure)
    return optimizer


def test_rho_zero_is_the_capped_polyak_step() -> None:
    # f = x₁² + 3x₂² at (2, 1): f = 7, ∇f = (4, 6), γ = 7/52.
    x = parameter(2.0, 1.0)
    run(x, lambda x: x[0] ** 2 + 3 * x[1] ** 2, rho=0.0, weight_decay=0.0)
    assert x.tolist() == pytest.approx([2 - 28 / 52, 1 - 42 / 52], rel=1e-15)


def test_the_cap_cuts_and_is_reported() -> None:
    x = parameter(2.0)
    optimizer = run(x, lambda x: x.square().sum(), rho=0.0, weight_decay=0.0, gamma_b=0.125)
    assert x.item() == 2.0 - 0.125 * 4.0
    assert optimizer.last_step is not None
    assert optimizer.last_step.gamma_raw == 0.25
    assert optimizer.last_step.gamma == optimizer.param_groups[0]["lr"] == 0.125
    assert optimizer.last_step.capped
    assert optimizer.counts.capped == 1


def test_the_cap_met_exactly_does_not_count_as_capped() -> None:
    x = parameter(2.0)
    optimizer = run(x, lambda x: x.square().sum(), rho=0.0, weight_decay=0.0, gamma_b=0.25)
    assert optimizer.last_step is not None
    assert optimizer.last_step.gamma == 0.25
    assert not optimizer.last_step.capped


@pytest.mark.parametrize("value", [1.5, -0.0])
def test_a_negative_numerator_leaves_the_parameters_bit_equal(value: float) -> None:
    x = parameter(value)
    optimizer = run(x, lambda x: x.square().sum() + x.sum(), rho=0.0, f_star=100.0, weight_decay=0.5)
    assert x.item() == value
    assert math.copysign(1.0, x.item()) == math.copysign(1.0, value)
    assert optimizer.last_step is not None
    assert optimizer.last_step.clamped
    assert optimizer.last_step.numerator < 0 > optimizer.last_step.gamma_raw
    assert optimizer.last_step.gamma == 0.0
    assert optimizer.counts.clamped == 1


def test_a_stationary_point_with_loss_zero_stays() -> None:
    x = parameter(0.0, 0.0)
    optimizer = run(x, lambda x: x.square().sum(), lambd=1.0)
    assert x.tolist() == [0.0, 0.0]
    assert optimizer.last_step is not None
    assert optimizer.last_step.grad_x_norm == 0.0
    assert not optimizer.last_step.skipped


def test_the_norm_is_that_of_all_parameters_together() -> None:
    a, b = parameter(3.0), parameter(4.0)
    optimizer = SAM_SPS([{"params": [a], "rho": 0.5}, {"params": [b], "rho": 1.0}])
    (0.5 * (a.square() + b.square())).sum().backward()
    optimizer.first_step()
    assert a.item() == pytest.approx(3.0 + 0.5 * 3 / 5, rel=1e-15)
    assert b.item() == pytest.approx(4.0 + 1.0 * 4 / 5, rel=1e-15)
    optimizer.second_step(loss=1.0)
    assert optimizer.last_step is not None
    assert optimizer.last_step.perturbation_norm == pytest.approx(math.hypot(0.3, 0.8), rel=1e-15)


def quartic(point: Vector) -> tuple[float, Vector]:
    """Σ c_i (x_i − t_i)⁴/4 + (Σ x_i)²/2 with c = 1, 2, …; the optimum couples the coordinates."""
    total = sum(point)
    loss, gradient = total**2 / 2, []
    for i, value in enumerate(point):
        distance = value - math.sin(i)
        loss += (i + 1) * distance**4 / 4
        gradient.append((i + 1) * distance**3 + total)
    return loss, gradient


def quartic_in_torch(x: torch.Tensor) -> torch.Tensor:
    i = torch.arange(len(x), dtype=x.dtype)
    return x.sum() ** 2 / 2 + ((i + 1) * (x - i.sin()) ** 4).sum() / 4


@pytest.mark.parametrize("lambd", [0.0, 0.35, 1.0])
@pytest.mark.parametrize("f_star", [0.0, -0.3])
@pytest.mark.parametrize("rho", [0.0, 0.02, 0.05])
def test_fifty_steps_agree_with_the_twin(lambd: float, f_star: float, rho: float) -> None:
    a, b = parameter(0.6, -0.2), parameter(0.5, 1.0, -1.0)
    groups = [Group([0, 1], rho, lambd, 0.02, 0.5), Group([2, 3, 4], 2 * rho, lambd / 2, 0.0, 2.0)]
    optimizer = SAM_SPS(
        [
            {
                "params": [p],
                "rho": g.rho,
                "lambd": g.lambd,
                "weight_decay": g.weight_decay,
                "gamma_b": g.gamma_b,
            }
            for p, g in zip([a, b], groups, strict=True)
        ],
        f_star=f_star,
    )

    def closure() -> torch.Tensor:
        loss = quartic_in_torch(torch.cat([a, b]))
        loss.backward()
        return loss

    kinds = set()
    for _ in range(50):
        # Each from the same point: steps this long multiply rounding errors.
        x, gammas = reference_step([*a.tolist(), *b.tolist()], quartic, groups, f_star)
        optimizer.step(closure)
        assert optimizer.last_step is not None
        assert optimizer.last_step.gammas == pytest.approx(gammas, rel=1e-11)
        assert [*a.tolist(), *b.tolist()] == pytest.approx(x, rel=1e-11)
        kinds.add(sum(gamma == group.gamma_b for gamma, group in zip(gammas, groups, strict=True)))
    # Steps with no group and with one group at the cap.
    assert {0, 1} <= kinds
    assert optimizer.counts.clamped < 25


def test_the_two_calls_equal_step_with_a_closure() -> None:
    one, two = small_network(), small_network()
    data = make_batch(0)
    by_closure, by_calls = SAM_SPS(one.parameters()), SAM_SPS(two.parameters())
    closure = closure_for(two, data)
    for _ in range(3):
        by_closure.step(closure_for(one, data))
        by_calls.zero_grad()
        loss_x = closure()
        by_calls.first_step(zero_grad=True, loss=loss_x)
        by_calls.second_step(loss=closure(), zero_grad=True)
        assert by_calls.last_step == by_closure.last_step
    assert all(torch.equal(p, q) for p, q in zip(one.parameters(), two.parameters(), strict=True))
    assert all(p.grad is None for p in two.parameters())


def test_large_tensors_are_summed_without_losing_digits() -> None:
    x = torch.nn.Parameter(torch.full((5_000_000,), 0.1))
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.0)
    x.grad = torch.randn(5_000_000, generator=torch.Generator().manual_seed(0))
    exact = x.grad.double().norm().item()
    optimizer.first_step()
    optimizer.second_step(loss=1.0)
    assert optimizer.last_step is not None
    assert optimizer.last_step.grad_e_norm == pytest.approx(exact, rel=1e-6)


def test_a_step_under_no_grad_still_differentiates() -> None:
    x = parameter(1.0)
    with torch.no_grad():
        run(x, lambda x: x.square().sum(), rho=0.0, weight_decay=0.0)
    assert x.item() == 0.5


def test_empty_and_zero_dimensional_parameters() -> None:
    scalar = torch.nn.Parameter(torch.tensor(2.0))
    empty = torch.nn.Parameter(torch.empty(0, 3))
    optimizer = SAM_SPS([scalar, empty], rho=0.0, weight_decay=0.0)

    def closure() -> torch.Tensor:
        loss = scalar.square() + empty.sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    assert scalar.item() == 1.0
    assert empty.shape == (0, 3)


def test_a_parameter_used_twice_moves_once() -> None:
    layer = torch.nn.Linear(1, 1, bias=False).double()
    model = torch.nn.Sequential(layer, layer)
    with torch.no_grad():
        layer.weight.fill_(2.0)
    # f = w⁴ at 2: f = 16, f' = 32, γ = 16/1024.
    optimizer = SAM_SPS(model.parameters(), rho=0.0, weight_decay=0.0)

    def closure() -> torch.Tensor:
        loss = model(torch.ones(1, 1, dtype=torch.float64)).square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    assert layer.weight.item() == 1.5


def test_gradient_in_one_pass_only() -> None:
    both, first, second = parameter(1.0), parameter(1.0), parameter(1.0)
    idle = parameter(-0.0)
    optimizer = SAM_SPS([both, first, second, idle], rho=0.1, lambd=0.0, weight_decay=0.0)
    calls = []

    def closure() -> torch.Tensor:
        calls.append(first.item())
        other = first if len(calls) == 1 else second
        loss = (both.square() + other.square()).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    # e = (1.2, 1.2, 1); the second pass sees `both` and `second`:
    # f = 1.44 + 1, ∇f = (2.4, –, 2), e − x = (0.2, –, 0).
    gamma = (2.44 - 0.48) / (2.4**2 + 2**2)
    assert first.item() == 1.0
    assert both.item() == pytest.approx(1 - gamma * 2.4, rel=1e-14)
    assert second.item() == pytest.approx(1 - gamma * 2, rel=1e-14)
    assert math.copysign(1.0, idle.item()) == -1.0


def test_mixed_types_accumulate_in_the_widest() -> None:
    wide, narrow = parameter(3.0), parameter(4.0, dtype=torch.bfloat16)
    optimizer = SAM_SPS([wide, narrow], rho=0.0, weight_decay=0.0)
    wide.grad, narrow.grad = torch.tensor([1.0 + 1e-12], dtype=torch.float64), torch.zeros(1).bfloat16()
    optimizer.first_step()
    optimizer.second_step(loss=0.5)
    assert optimizer.last_step is not None
    assert optimizer.last_step.grad_e_norm == 1.0 + 1e-12
    assert narrow.item() == 4.0
