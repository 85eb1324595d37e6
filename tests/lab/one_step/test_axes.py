"""The parabola's axes show what matters of a step."""

from __future__ import annotations

import numpy as np
import pytest

from lab.one_step.axes import axes, nice
from lab.one_step.compute import compute
from lab.params import OneStepConfig


@pytest.mark.parametrize(
    "config",
    [
        OneStepConfig(),
        OneStepConfig(variables="1", gamma_b=0.5),
        OneStepConfig(second="other", gamma_b=1.0),
        OneStepConfig(rho=1.5, second="usam"),
        OneStepConfig(x1=0.0, x2=0.0),
        OneStepConfig(kappa=1e6, f_star="0"),
        OneStepConfig(f_star="value", bound=5.0),
    ],
    ids=str,
)
def test_they_hold_what_matters(config: OneStepConfig) -> None:
    ways = compute(config).ways
    way = ways[0]
    (left, right), (low, top) = (ends[:, : way.steps] for ends in axes(ways))
    assert np.all(left <= np.minimum(way.ratio, 0))
    assert np.all(way.gamma <= right)
    assert np.all((left < right) & (low < top))
    assert np.all(top >= np.maximum(way.distance_sq, way.truth(way.gamma)))


def test_a_bound_that_falls_steeply_is_drawn_as_a_slope() -> None:
    way = compute(OneStepConfig(kappa=1e6, rho=100.0)).ways[0]
    (left, right), (low, top) = (ends[:, 0] for ends in axes((way,)))
    assert left < 0 < right
    for gamma in (left, right):  # at both edges about as far from the start as the picture is high
        rise = abs(float(way.bound(gamma)[0]) - way.distance_sq[0])
        assert 0.5 * (top - low) < rise < 3 * (top - low)


@pytest.mark.parametrize(
    ("value", "next_one"), [(0.0, 1), (1.0, 1), (1.01, 1.5), (0.0499, 0.05), (8.0, 10), (float("nan"), 1)]
)
def test_nice_ends(value: float, next_one: float) -> None:
    assert nice(value) == pytest.approx(next_one)
