"""The functions to draw: gradients against differences, constants against the curvature, exact minima."""

from __future__ import annotations

import math

import numpy as np
import pytest

from synthetic.plane import PlaneFunction, log_sum_exp, quadratic, ripples

FUNCTIONS = {
    "kappa 1": quadratic(1.0),
    "kappa 7": quadratic(7.0),
    "kappa 1e6": quadratic(1e6),
    "log-sum-exp": log_sum_exp(),
    "log-sum-exp of one variable": log_sum_exp(0.0),
    "ripples": ripples(),
    "ripples along the axis": ripples(0.0),
}
EACH = pytest.mark.parametrize("f", FUNCTIONS.values(), ids=list(FUNCTIONS))
POINTS = np.random.default_rng(0).uniform(-3.2, 3.2, (3000, 2))
STEP = 1e-5


def difference(of: object, x: np.ndarray) -> np.ndarray:
    """Central differences along both axes, on a new last axis."""
    return np.stack([(of(x + STEP * d) - of(x - STEP * d)) / (2 * STEP) for d in np.eye(2)], -1)  # type: ignore[operator]


@EACH
def test_the_gradient_is_that_of_the_loss(f: PlaneFunction) -> None:
    np.testing.assert_allclose(f.gradient(POINTS), difference(f.loss, POINTS), atol=1e-8)


@EACH
def test_the_constants_bound_the_curvature_and_are_nearly_reached(f: PlaneFunction) -> None:
    hessian = difference(f.gradient, POINTS)
    curvature = np.linalg.eigvalsh((hessian + np.swapaxes(hessian, -1, -2)) / 2)
    assert curvature.max() <= f.L + 1e-8
    assert curvature.min() >= f.mu - 1e-8
    assert curvature.max() >= 0.98 * f.L
    assert curvature.min() <= f.mu + 0.01
    assert f.convex == (curvature.min() >= -1e-8)


@EACH
def test_the_minimiser_is_one(f: PlaneFunction) -> None:
    x_star = np.array(f.x_star)
    assert f.excess(x_star) == 0
    assert np.all(f.gradient(x_star) == 0)
    assert np.all(f.excess(POINTS) > 0)
    assert f.loss(POINTS[0]) == f.f_min + f.excess(POINTS[0])


@pytest.mark.parametrize("f", [quadratic(1.0, 0.0), log_sum_exp(0.0), ripples(0.0)], ids=lambda f: f.key)
def test_the_first_axis_is_a_function_of_one_variable(f: PlaneFunction) -> None:
    x = np.stack([np.linspace(-3, 3, 50), np.zeros(50)], -1)
    assert np.all(f.gradient(x)[:, 1] == 0)


def test_values_by_hand() -> None:
    f = quadratic(4.0, angle=0.0)
    x = np.array([2.0, 4.0])
    assert f.loss(x) == 0.25 + (4 + 16 / 4) / 2
    assert f.gradient(x).tolist() == [2.0, 1.0]
    assert ripples(0.0).loss(np.array([math.pi / 2, 1.0])) == pytest.approx((math.pi**2 / 4 + 1) / 8 + 1)
    at = np.array([0.3, -0.7])
    terms = [math.exp(0.3 - 1.05), math.exp(0.3 + 1.05), math.exp(-0.3)]
    assert log_sum_exp().loss(at) == pytest.approx(math.log(sum(terms)), rel=1e-14)
    far = 301.5 + math.log1p(math.exp(-3.0))
    assert log_sum_exp().loss(np.array([300.0, 1.0])) == pytest.approx(far, rel=1e-14)
    assert math.isfinite(log_sum_exp().loss(np.array([3e5, 1.0])))


@pytest.mark.parametrize("distance", [1e-4, 1e-8, 1e-12])
def test_the_excess_keeps_its_digits_close_to_the_minimum(distance: float) -> None:
    """½⟨d, Hd⟩ with H = Σ pᵢ aᵢ aᵢᵀ = diag(1, 9/8) at x*, up to the third order."""
    f = log_sum_exp()
    x = np.array(f.x_star) + np.array([0.0, distance])
    assert f.excess(x) == pytest.approx(distance**2 * 9 / 16, rel=1e-3)
    assert f.gradient(x)[1] == pytest.approx(distance * 9 / 8, rel=1e-3)


@pytest.mark.parametrize("kappa", [0.5, math.inf, math.nan])
def test_a_condition_number_below_one_is_refused(kappa: float) -> None:
    with pytest.raises(ValueError, match=r"kappa must be a finite number in \[1, inf\)"):
        quadratic(kappa)
