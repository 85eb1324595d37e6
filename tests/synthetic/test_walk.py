"""The way over a function of the plane: against the simulator, the guarantee where it holds and where not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from synthetic import RidgeRegression, SimulationConfig, simulate, usam_ps
from synthetic.plane import ANGLE, PlaneFunction, log_sum_exp, quadratic, ripples
from synthetic.step import CAPPED, CLAMPED, STATIONARY, Plan
from synthetic.walk import Way, walk


def way(
    function: PlaneFunction,
    start: tuple[float, float] = (1.2, 2.0),
    rho: float = 0.2,
    lambd: float = 0.0,
    gamma: float | None = None,
    f_star: float | None = None,
    gamma_b: float = math.inf,
    steps: int = 60,
) -> Way:
    known = function.f_min if f_star is None else f_star
    return walk(function, Plan("", "", rho, lambd, gamma), np.array(start), known, gamma_b, steps)


def test_each_step_starts_where_the_last_one_ended() -> None:
    found = way(quadratic(5.0))
    assert found.steps == 60
    np.testing.assert_array_equal(found.x[1:], found.x_next[:-1])
    np.testing.assert_allclose(found.x_next, found.x - found.gamma[:, None] * found.grad_e)


def test_it_is_the_way_of_the_simulator_on_the_same_ridge_problem() -> None:
    kappa, rho, start = 5.0, 0.3, np.array([1.2, 2.0])
    basis = np.array([[math.cos(ANGLE), -math.sin(ANGLE)], [math.sin(ANGLE), math.cos(ANGLE)]])
    A = math.sqrt(2) * np.diag([1.0, kappa**-0.5]) @ basis.T  # AᵀA/n = H
    problem = RidgeRegression(A, np.zeros(2))
    result = simulate(problem, [usam_ps(rho)], SimulationConfig(iterations=40), x0=start)
    found = way(quadratic(kappa), rho=rho, steps=40)
    track = result["usam_ps"]
    np.testing.assert_allclose(found.distance_sq, track.distance_sq[0, :40], rtol=1e-9)
    np.testing.assert_allclose(found.gamma, track.gamma[0, :40], rtol=1e-9)


CONVEX = [
    {"function": function, "start": start, "rho": rho, "lambd": lambd}
    for function in (quadratic(5.0), quadratic(1.0, 0.0), log_sum_exp(), log_sum_exp(0.0))
    for rho in (0.0, 0.3, 1.0, 3.0)
    for lambd in (0.0, 0.5, 1.0)
    for start in ((2.9, -1.0), (-0.4, 0.1), (0.0, 3.0), (2.9, 0.0))
]


def test_the_bound_lies_above_the_truth_for_convex_functions_whatever_rho_and_lambda() -> None:
    tightest = math.inf
    for setting in CONVEX:
        found = way(**setting)
        for share in (0.1, 0.5, 1.0, 2.0, 5.0):
            gamma = share * np.abs(found.ratio)
            room = found.bound(gamma) - found.truth(gamma)
            assert np.all(room >= -1e-9 * found.distance_sq), setting
            moved = found.distance_sq > 0
            tightest = min([tightest, *(room[moved] / found.distance_sq[moved])])
    assert tightest < 1e-3, "and it is no loose bound"


def test_the_truth_is_the_distance_after_the_step() -> None:
    for setting in CONVEX[::7]:
        found = way(**setting)
        after = np.sum((found.x_next - np.array(setting["function"].x_star)) ** 2, -1)
        np.testing.assert_allclose(found.truth(found.gamma), after, rtol=1e-6, atol=1e-12 * after.max())


@pytest.mark.parametrize(
    "found",
    [
        way(ripples(0.0), (1.4, 0.0), rho=0.3),
        way(quadratic(5.0), (0.1, 0.1), f_star=0.0),
    ],
    ids=["not convex", "l* below f*"],
)
def test_without_its_assumptions_the_bound_fails_and_the_step_may_lead_away(found: Way) -> None:
    assert found.bound(found.gamma)[0] < found.truth(found.gamma)[0]
    assert found.truth(found.gamma)[0] > found.distance_sq[0]


@pytest.mark.parametrize("function", [quadratic(5.0), log_sum_exp(), ripples()], ids=lambda f: f.key)
def test_up_to_one_over_L_the_safeguard_never_acts(function: PlaneFunction) -> None:
    """Proposition 2.1; its proof needs L only, so that it holds for the ripples as well."""
    for rho in (0.0, 0.5 / function.L, 0.99 / function.L):
        for x1 in np.linspace(-3, 3, 7):
            found = way(function, (float(x1), -1.3), rho)
            assert CLAMPED not in found.decided
            floor = (1 - (rho * function.L) ** 2) * (found.loss_x - found.loss_x.min())
            assert np.all(found.N[:3] >= floor[:3] - 1e-9)


def test_beyond_one_over_L_it_acts_and_x_stays() -> None:
    found = way(quadratic(5.0), rho=1.2)
    assert found.decided == (CLAMPED,)
    assert found.N[0] < 0
    assert found.x_next[0].tolist() == found.x[0].tolist()


def test_sam_comes_to_a_halt_at_distance_rho_and_usam_goes_on() -> None:
    sam, usam = (way(quadratic(5.0), rho=0.5, lambd=lambd) for lambd in (1.0, 0.0))
    assert math.sqrt(sam.distance_sq[-1]) == pytest.approx(0.5, rel=1e-3)
    assert usam.distance_sq[-1] < 1e-6


def test_the_cap_decides() -> None:
    found = way(quadratic(5.0), gamma_b=0.1)
    assert np.all(found.gamma == 0.1)
    assert set(found.decided) == {CAPPED}
    assert way(quadratic(5.0), gamma_b=0.0).steps == 1


def test_without_perturbation_it_is_the_polyak_step_whatever_lambda() -> None:
    found, normalised = (way(quadratic(5.0), rho=0.0, lambd=lambd, steps=20) for lambd in (0.0, 1.0))
    np.testing.assert_allclose(found.gamma, (found.loss_x - 0.25) / found.norm_sq, rtol=1e-6)
    np.testing.assert_array_equal(found.x, normalised.x)
    np.testing.assert_array_equal(found.e, found.x)


def test_it_ends_where_nothing_moves() -> None:
    found = way(quadratic(5.0), (0.0, 0.0))
    assert (found.steps, found.decided, found.diverged_at) == (1, (STATIONARY,), None)


def test_it_is_given_up_where_it_diverges() -> None:
    """x⁺ = −2x: after the twentieth step x is 2²⁰ > 10⁶ away."""
    found = way(quadratic(1.0), (1.0, 0.0), rho=0.0, gamma=3.0, steps=100)
    assert found.diverged_at == found.steps - 1 == 19
    assert abs(found.x_next[-1, 0]) == 2.0**20


@pytest.mark.parametrize(
    ("changes", "name"),
    [({"steps": 0}, "steps"), ({"gamma_b": -1.0}, "gamma_b"), ({"f_star": math.nan}, "f_star")],
)
def test_bad_input_is_refused_by_name(changes: dict[str, float], name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be "):
        way(quadratic(5.0), **changes)
