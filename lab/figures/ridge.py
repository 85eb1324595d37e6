"""Figures of a comparison on ridge regression: results in, `go.Figure` out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lab.ridge import FLOOR
from lab.theme import add_guide, figure, style
from synthetic import Bound, Result
from synthetic.result import Track

CEILING = 1e38  # single precision ends here; a run that comes so far is on its way to infinity


def relative_gap(result: Result) -> go.Figure:
    """(f(x^t) − f*)/(f(x⁰) − f*) of every method."""
    fig = figure("Relative gap", "iteration t", "(f(x) − f*) / (f(x⁰) − f*)", log_y=True)
    fig.add_traces([_line(track, track.relative_gap[0]) for track in result.tracks.values()])
    return fig


def distance(result: Result, bound: Bound) -> go.Figure:
    """‖x^t − x*‖² of every method, and the bound over the first where it applies."""
    fig = figure("Squared distance to x*", "iteration t", "‖x − x*‖²", log_y=True)
    fig.add_traces([_line(track, track.distance_sq[0]) for track in result.tracks.values()])
    if bound.applies:
        first = next(iter(result.tracks.values()))
        line = {"color": style(first.method.key).color, "dash": "dash", "width": 1.3}
        name = f"bound {bound.theorem.key} on {first.method.name}"
        fig.add_trace(_trace(first.iterations, bound.values, name, line))
    return fig


def gamma(result: Result, gamma_b: float) -> go.Figure:
    """Step size γ_t of every method, with 1/L, 1/(2L) and the cap as guide lines."""
    L = result.problem.L
    fig = figure("Step size γ_t", "iteration t", "γ", log_y=True)
    fig.add_traces([_line(track, track.gamma[0]) for track in result.tracks.values()])
    fig.update_layout(margin={"r": 58})
    add_guide(fig, 1 / L, "1/L")
    add_guide(fig, 1 / (2 * L), "1/(2L)")
    if math.isfinite(gamma_b):
        add_guide(fig, gamma_b, "γ_b", inside=True)
    return fig


def _line(track: Track, y: np.ndarray) -> go.Scatter:
    look = style(track.method.key)
    line = {"color": look.color, "dash": look.dash, "width": look.width}
    marker = {"symbol": look.marker, "size": 6, "color": look.color, "maxdisplayed": 8}
    return _trace(track.iterations, y, track.method.name, line, mode="lines+markers", marker=marker)


def _trace(x: np.ndarray, y: np.ndarray, name: str, line: dict[str, Any], **settings: Any) -> go.Scatter:
    """A line in single precision, all that a screen shows, between `FLOOR` and `CEILING`."""
    shown = np.where((y > FLOOR) & (y < CEILING), y, np.nan).astype(np.float32)
    basic = {"mode": "lines", "hovertemplate": "%{y:.3g}"}
    return go.Scatter(x=x.astype(np.int32), y=shown, name=name, line=line, **(basic | settings))
