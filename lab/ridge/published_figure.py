"""The picture of a published figure, in the app and in the file of `python -m lab`."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from lab.ridge.published import PublishedResult
from lab.ui.theme import plain_figure, plain_guide, plain_layout, style
from synthetic.problem import Array, Rows
from synthetic.published import RECORD_EVERY
from synthetic.result import Track

GAP = "(f(x) − {least}) / (f(x⁰) − {least})"
RECORDS = f"record k, at iteration t = {RECORD_EVERY} k (the published axis calls k “iterations”)"


def published_figure(result: PublishedResult) -> go.Figure:
    """The relative gap of every method; of several trials the mean, and ± one standard deviation as a band.

    Nothing below `rounding` is drawn. A band's lower edge that falls below the lowest mean drawn, or below 0,
    is drawn there. `lab.ridge.published_caption.caption` says both.
    """
    stochastic = result.recipe.stochastic
    least = "lowest f seen" if result.recipe.subtracts_lowest_seen(result.edition) else "f*"
    x_title, y_title = "iteration t" if stochastic else RECORDS, GAP.format(least=least)
    layout = plain_layout(result.recipe.title, x_title, y_title)
    traces = []
    for track in result.tracks:
        x = track.iterations if stochastic else track.iterations // RECORD_EVERY
        if result.measured.config.trials > 1:
            traces.append(_band(x, track, result))
        traces.append(_line(x, track, result))
    if any(np.nanmin(result.mean(track)) < result.rounding for track in result.tracks):
        plain_guide(layout, result.rounding, "rounding", inside=True)
    return plain_figure(traces, layout | {"height": 520})


def _line(x: Rows, track: Track, result: PublishedResult) -> dict[str, Any]:
    look, y = style(track.method.key), result.mean(track)
    return {
        "type": "scatter",
        "x": x,
        "y": np.where(y >= result.rounding, y, np.nan),
        "name": track.method.name,
        "legendgroup": track.method.key,
        "mode": "lines+markers",
        "line": {"color": look.color, "dash": look.dash, "width": look.width},
        "marker": {"symbol": look.marker, "size": 6, "color": look.color, "maxdisplayed": 8},
        "hovertemplate": "%{y:.3g}",
    }


def _band(x: Rows, track: Track, result: PublishedResult) -> dict[str, Any]:
    """The region between mean − and mean + one standard deviation, as one outline, where both are known."""
    edge: Array = result.lower_edge(track)
    upper, lower = 2 * result.mean(track) - edge, np.maximum(edge, result.lowest)
    known = upper >= result.lowest
    return {
        "type": "scatter",
        "x": np.concatenate([x[known], x[known][::-1]]),
        "y": np.concatenate([upper[known], lower[known][::-1]]),
        "name": f"{track.method.name} ± std",
        "legendgroup": track.method.key,
        "showlegend": False,
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": style(track.method.key).color,
        "opacity": 0.15,
        "hoverinfo": "skip",
    }
