"""The map of iterations to a target over ρ and κ."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go

from lab.ridge.map import DIVERGED, MapResult
from lab.ui.theme import GUIDE, QUIET, plain_figure, plain_layout
from synthetic.problem import Array

# Light is fast: one hue, safe for colour-blind readers, readable on light and dark ground.
SCALE = [[0.0, "#d7e9f7"], [0.25, "#9cc9e8"], [0.5, "#5b9fd0"], [0.75, "#2a6fa8"], [1.0, "#0b3d66"]]


def map_figure(result: MapResult) -> go.Figure:
    """Iterations on a logarithmic colour scale; a cross: ended above its start, a ring: not reached."""
    config = result.config
    unit = "" if config.map_of in ("sam_ps", "sam") or config.unit == "1" else "ρL, that is "
    layout = plain_layout("Iterations to the target", "condition number κ", f"{unit}radius ρ", log_x=True)
    layout |= {"height": 420, "margin": {"b": 44, "r": 10}}
    times = result.iterations
    there = times > 0
    z = np.where(there, np.log10(np.maximum(times, 1.0)), np.nan)
    low, high = (np.floor(np.nanmin(z)), np.ceil(np.nanmax(z))) if there.any() else (0.0, 1.0)
    ticks = np.arange(low, high + 1)
    heat = {
        "type": "heatmap",
        "x": result.kappas.tolist(),
        "y": result.radii.tolist(),
        "z": z.tolist(),
        "zmin": float(low),
        "zmax": float(max(high, low + 1)),
        "text": [[_text(*cell) for cell in zip(*lines, strict=True)] for lines in _lines(result)],
        "hovertemplate": "κ = %{x:.3g}, ρ = %{y:.3g}<br>%{text}<extra></extra>",
        "colorscale": SCALE,
        "colorbar": {
            "title": {"text": "iterations"},
            "tickvals": ticks.tolist(),
            "ticktext": [f"{10**tick:g}" for tick in ticks],
            "thickness": 14,
        },
        "xgap": 1,
        "ygap": 1,
    }
    signs = [
        _signs(result, np.isnan(times), "not reached", "circle-open", GUIDE),
        _signs(result, times == DIVERGED, "ended above its start", "x-thin-open", QUIET),
    ]
    shown = [sign for sign in signs if sign["x"]]
    if shown:
        layout |= {"showlegend": True, "margin": {"b": 76, "r": 10}}
    return plain_figure([heat, *shown], layout)


def _lines(result: MapResult) -> Iterator[tuple[Array, Array, Array]]:
    return zip(result.iterations, result.low, result.high, strict=True)


def _text(count: float, low: float, high: float) -> str:
    """What the hover says of a cell."""
    if np.isnan(count):
        return "not reached"
    if count == DIVERGED:
        return "ended above its start"
    if np.isnan(low):
        return f"{int(count):,} iterations, run once"
    if low == high:
        return f"{int(count):,} iterations"
    most = f"{int(high):,}" if np.isfinite(high) else "not reached"
    return f"{int(count):,} iterations ({int(low):,} to {most})"


def _signs(result: MapResult, where: np.ndarray, name: str, symbol: str, color: str) -> dict[str, object]:
    lines, columns = np.nonzero(where)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": result.kappas[columns].tolist(),
        "y": result.radii[lines].tolist(),
        "name": name,
        "marker": {"symbol": symbol, "size": 9, "color": color, "line": {"width": 1.6, "color": color}},
        "hoverinfo": "skip",
    }
