"""The figures of One step name only what the frames hold, and draw what there is."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest

from lab.one_step import figures
from lab.one_step.compute import OneStepResult, compute
from lab.one_step.frames import frames
from lab.params import OneStepConfig, Value
from lab.ui.figure_json import written

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


def computed(changes: dict[str, Value]) -> OneStepResult:
    return compute(OneStepConfig(**changes))


def built(found: OneStepResult) -> list[go.Figure]:
    return [figures.picture(found), figures.parabola(found)]


@EACH
def test_what_moves_is_in_the_frames(changes: dict[str, Value]) -> None:
    found = computed(changes)
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


def test_what_is_not_there_is_not_drawn() -> None:
    names = [trace.name for figure in built(computed({"rho": 0.0})) for trace in figure.data]
    assert not {"climb to e", "step before the cap", "cap γ<sub>b</sub>"} & set(names)
    names = [trace.name for figure in built(computed({"gamma_b": 1.0})) for trace in figure.data]
    assert {"climb to e", "step before the cap", "cap γ<sub>b</sub>"} <= set(names)


def test_two_methods_differ_in_colour_and_marker() -> None:
    figure = figures.plane(computed({"second": "sps_max"}))
    steps = [trace for trace in figure.data if (trace.name or "").startswith("way of")]
    assert len({trace.line.color for trace in steps}) == 2
    assert len({trace.line.dash for trace in steps}) == 2
    assert len({trace.marker.symbol for trace in steps}) == 2


@EACH
def test_plotly_knows_every_property(changes: dict[str, Value]) -> None:
    """The figures are built without Plotly's own check, which takes long."""
    for figure in built(computed(changes)):
        go.Figure(figure.to_plotly_json())


@pytest.mark.parametrize(
    ("changes", "bytes_at_most"),
    [
        ({}, 50_000),
        # 100,000 for the page as a whole; some 15,000 of them go to the rest of it
        ({"steps": 90, "second": "other", "gamma_b": 1.0, "f_star": "0"}, 76_000),
    ],
    ids=["defaults", "longest"],
)
def test_what_goes_over_the_wire_is_little(changes: dict[str, Value], bytes_at_most: int) -> None:
    found = computed(changes)
    texts = [written(figure) for figure in built(found)] + [json.dumps(frames(found))]
    assert sum(len(text.encode()) for text in texts) < bytes_at_most
