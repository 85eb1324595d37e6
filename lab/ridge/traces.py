"""Lines and bands of the charts of a comparison, as plain dictionaries in the style of their method."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.ridge.curves import Array, Curve
from lab.ui.theme import style
from synthetic.result import Track

FLOOR = 1e-32  # below this a run in double precision would show rounding, not convergence
CEILING = 1e38  # single precision ends here; a run that comes so far is on its way to infinity

# Dashes of the bounds' lines by their first theorem (the others are for mini-batches), and what each says.
_BOUND_DASHES = {
    "T3.1": "dash",
    "T3.2": "dash",
    "T3.1 tighter": "longdash",
    "T3.2 tighter": "longdash",
    "T3.5 tighter": "longdash",
    "T3.8 tighter": "longdash",
    "C3.6 tighter": "longdash",
    "C3.6 convex tighter": "longdash",
    "least squares": "longdashdot",
    "rate": "dot",
}
BOUND_NAMES = {
    "dash": "theorem, full batch",
    "dashdot": "theorem, mini-batches",
    "longdash": "derived here, tighter",
    "longdashdot": "worst case, least squares",
    "dot": "exact rate",
}
BOUND_MEANINGS = {
    "dash": "short dashes: a theorem for the full batch, in the published form",
    "dashdot": "dashes with dots: a theorem for mini-batches, in the published form",
    "longdash": "long dashes: derived here, tighter",
    "longdashdot": "long dashes with dots: the worst case of a step on least squares",
    "dot": "dotted: the exact rate of a constant step",
}


def bound_dash(name: str) -> str:
    """The dash of a bound's line, by its name."""
    return _BOUND_DASHES.get(name.split(" = ")[0], "dashdot")


def line_style(track: Track) -> dict[str, Any]:
    """Colour, dash and width of a method."""
    look = style(track.method.key)
    return {"color": look.color, "dash": look.dash, "width": look.width}


def line(track: Track, x: Array, y: Array, floor: float = FLOOR) -> dict[str, Any]:
    """A line in single precision, all that a screen shows, between `floor` and `CEILING`."""
    look = style(track.method.key)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": _positions(x),
        "y": np.where((y > floor) & (y < CEILING), y, np.nan).astype(np.float32),
        "name": track.method.name,
        "legendgroup": track.method.key,
        "line": line_style(track),
        "marker": {"symbol": look.marker, "size": 6, "color": look.color, "maxdisplayed": 6},
        "hovertemplate": "%{y:.3g}",
    }


def band(track: Track, x: Array, curve: Curve, opacity: float, floor: float = FLOOR) -> dict[str, Any]:
    """The area between two edges, as one closed outline above `floor`."""
    inside = (curve.low > 0) & (curve.high > floor) & (curve.high < CEILING)
    outline = np.concatenate([curve.high[inside], curve.low[inside][::-1]])
    around = np.concatenate([x[inside], x[inside][::-1]])
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _positions(around),
        "y": np.maximum(outline, floor).astype(np.float32),
        "name": f"{track.method.name}, range",
        "legendgroup": track.method.key,
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": style(track.method.key).color,
        "opacity": opacity,
        "hoverinfo": "skip",
    }


def _positions(x: Array) -> np.ndarray:
    """Positions on the axis in as few bytes as they need."""
    whole = np.issubdtype(x.dtype, np.integer)
    return x.astype(np.uint16 if len(x) and x.max() < 65536 else np.int32) if whole else x.astype(np.float32)
