"""The figures of One step name only what the frames hold, and the frames are the measured numbers."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from lab.one_step import compute as one_step
from lab.one_step import figures
from lab.one_step.frames import frames, nice
from lab.params import Value, defaults

SETTINGS: list[dict[str, Value]] = [
    {},
    {"variables": "1", "gamma_b": 0.5},
    {"second": "other", "gamma_b": 1.0},
    {"second": "sgd", "variables": "1"},
    {"function": "ripples", "second": "sps_max"},
    {"rho": 0.0},
    {"rho": 1.5, "second": "usam"},
    {"x1": 0.0, "x2": 0.0},
    {"kappa": 1e6, "f_star": "0"},
    {"f_star": "value", "bound": 5.0},
]
ENDS = {"gamma_b", "left", "right", "bottom", "top"}  # known to the browser: cap and ends of the axes
EACH = pytest.mark.parametrize("changes", SETTINGS, ids=str)


def outcome(changes: dict[str, Value]) -> one_step.Outcome:
    return one_step.compute(defaults("one_step") | changes)


def built(found: one_step.Outcome) -> list[go.Figure]:
    left = figures.graph if found.variables == 1 else figures.plane
    return [left(found), figures.parabola(found)]


@EACH
def test_what_moves_is_in_the_frames(changes: dict[str, Value]) -> None:
    found = outcome(changes)
    lanes = frames(found)["lanes"]
    moving = [trace for figure in built(found) for trace in figure.data if trace.meta]
    assert moving
    for trace in moving:
        lane = lanes[trace.meta["lane"]]
        meta = trace.meta
        names = {*meta.get("points", []), *meta.get("away", [])} | {
            meta[k] for k in ("trail", "unless") if k in meta
        }
        assert names <= set(lane["points"]), trace.name
        assert {name for pair in meta.get("over", []) for name in pair} <= set(lane["numbers"]) | ENDS
        if "curve" in trace.meta:
            assert trace.meta["curve"] in lane["numbers"]
    for lane in lanes:
        lengths = {len(values) for values in lane["numbers"].values()}
        lengths |= {len(axis) for point in lane["points"].values() for axis in point}
        assert lengths == {lane["steps"]} == {len(lane["decided"])}


@EACH
def test_frames_are_plain_and_finite(changes: dict[str, Value]) -> None:
    text = json.dumps(frames(outcome(changes)), allow_nan=False)
    assert "NaN" not in text


def test_points_of_the_plane() -> None:
    found = outcome({"gamma_b": 0.1})
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
    found = outcome({"variables": "1", "x1": 2.0, "rho": 0.5})
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
    found = outcome({"gamma_b": 0.1})
    way = found.ways[0]
    first = {name: values[0] for name, values in frames(found)["lanes"][0]["numbers"].items()}
    assert first["ratio"] == pytest.approx(way.N[0] / way.norm_sq[0], rel=1e-5)
    assert first["vertex"] == pytest.approx(way.distance_sq[0] - way.N[0] ** 2 / way.norm_sq[0], rel=1e-5)
    assert first["promised"] == pytest.approx(way.bound(0.1)[0], rel=1e-5)
    assert first["after"] == pytest.approx(way.truth(0.1)[0], rel=1e-5)
    assert frames(found)["gamma_b"] == 0.1
    assert frames(outcome({}))["gamma_b"] is None


@EACH
def test_the_axes_hold_what_matters(changes: dict[str, Value]) -> None:
    found = outcome(changes)
    way, axes = found.ways[0], frames(found)["axes"]
    (left, right), (_, top) = (np.array(axes[name])[:, : way.steps] for name in ("gamma", "distance"))
    assert np.all((left <= np.minimum(way.ratio, 0)) & (way.gamma <= right))
    assert np.all(top >= way.distance_sq * (1 - 1e-5))
    assert np.all(top >= way.truth(way.gamma) * (1 - 1e-5))


def test_what_is_not_there_is_not_drawn() -> None:
    names = [trace.name for figure in built(outcome({"rho": 0.0})) for trace in figure.data]
    assert not {"climb to e", "step before the cap", "cap γ<sub>b</sub>"} & set(names)
    names = [trace.name for figure in built(outcome({"gamma_b": 1.0})) for trace in figure.data]
    assert {"climb to e", "step before the cap", "cap γ<sub>b</sub>"} <= set(names)


def test_two_methods_differ_in_colour_and_marker() -> None:
    figure = figures.plane(outcome({"second": "sps_max"}))
    steps = [trace for trace in figure.data if (trace.name or "").startswith("way of")]
    assert len({trace.line.color for trace in steps}) == 2
    assert len({trace.line.dash for trace in steps}) == 2
    assert len({trace.marker.symbol for trace in steps}) == 2


def test_what_goes_over_the_wire_is_below_100_kilobytes() -> None:
    found = outcome({"steps": 90, "second": "other", "gamma_b": 1.0, "f_star": "0"})
    texts = [pio.to_json(figure, validate=False) for figure in built(found)] + [json.dumps(frames(found))]
    assert sum(len(text.encode()) for text in texts) < 76_000  # some 15,000 go to the rest of the page
    texts = [pio.to_json(figure, validate=False) for figure in built(outcome({}))] + [
        json.dumps(frames(outcome({})))
    ]
    assert sum(len(text.encode()) for text in texts) < 50_000


@pytest.mark.parametrize(
    ("value", "next_one"), [(0.0, 1), (1.0, 1), (1.01, 1.5), (0.0499, 0.05), (8.0, 10), (float("nan"), 1)]
)
def test_nice_ends(value: float, next_one: float) -> None:
    assert nice(value) == pytest.approx(next_one)


def test_a_bound_that_falls_steeply_is_drawn_as_a_slope() -> None:
    found = one_step.compute(defaults("one_step") | {"kappa": 1e6, "rho": 100.0})
    axes = frames(found)["axes"]
    (left, right), (low, top) = ([end[0] for end in axes[name]] for name in ("gamma", "distance"))
    assert left < 0 < right
    for gamma in (left, right):  # at both edges about as far from the start as the picture is high
        rise = abs(float(found.ways[0].bound(gamma)[0]) - found.ways[0].distance_sq[0])
        assert 0.5 * (top - low) < rise < 3 * (top - low)
