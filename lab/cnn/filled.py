"""Figures of a run that is over, filled as the browser fills them from the stream (js/columns.js)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from runs.record import Columns

STATS: dict[str, Callable[..., Any]] = {"mean": np.mean, "min": np.min, "max": np.max}


def filled(figure: go.Figure, lanes: Sequence[Columns]) -> go.Figure:
    """The figure with the columns of every lane in its lines; every lane has recorded the same steps."""
    traces = [{**trace.to_plotly_json(), **_points(trace.meta or {}, lanes)} for trace in figure.data]
    layout = figure.layout.to_plotly_json()
    for axis in layout["meta"]["fit"]:
        layout[axis] = {key: value for key, value in layout[axis].items() if key != "range"}
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _points(meta: Any, lanes: Sequence[Columns]) -> dict[str, list[float]]:
    """The x and y of a `lab.ui.meta.Column`: over its lanes, smoothed, or only where it is 0."""
    own = [lanes[index] for index in meta["lanes"]]
    measured = np.array([[np.nan if one is None else one for one in lane[meta["y"]]] for lane in own], float)
    known = ~np.isnan(measured).any(axis=0)
    x = np.mean([lane[meta["x"]] for lane in own], axis=0)[known]
    y = STATS[meta["stat"]](measured[:, known], axis=0)
    if "zeros" in meta:
        x = x[y == 0]
        y = np.full(len(x), meta["zeros"])
    if past := meta.get("smooth"):
        y = _smoothed(y, past)
    return {"x": x.tolist(), "y": y.tolist()}


def _smoothed(y: np.ndarray, past: float) -> np.ndarray:
    """Exponential running mean, without the bias of its start."""
    total = weight = 0.0
    means = np.empty(len(y))
    for index, value in enumerate(y):
        total, weight = past * total + (1 - past) * value, past * weight + (1 - past)
        means[index] = total / weight
    return means
