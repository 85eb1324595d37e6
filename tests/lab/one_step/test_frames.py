"""The frames are the measured numbers, at the places that the figures name."""

from __future__ import annotations

import numpy as np
import pytest

from lab.one_step.compute import OneStepResult, compute
from lab.one_step.frames import frames
from lab.params import OneStepConfig, Value


def computed(**changes: Value) -> OneStepResult:
    return compute(OneStepConfig(**changes))


def test_points_of_the_plane() -> None:
    found = computed(gamma_b=0.1)
    way, lane = found.ways[0], frames(found)["lanes"][0]

    def at(name: str) -> np.ndarray:
        return np.array([axis[0] for axis in lane["points"][name]])

    np.testing.assert_allclose(at("tip") - at("x"), way.grad_x[0], rtol=1e-4)
    np.testing.assert_allclose(at("next"), way.x[0] - 0.1 * way.grad_e[0], rtol=1e-5)
    np.testing.assert_allclose(at("target"), way.x[0] - way.ratio[0] * way.grad_e[0], rtol=1e-5)
    for end in ("level_a", "level_b"):  # there the tangent at e is ℓ*
        height = way.loss_e[0] + way.grad_e[0] @ (at(end) - way.e[0])
        assert height == pytest.approx(found.f_star, abs=1e-3)


def test_points_of_the_graph() -> None:
    found = computed(variables="1", x1=2.0, rho=0.5)
    lane = frames(found)["lanes"][0]
    first = {name: [axis[0] for axis in point] for name, point in lane["points"].items()}
    assert first["x"] == [2.0, 2.25]
    assert first["e"] == [3.0, 4.75]
    assert first["foot"] == [2.0, 0.25]
    assert first["gap"] == [2.0, 1.75]
    assert first["landing"] == [1.5, 0.25]
    slope = (first["tangent_b"][1] - first["tangent_a"][1]) / (first["tangent_b"][0] - first["tangent_a"][0])
    assert slope == pytest.approx(3.0, rel=1e-4)


def test_numbers_of_the_parabola() -> None:
    found = computed(gamma_b=0.1)
    way = found.ways[0]
    first = {name: values[0] for name, values in frames(found)["lanes"][0]["numbers"].items()}
    assert first["ratio"] == pytest.approx(way.N[0] / way.norm_sq[0], rel=1e-5)
    assert first["vertex"] == pytest.approx(way.distance_sq[0] - way.N[0] ** 2 / way.norm_sq[0], rel=1e-5)
    assert first["promised"] == pytest.approx(way.bound(0.1)[0], rel=1e-5)
    assert first["after"] == pytest.approx(way.truth(0.1)[0], rel=1e-5)
    assert frames(found)["gamma_b"] == 0.1
    assert frames(computed())["gamma_b"] is None


def test_leaving_the_picture_is_noted() -> None:
    """ℓ* far below f*: x is thrown out of the picture."""
    found = computed(f_star="value", bound=-5.0, kappa=1e6, steps=90)
    left_at = frames(found)["lanes"][0]["left_at"]
    x_next = found.ways[0].x_next
    assert np.all(np.abs(x_next[:left_at]) <= found.view)
    assert np.max(np.abs(x_next[left_at])) > found.view
    assert frames(computed())["lanes"][0]["left_at"] is None
