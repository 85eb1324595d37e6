"""Lines and points of the lessons' pictures, as plain dictionaries."""

from __future__ import annotations

from typing import Any

from lab.ui.theme import Style
from synthetic.problem import Array

Trace = dict[str, Any]


def line(x: Any, y: Any, name: str, color: str, width: float, *, dash: str = "solid") -> Trace:
    """A line without markers."""
    stroke = {"color": color, "width": width, "dash": dash}
    return {"type": "scatter", "x": x, "y": y, "name": name, "mode": "lines", "line": stroke}


def lined(x: Any, y: Array, name: str, look: Style) -> Trace:
    """A line with the look of a method."""
    return line(x, y, name, look.color, look.width, dash=look.dash)


def dots(x: Any, y: Any, name: str, color: str, symbol: str, size: int = 11) -> Trace:
    """Points without a line."""
    marker = {"symbol": symbol, "size": size, "color": color}
    return {"type": "scatter", "x": x, "y": y, "name": name, "mode": "markers", "marker": marker}


def point(x: float, y: float, letter: str, color: str, name: str, symbol: str = "circle") -> Trace:
    """One point with its letter."""
    font = {"color": color, "size": 16, "shadow": "auto"}
    text = {"mode": "markers+text", "text": [letter], "textfont": font, "textposition": "top right"}
    return dots([x], [y], name, color, symbol) | text | {"showlegend": False}


def arrow(x: list[float], y: list[float], name: str, color: str, width: float) -> Trace:
    """A line that ends in an arrow's head."""
    head = {"symbol": ["circle", "arrow"], "size": [0, 8 + 2 * width], "color": color, "angleref": "previous"}
    return line(x, y, name, color, width) | {"mode": "lines+markers", "marker": head}


def band(x: Array, mean: Array, deviation: Array, name: str, look: Style) -> Trace:
    """Means with their standard deviations as error bars."""
    bars = {"type": "data", "array": deviation, "thickness": 1, "width": 3, "color": look.color}
    marker = {"symbol": look.marker, "size": 7, "color": look.color}
    return lined(x, mean, name, look) | {"mode": "lines+markers", "marker": marker, "error_y": bars}
