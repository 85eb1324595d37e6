"""The resolution of double precision, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic import LogisticRegression, RidgeRegression, resolution


def test_by_hand() -> None:
    # f(x) = ((2x₁ − 4)² + x₂²)/4: H = diag(2, ½), x* = (2, 0), f* = 0; x⁰ = (2, 3): D₀ = 9, ‖x*‖² = 4
    problem = RidgeRegression(np.diag([2.0, 1.0]), np.array([4.0, 0.0]))
    found = resolution(problem, np.array([2.0, 3.0]))
    assert found["distance_sq"] == pytest.approx(13e-26)
    assert found["gap_of_average"] == pytest.approx(13e-26)
    assert found["grad_norm"] == pytest.approx(2e-13 * 13**0.5)


def test_of_several_starts_the_mean_counts() -> None:
    # f(x) = ((x − 1)² + 2)/4 in one unknown and two rows, the second fitted by nothing: x* = 1, L = ½
    problem = RidgeRegression(np.array([[1.0], [0.0]]), np.array([1.0, 2.0**0.5]))
    found = resolution(problem, np.array([[1.0], [3.0]]))
    assert found["distance_sq"] == pytest.approx(1e-26 * (1 + 2))
    assert found["gap_of_average"] == pytest.approx(1e-26 * 3 / 4), "on a quadratic f* is not subtracted"


def test_a_loss_that_is_not_quadratic_is_known_to_its_last_digits_only() -> None:
    # f(x) = log(1 + e^−x) + x²/2, L = 1 + ¼, μ = 1
    problem = LogisticRegression(np.array([[1.0]]), np.array([1.0]), 1.0)
    found = resolution(problem, np.zeros(1))
    assert found["distance_sq"] == pytest.approx(2e-15 * problem.f_min, rel=1e-9)
    assert found["gap_of_average"] == pytest.approx(1e-15 * problem.f_min, rel=1e-9)
    assert found["grad_norm"] == pytest.approx((2.5e-15 * problem.f_min) ** 0.5, rel=1e-4)
