"""What is known exactly: Hessians against differences of gradients, ways by hand."""

from __future__ import annotations

import numpy as np
import pytest

from lab.landscape import exact
from lab.params import LandscapeConfig


@pytest.mark.parametrize("function", ["quadratic", "log_sum_exp", "ripples"])
@pytest.mark.parametrize("w", [(0.0, 0.0), (1.2, 2.0), (-0.7, 0.3)])
def test_the_hessian_is_that_of_the_gradient(function: str, w: tuple[float, float]) -> None:
    known = exact.known(LandscapeConfig(what="plane", function=function, kappa=5.0))
    point, step, gradient = np.array(w), 1e-5, known.functions.gradient
    columns = [
        (gradient(point + step * unit) - gradient(point - step * unit)) / (2 * step) for unit in np.eye(2)
    ]
    np.testing.assert_allclose(known.matrix(point), np.stack(columns, -1), atol=1e-8)
    np.testing.assert_allclose(known.functions.hessian(point)(np.array([1.0, 0.0])), columns[0], atol=1e-8)


def test_the_rise_on_the_grid_is_that_of_the_quadratic() -> None:
    known = exact.known(LandscapeConfig(what="plane", function="quadratic", kappa=4.0))
    centre = np.zeros(2)
    assert known.greatest(centre, 0.2) == pytest.approx(0.2**2 / 2, rel=1e-4)
    assert known.average(centre, 0.2) == pytest.approx(0.2**2 * 1.25 / 4)


def test_the_ridge_problem_has_the_condition_number_and_gradient_descent_its_step() -> None:
    known = exact.known(LandscapeConfig(what="ridge", kappa=50.0))
    values = np.linalg.eigvalsh(known.matrix(np.zeros(exact.UNKNOWNS)))
    assert values[-1] / values[0] == pytest.approx(50.0)
    first, second = known.ways
    assert len(second) == exact.STEPS["ridge"] + 1
    by_hand = second[0] - known.functions.gradient(second[0]) / values[-1]
    np.testing.assert_allclose(second[1], by_hand, rtol=1e-9, atol=1e-12)
    loss = known.functions.loss
    assert loss(first[-1]) < loss(second[-1]) < loss(second[0])
