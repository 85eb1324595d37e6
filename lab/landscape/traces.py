"""Pieces of the page's figures: layout, lines, bands, points."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.ui.theme import Style, plain_layout
from neural.landscape.functions import Vector

Trace = dict[str, Any]
Layout = dict[str, Any]
BAND = "30"  # opacity of a band, two hexadecimal digits


def legend_layout(title: str, x: str, y: str, *, log_y: bool = False) -> Layout:
    """The house layout with a legend under the chart."""
    layout = plain_layout(title, x, y, log_y=log_y)
    return layout | {"showlegend": True, "height": 370, "margin": {"b": 76}}


def line(x: Vector, y: Vector, name: str, look: Style, **settings: Any) -> Trace:
    """A line in a lane's style, in single precision."""
    stroke = {"color": look.color, "dash": look.dash, "width": look.width}
    basic = {"type": "scatter", "mode": "lines", "name": name, "line": stroke, "hovertemplate": "%{y:.4g}"}
    return basic | {"x": short(x), "y": short(y)} | settings


def band(x: Vector, low: Vector, high: Vector, name: str, look: Style) -> list[Trace]:
    """What lies between two lines, shaded in a lane's colour."""
    edge = {"line": {"color": look.color, "width": 0}, "showlegend": False}
    return [
        line(x, low, f"{name}: lowest", look, **edge),
        line(x, high, f"{name}: highest", look, **edge, fill="tonexty", fillcolor=look.color + BAND),
    ]


def points(x: Vector, y: Vector, name: str, look: Style, **settings: Any) -> Trace:
    """A line with the lane's marker at every point."""
    marker = {"symbol": look.marker, "size": 7, "color": look.color}
    return line(x, y, name, look, mode="lines+markers", marker=marker, **settings)


def short(values: Vector) -> Any:
    """Single precision, all that a screen shows."""
    return np.asarray(values).astype(np.float32)
