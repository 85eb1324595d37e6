"""Traces that the browser fills at each step, as plain dictionaries.

Such a trace says in `meta` what it draws (`Points`, `Over`, `Trail` or `Curve` of `lab.ui.meta`), by the
names of points and numbers in `lab.one_step.frames`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab.ui.meta import Curve, Over, Points, Trail
from lab.ui.theme import INK, MODEL, UPHILL, Style, style
from synthetic.walk import Way

Trace = dict[str, Any]


def look(way: Way) -> Style:
    """How the way's method is drawn."""
    return style(way.plan.key)


def moving(meta: Mapping[str, Any], name: str, legend: bool, **settings: Any) -> Trace:
    """A trace that the browser fills."""
    empty = {"type": "scatter", "x": [], "y": [], "hoverinfo": "skip"}
    return {**empty, "meta": dict(meta), "name": name, "showlegend": legend, **settings}


def line(
    lane: int,
    points: list[str] | list[list[str]],
    name: str,
    color: str,
    width: float,
    *,
    dash: str = "solid",
    legend: bool = False,
    **settings: Any,
) -> Trace:
    """A line through named points of the picture, or through points over the γ axis."""
    stroke = {"color": color, "width": width, "dash": dash}
    return moving(_through(lane, points), name, legend, **{"mode": "lines", "line": stroke, **settings})


def arrow(lane: int, points: list[str], name: str, color: str, width: float) -> Trace:
    """A line that ends in an arrow's head."""
    marker = at_the_end("arrow", 8 + 2 * width, color) | {"angleref": "previous"}
    return line(lane, points, name, color, width, legend=True, mode="lines+markers", marker=marker)


def curve(lane: int, number: str, name: str, color: str, width: float, dash: str) -> Trace:
    """The parabola whose N is this number of the step."""
    stroke = {"color": color, "width": width, "dash": dash}
    hover = {"hoverinfo": "all", "hovertemplate": "γ = %{x:.4g}: %{y:.4g}"}
    return moving(Curve(lane=lane, curve=number), name, True, mode="lines", line=stroke, **hover)


def mark(
    lane: int, at: str | list[str], name: str, color: str, symbol: str, size: int, **place: Any
) -> Trace:
    """One point; `place` are the further fields of its `meta`."""
    marker = {"symbol": symbol, "size": size, "color": color}
    return moving(_through(lane, [at]) | place, name, False, mode="markers", marker=marker)


def before_the_cap() -> Trace:
    """Where the step would end without the cap."""
    diamond = mark(0, "target", "step before the cap", MODEL, "diamond-open", 11)
    diamond["marker"]["line"] = {"width": 2}
    return diamond | {"showlegend": True}


def trail(way: Way, lane: int, *, joined: bool) -> Trace:
    """The iterates so far, joined by a line or not."""
    own = look(way)
    drawing: Trace = {"mode": "markers", "marker": {"symbol": own.marker, "size": 5, "color": own.color}}
    if joined:
        stroke = {"color": own.color, "width": 1.2, "dash": own.dash}
        drawing |= {"mode": "lines+markers", "line": stroke}
    return moving(Trail(lane=lane, trail="x"), f"way of {way.plan.name}", False, **drawing)


def star(x: float, y: float) -> Trace:
    """The minimiser, which stays where it is."""
    return {
        "type": "scatter",
        "x": [x],
        "y": [y],
        "name": "x*, the minimiser",
        "showlegend": False,
        "hovertemplate": "x* (%{x:.4g}, %{y:.4g})<extra></extra>",
        "mode": "markers+text",
        "marker": {"symbol": "star", "size": 12, "color": INK},
        **lettering(["x*"], INK, 15, "bottom center"),
    }


def letters(
    way: Way, lane: int, beside: list[str], beyond: list[str], across: tuple[str, ...]
) -> list[Trace]:
    """The points x, e and x⁺ with their letters; those of a second method stay small and have none.

    The letter x stands at the line `beside`, that of x⁺ at the line `beyond`, that of e at the climb: beside
    the line for those in `across`, else beyond its end.
    """
    own = look(way)
    if lane:
        return [mark(lane, "next", f"x⁺ of {way.plan.name}", own.color, own.marker, 9)]
    points = [("x", "x", INK, "circle", beside), ("next", "x⁺", own.color, own.marker, beyond)]
    if way.plan.rho > 0:
        points.insert(1, ("e", "e", UPHILL, "square", ["e", "x"]))
    return [_letter(*point, across=point[0] in across) for point in points]


def _letter(point: str, letter: str, color: str, symbol: str, away: list[str], *, across: bool) -> Trace:
    place: dict[str, Any] = {"away": away}
    if point != "x":
        place["unless"] = "x"
    if across:
        place["across"] = True
    text = lettering([letter], color, 16, "top right")
    return mark(0, point, letter, color, symbol, 11, **place) | text | {"mode": "markers+text"}


def at_the_end(symbol: str, size: float, color: str, **settings: Any) -> dict[str, Any]:
    """A marker at the second of two points only."""
    return {"symbol": ["circle", symbol], "size": [0, size], "color": color, **settings}


def lettering(text: list[str], color: str, size: int, position: str) -> dict[str, Any]:
    """Text at the points of a trace, with a halo, so that no line strikes a letter through."""
    font = {"color": color, "size": size, "shadow": "auto"}
    return {"text": text, "textfont": font, "textposition": position}


def _through(lane: int, points: list[Any]) -> dict[str, Any]:
    """Names of points stand alone, those of numbers over the γ axis in pairs."""
    if isinstance(points[0], str):
        return {**Points(lane=lane, points=points)}
    return {**Over(lane=lane, over=points)}
