"""One step over a function of the plane: by hand, its exact reductions, and an independent twin."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from synthetic.plane import log_sum_exp, quadratic, ripples
from synthetic.step import CAPPED, CLAMPED, GIVEN, RATIO, STATIONARY, Plan, Step, perturbation, take

PARABOLA = quadratic(1.0, 0.0)  # f(x) = ‖x‖²/2 + ¼
CLIMB = Plan("usam_ps", "", 0.5, 0.0)


def step(x: float, plan: Plan, gamma_b: float = math.inf, f_star: float = 0.25) -> Step:
    return take(PARABOLA, plan, np.array([x, 0.0]), f_star, gamma_b)


def test_a_step_by_hand() -> None:
    """x = 2, ρ = ½: e = 3, ∇f(e) = 3, N = 4.5 − 3·1 = 1.5, γ = 1.5/9, x⁺ = 1.5."""
    found = step(2.0, CLIMB)
    assert found.e.tolist() == [3.0, 0.0]
    assert (found.loss_x, found.loss_e) == (2.25, 4.75)
    assert (found.inner, found.N, found.norm_sq) == (3.0, 1.5, 9.0)
    assert found.ratio == found.gamma == pytest.approx(1 / 6)
    assert found.x_next.tolist() == [pytest.approx(1.5), 0.0]
    assert (found.distance_sq, found.cross) == (4.0, 6.0)
    assert found.decided == RATIO


def test_a_normalised_step_by_hand() -> None:
    """λ = 1: e = 2 + ½, N = 3.125 − 2.5·½ = 1.875, γ = 1.875/6.25 = 0.3; λ = ½: e = 2 + ½(½ + ¼)2 = 2.75."""
    assert step(2.0, replace(CLIMB, lambd=1.0)).gamma == pytest.approx(0.3)
    assert step(2.0, replace(CLIMB, lambd=0.5)).e[0] == pytest.approx(2.75)


@pytest.mark.parametrize(
    ("plan", "gamma_b", "gamma", "decided"),
    [
        (CLIMB, 0.1, 0.1, CAPPED),
        (CLIMB, 0.0, 0.0, CAPPED),
        (replace(CLIMB, rho=1.5), math.inf, 0.0, CLAMPED),  # e = 5, N = 12.5 − 5·3 < 0
        (replace(CLIMB, gamma=0.7), 0.1, 0.7, GIVEN),
    ],
)
def test_what_decides(plan: Plan, gamma_b: float, gamma: float, decided: str) -> None:
    found = step(2.0, plan, gamma_b)
    assert (found.gamma, found.decided) == (gamma, decided)
    assert found.x_next[0] == pytest.approx(2.0 - gamma * found.grad_e[0])


@pytest.mark.parametrize("lambd", [0.0, 1.0])
def test_at_the_minimiser_nothing_moves(lambd: float) -> None:
    found = step(0.0, replace(CLIMB, lambd=lambd))
    assert (found.gamma, found.N, found.decided) == (0.0, 0.0, STATIONARY)
    assert found.x_next.tolist() == [0.0, 0.0]


GRADIENT = np.array([3.0, -4.0])


@pytest.mark.parametrize(
    ("lambd", "expected"),
    [(0.0, [0.3, -0.4]), (1.0, [0.06, -0.08]), (0.25, [0.24, -0.32])],  # 0.1(¾ + ¼/5)∇f = 0.08∇f
)
def test_the_perturbation_at_both_ends_of_lambda_and_between(lambd: float, expected: list[float]) -> None:
    np.testing.assert_allclose(perturbation(Plan("", "", 0.1, lambd), GRADIENT), expected, rtol=1e-15)
    assert perturbation(Plan("", "", 0.0, lambd), GRADIENT).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("function", [quadratic(7.0), log_sum_exp(), ripples()], ids=lambda f: f.key)
@pytest.mark.parametrize("rho", [0.0, 0.3, 2.0])
@pytest.mark.parametrize("lambd", [0.0, 0.4, 1.0])
def test_a_twin_that_is_written_from_the_paper(function, rho: float, lambd: float) -> None:
    """γ = min{[f(e) − ℓ* − ⟨∇f(e), e − x⟩]₊/‖∇f(e)‖², γ_b}, in one line each."""
    gamma_b, f_star = 0.8, function.f_min - 0.1
    for x in np.random.default_rng(0).uniform(-3, 3, (50, 2)):
        slope = function.gradient(x)
        e = x + rho * (1 - lambd + lambd / math.hypot(*slope)) * slope
        g = function.gradient(e)
        N = function.loss(e) - f_star - sum(g * (e - x))
        gamma = min(max(N, 0.0) / sum(g * g), gamma_b)
        found = take(function, Plan("", "", rho, lambd), x, f_star, gamma_b)
        np.testing.assert_allclose(found.e, e, rtol=1e-12)
        np.testing.assert_allclose([found.N, found.gamma], [N, gamma], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found.x_next, x - gamma * g, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "changes", [{"rho": -0.1}, {"rho": math.inf}, {"lambd": 1.1}, {"lambd": math.nan}, {"gamma": -1.0}]
)
def test_a_plan_out_of_range_is_refused_by_name(changes: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(changes))} must be a finite number in "):
        replace(CLIMB, **changes)
