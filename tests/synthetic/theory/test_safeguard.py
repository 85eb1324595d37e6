"""Proposition 2.1: N is what a hand computes, never below its bound for ρ ≤ 1/L, and below 0 beyond."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic import (
    LogisticRegression,
    Problem,
    RidgeConfig,
    RidgeRegression,
    SimulationConfig,
    simulate,
    usam_ps,
)
from synthetic.theory.safeguard import lower_bound, numerator, random_points, steepest_point

QUADRATIC = RidgeRegression(np.diag([2.0, np.sqrt(2.0)]), np.zeros(2))  # H = diag(2, 1), minimum 0 at 0


def test_hand_computed() -> None:
    # ρ = 1/4, x = (1, 1): g = (2, 1), e = (3/2, 5/4), h = (3, 5/4);
    # f(e) = (2·9/4 + 25/16)/2 = 97/32, ⟨h, e − x⟩ = 3/2 + 5/16 = 29/16, N = 39/32, f(x) = 3/2
    found = numerator(QUADRATIC, np.ones((1, 2)), np.array([0.25]))
    assert found.N[0, 0] == pytest.approx(39 / 32, rel=1e-14)
    assert found.relative[0, 0] == pytest.approx(13 / 16, rel=1e-14)
    # ρ = 1, x = (1, 0) along L = 2: N = ½·2·(1 − 4) = −3, N / f(x) = 1 − (ρL)² = −3
    found = numerator(QUADRATIC, np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1.0]))
    assert found.N[0] == pytest.approx([-3.0, 0.0], abs=1e-15)
    assert found.negative.tolist() == [[True, False]], "ρh = 1 is not negative"


def test_a_quadratic_has_the_closed_form() -> None:
    problem = RidgeConfig(n=15, d=7, kappa=30.0, interpolated=False, seed=3).build()
    rho = np.array([0.0, 0.4, 1.0, 1.7]) / problem.L
    x = random_points(problem, 9, seed=5)
    H, y = problem.H, x - problem.x_star
    expected = [0.5 * np.einsum("pi,ij,pj->p", y, H @ (np.eye(7) - r**2 * H @ H), y) for r in rho]
    assert pytest.approx(np.array(expected), rel=1e-9, abs=1e-11) == numerator(problem, x, rho).N


PROBLEMS: list[Problem] = [
    *(
        RidgeConfig(n, d, kappa, interpolated=interpolated, seed=2).build()
        for n, d in ((20, 10), (8, 16))
        for kappa in (1.0, 10.0, 1000.0)
        for interpolated in (True, False)
    ),
    LogisticRegression(
        np.random.default_rng(1).standard_normal((20, 4)), np.resize([-1.0, 1.0], 20), reg=0.1
    ),
]


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("rho_L", [0.0, 0.5, 0.999, 1.0])
def test_the_numerator_is_never_below_its_bound(problem: Problem, rho_L: float) -> None:
    rho = np.array([rho_L / problem.L])
    found = numerator(problem, random_points(problem, 200, seed=0), rho)
    assert not found.negative.any()
    assert np.all(found.relative >= lower_bound(problem.L, rho)[:, None] - 1e-10)


@pytest.mark.parametrize("interpolated", [True, False])
def test_sharp_along_the_top_eigenvector_and_broken_beyond(interpolated: bool) -> None:
    problem = RidgeConfig(20, 10, 10.0, interpolated=interpolated, seed=4).build()
    rho = np.array([0.0, 0.5, 1.0, 1.0 + 1e-6, 1.5, 2.0]) / problem.L
    found = numerator(problem, steepest_point(problem), rho)
    assert found.relative[:, 0] == pytest.approx(lower_bound(problem.L, rho), abs=1e-10)
    assert found.negative[:, 0].tolist() == [False, False, False, True, True, True]


def test_the_method_meets_the_same_signs() -> None:
    """From the steepest point the simulated method is clamped in every step beyond 1/L, in none below."""
    problem = RidgeConfig(12, 6, seed=1).build()
    for rho_L, share in ((0.9, 0.0), (1.1, 1.0)):
        result = simulate(
            problem, [usam_ps(rho_L / problem.L)], SimulationConfig(5), steepest_point(problem)[0]
        )
        assert result["usam_ps"].clamped_share[0, -1] == share


def test_a_minimiser_has_no_ratio() -> None:
    found = numerator(QUADRATIC, np.zeros((1, 2)), np.array([0.1]))
    assert np.isnan(found.relative).all()
    assert not found.negative.any()


@pytest.mark.parametrize(
    ("x", "rho", "message"),
    [
        (np.ones(2), np.ones(1), "x must be finite, of shape"),
        (np.ones((1, 3)), np.ones(1), "x must be finite, of shape"),
        (np.full((1, 2), np.nan), np.ones(1), "x must be finite"),
        (np.ones((1, 2)), np.ones((1, 1)), r"rho must be of shape \(R,\)"),
        (np.ones((1, 2)), np.array([-0.1]), "rho must be a finite number"),
        (np.ones((1, 2)), np.array([np.inf]), "rho must be a finite number"),
    ],
)
def test_bad_input_is_refused(x: np.ndarray, rho: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        numerator(QUADRATIC, x, rho)
