"""Figures as text: what Plotly's own writer gives, of everything that a figure may hold."""

from __future__ import annotations

import json
from datetime import datetime

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from lab.params import RidgeConfig
from lab.ridge.charts import build
from lab.ui.drawing import Drawing
from lab.ui.figure_json import written

VALUES = [
    np.array([1.0, np.nan, -np.inf]),
    np.array([1.5, 2.5], dtype=np.float32),
    np.array([1, 2, 3], dtype=np.uint16),
    np.array([1, 2, 3], dtype=np.int32)[::-1],
    [1, 2.5, None],
    [float("nan"), float("inf"), 1.0],
    [datetime(2026, 1, 2), datetime(2026, 1, 3)],
]


@pytest.mark.parametrize("y", VALUES)
def test_a_trace_is_written_as_plotly_writes_it(y: object) -> None:
    fig = go.Figure({"data": [{"type": "scatter", "y": y}], "layout": {"height": 300}}, _validate=False)
    assert json.loads(written(fig)) == json.loads(pio.to_json(fig, validate=False))


def test_rows_are_written_with_their_shape() -> None:
    z = np.arange(6.0).reshape(2, 3).T  # not in the order of memory
    fig = go.Figure(go.Heatmap(z=z))
    spec = json.loads(written(fig))["data"][0]["z"]
    assert spec == json.loads(pio.to_json(fig))["data"][0]["z"]
    assert spec["shape"] == "3, 2"


def test_types_without_bytes_become_lists() -> None:
    fig = go.Figure({"data": [{"type": "scatter", "x": np.array(["a", "b"]), "y": np.array([2**40, 1])}]})
    trace = json.loads(written(fig))["data"][0]
    assert (trace["x"], trace["y"]) == (["a", "b"], [2**40, 1])


def test_the_figures_of_the_ridge_lab_are_written_as_plotly_writes_them() -> None:
    for fig in build(RidgeConfig()).values():
        as_plotly_writes = json.loads(pio.to_json(fig.figure(), validate=False))
        assert json.loads(written(fig)) == json.loads(written(fig.figure())) == as_plotly_writes


@pytest.mark.parametrize("y", VALUES)
def test_plain_dictionaries_are_written_as_the_figure_of_them(y: object) -> None:
    plain = Drawing([{"type": "scatter", "y": y}], {"height": 300, "template": {"layout": {}}})
    assert json.loads(written(plain)) == json.loads(written(plain.figure()))


def test_a_meta_of_no_known_kind_is_refused_in_plain_dictionaries_too() -> None:
    with pytest.raises(ValueError, match="unknown fields: bounds"):
        written(Drawing([{"type": "scatter", "meta": {"bounds": True}}], {}))
