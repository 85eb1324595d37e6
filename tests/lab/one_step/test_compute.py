"""The steps of One step: by hand, against the simulator, and the guarantee where it holds and where not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lab.one_step import compute as one_step
from lab.params import Value, defaults
from synthetic import RidgeRegression, SimulationConfig, simulate, usam_ps
from synthetic.plane import ANGLE


def ways(**changes: Value) -> tuple[one_step.Way, ...]:
    return one_step.compute(defaults("one_step") | changes).ways


def way(**changes: Value) -> one_step.Way:
    return ways(**changes)[0]


def test_a_step_by_hand() -> None:
    """f = x²/2 + ¼, x = 2, ρ = ½: e = 3, ∇f(e) = 3, N = 4.5 − 3·1 = 1.5, γ = 1.5/9, x⁺ = 1.5."""
    step = way(variables="1", x1=2.0, rho=0.5)
    assert step.e[0].tolist() == [3.0, 0.0]
    assert (step.loss_e[0], step.inner[0], step.N[0], step.norm_sq[0]) == (4.75, 3.0, 1.5, 9.0)
    assert step.gamma[0] == pytest.approx(1 / 6)
    assert step.x_next[0, 0] == pytest.approx(1.5)
    assert step.bound(step.gamma)[0] == pytest.approx(4 - 2 * 1.5 / 6 + 9 / 36)
    assert step.truth(step.gamma)[0] == pytest.approx(2.25)
    assert step.decided[0] == one_step.RATIO


def test_a_normalised_step_by_hand() -> None:
    """λ = 1: e = 2 + ½, N = 3.125 − 2.5·½ = 1.875, γ = 1.875/6.25 = 0.3; λ = ½: e = 2 + ½(½ + ¼)2 = 2.75."""
    assert way(variables="1", x1=2.0, rho=0.5, lambd=1.0).gamma[0] == pytest.approx(0.3)
    assert way(variables="1", x1=2.0, rho=0.5, lambd=0.5).e[0, 0] == pytest.approx(2.75)


def test_the_way_is_that_of_the_simulator_on_the_same_ridge_problem() -> None:
    kappa, rho, start = 5.0, 0.3, np.array([1.2, 2.0])
    basis = np.array([[math.cos(ANGLE), -math.sin(ANGLE)], [math.sin(ANGLE), math.cos(ANGLE)]])
    A = math.sqrt(2) * np.diag([1.0, kappa**-0.5]) @ basis.T  # AᵀA/n = H
    problem = RidgeRegression(A, np.zeros(2))
    result = simulate(problem, [usam_ps(rho)], SimulationConfig(iterations=40), x0=start)
    ours = way(kappa=kappa, rho=rho, x1=1.2, x2=2.0, steps=40)
    track = result["usam_ps"]
    np.testing.assert_allclose(ours.distance_sq, track.distance_sq[0, :40], rtol=1e-9)
    np.testing.assert_allclose(ours.gamma, track.gamma[0, :40], rtol=1e-9)


CONVEX = [
    {"function": function, "variables": variables, "rho": rho, "lambd": lambd, "x1": x1, "x2": x2}
    for function in ("quadratic", "log_sum_exp")
    for variables in ("1", "2")
    for rho in (0.0, 0.3, 1.0, 3.0)
    for lambd in (0.0, 0.5, 1.0)
    for x1, x2 in ((2.9, -1.0), (-0.4, 0.1), (0.0, 3.0))
]


def test_the_bound_lies_above_the_truth_for_convex_functions_whatever_rho_and_lambda() -> None:
    tightest = math.inf
    for changes in CONVEX:
        found = way(**changes)
        for share in (0.1, 0.5, 1.0, 2.0, 5.0):
            gamma = share * np.abs(found.ratio)
            room = found.bound(gamma) - found.truth(gamma)
            assert np.all(room >= -1e-9 * found.distance_sq), changes
            moved = found.distance_sq > 0
            tightest = min([tightest, *(room[moved] / found.distance_sq[moved])])
    assert tightest < 1e-3, "and it is no loose bound"


def test_the_truth_is_the_distance_after_the_step() -> None:
    for changes in CONVEX[::7]:
        found = way(**changes)
        x_star = np.array(one_step.function_of(defaults("one_step") | changes).x_star)
        after = np.sum((found.x_next - x_star) ** 2, -1)
        np.testing.assert_allclose(found.truth(found.gamma), after, rtol=1e-6, atol=1e-12 * after.max())


@pytest.mark.parametrize(
    "changes",
    [{"function": "ripples", "variables": "1", "x1": 1.4, "rho": 0.3}, {"f_star": "0", "x1": 0.1, "x2": 0.1}],
    ids=["not convex", "l* below f*"],
)
def test_without_its_assumptions_the_bound_fails_and_the_step_may_lead_away(
    changes: dict[str, Value],
) -> None:
    found = way(**changes)
    assert found.bound(found.gamma)[0] < found.truth(found.gamma)[0]
    assert found.truth(found.gamma)[0] > found.distance_sq[0]


@pytest.mark.parametrize("function", ["quadratic", "log_sum_exp", "ripples"])
def test_up_to_one_over_L_the_safeguard_never_acts(function: str) -> None:
    """Proposition 2.1; its proof needs L only, so that it holds for the ripples as well."""
    L = one_step.function_of(defaults("one_step") | {"function": function}).L
    for rho in (0.0, 0.5 / L, 0.99 / L):
        for x1 in np.linspace(-3, 3, 7):
            found = way(function=function, rho=rho, x1=float(x1), x2=-1.3)
            assert one_step.CLAMPED not in found.decided
            floor = (1 - (rho * L) ** 2) * (found.loss_x - found.loss_x.min())
            assert np.all(found.N[:3] >= floor[:3] - 1e-9)


def test_beyond_one_over_L_it_acts_and_x_stays() -> None:
    found = way(rho=1.2)
    assert found.decided == (one_step.CLAMPED,)
    assert found.N[0] < 0
    assert found.x_next[0].tolist() == found.x[0].tolist()


def test_sam_comes_to_a_halt_at_distance_rho() -> None:
    sam, usam = ways(lambd=1.0, second="other", rho=0.5)
    assert math.sqrt(sam.distance_sq[-1]) == pytest.approx(0.5, rel=1e-3)
    assert usam.distance_sq[-1] < 1e-6


def test_the_cap_decides() -> None:
    found = way(gamma_b=0.1)
    assert np.all(found.gamma == 0.1)
    assert set(found.decided) == {one_step.CAPPED}
    assert way(gamma_b=0.0).steps == 1


def test_at_the_minimiser_nothing_moves() -> None:
    for lambd in (0.0, 1.0):
        found = way(x1=0.0, x2=0.0, lambd=lambd)
        assert (found.steps, found.gamma[0], found.N[0]) == (1, 0.0, 0.0)
        assert found.decided == (one_step.STATIONARY,)


def test_without_perturbation_it_is_the_polyak_step() -> None:
    ours, classical = ways(rho=0.0, second="sps_max")
    np.testing.assert_array_equal(ours.x, classical.x)
    np.testing.assert_allclose(ours.gamma[0], (ours.loss_x[0] - 0.25) / ours.norm_sq[0])


@pytest.mark.parametrize(("second", "gamma", "rho"), [("sgd", 1.0, 0.0), ("usam", 0.5, 0.5)])
def test_constant_steps_take_their_rate_from_L(second: str, gamma: float, rho: float) -> None:
    found = ways(second=second)[1]
    assert set(found.gamma) == {gamma}
    np.testing.assert_allclose(found.e, found.x + rho * found.grad_x)
    assert set(found.decided) == {one_step.GIVEN}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ["USAM-PS"]),
        ({"lambd": 1.0, "second": "other"}, ["SAM-PS", "USAM-PS"]),
        ({"lambd": 0.25, "gamma_b": 1.0, "second": "other"}, ["PS, λ = 0.25", "SAM-PS"]),
        ({"f_star": "0", "second": "sgd"}, ["USAM-PS", "Gradient descent"]),
    ],
)
def test_methods_have_their_names(changes: dict[str, Value], names: list[str]) -> None:
    assert [found.plan.name for found in ways(**changes)] == names


def test_divergence_and_leaving_the_picture_are_noted_and_the_way_ends() -> None:
    """ℓ* far below f*: each step is thrown further than the last."""
    found = way(f_star="value", bound=-5.0, kappa=1e6, steps=90)
    assert found.left_at is not None
    assert np.all(np.abs(found.x_next[: found.left_at]) <= one_step.VIEW)
    assert np.max(np.abs(found.x_next[found.left_at])) > one_step.VIEW
    lost = one_step.walk(
        one_step.quadratic(1.0),
        one_step.Plan("sgd", "", 0.0, 0.0, 3.0),
        np.array([1.0, 0.0]),
        0.25,
        math.inf,
        100,
    )  # x⁺ = −2x
    assert lost.diverged_at == lost.steps - 1 == 19
    assert abs(lost.x_next[-1, 0]) == 2.0**20


@pytest.mark.parametrize(
    ("point", "variables", "picked"),
    [
        ([1.23456, -0.5], 2, {"x1": 1.23, "x2": -0.5}),
        ([1.23456, -0.5], 1, {"x1": 1.23}),
        ([99.0, -99.0], 2, {"x1": 3.0, "x2": -3.0}),
        ([math.nan, 0.0], 2, {}),
        (["1", 0.0], 2, {}),
        ([1.0], 2, {}),
        ("<b>", 2, {}),
        (None, 2, {}),
    ],
)
def test_a_click_gives_a_point_inside_the_range_or_nothing(
    point: object, variables: int, picked: dict
) -> None:
    assert one_step.picked(point, variables) == picked
