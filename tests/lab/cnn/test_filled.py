"""Figures filled in Python: the numbers of the browser's columns, worked out by hand."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from lab.cnn.filled import filled

LANES = [
    {"step": [1, 2, 3], "gamma": [1.0, 0.0, 4.0], "test_accuracy": [None, None, 0.5]},
    {"step": [1, 2, 3], "gamma": [3.0, 2.0, 0.0], "test_accuracy": [None, 0.1, 0.7]},
]


def drawn(**meta: object) -> tuple[list[float], list[float]]:
    trace = {"type": "scatter", "x": [], "y": [], "meta": {"x": "step", "stat": "mean", **meta}}
    layout = {"xaxis": {"range": [0, 100]}, "yaxis": {"range": [0, 1]}, "meta": {"fit": ["xaxis"]}}
    figure = filled(go.Figure({"data": [trace], "layout": layout}, _validate=False), LANES)
    assert "range" not in figure.layout.xaxis.to_plotly_json()
    assert tuple(figure.layout.yaxis.range) == (0, 1)
    return list(figure.data[0].x), list(figure.data[0].y)


def test_a_lane_as_it_is() -> None:
    assert drawn(lanes=[0], y="gamma") == ([1, 2, 3], [1, 0, 4])


@pytest.mark.parametrize(("stat", "expected"), [("mean", [2, 1, 2]), ("min", [1, 0, 0]), ("max", [3, 2, 4])])
def test_several_seeds(stat: str, expected: list[float]) -> None:
    assert drawn(lanes=[0, 1], y="gamma", stat=stat) == ([1, 2, 3], expected)


def test_only_what_every_seed_measured() -> None:
    assert drawn(lanes=[0, 1], y="test_accuracy") == ([3], [0.6])


def test_only_the_zeros() -> None:
    assert drawn(lanes=[0], y="gamma", zeros=-1) == ([2], [-1])


def test_the_running_mean_has_no_bias_of_its_start() -> None:
    x, y = drawn(lanes=[0], y="gamma", smooth=0.5)
    assert x == [1, 2, 3]
    assert y == pytest.approx([1, (0.25 * 1 + 0) / 0.75, (0.125 * 1 + 0.5 * 4) / 0.875])
