"""Figures of One step: what stays in them, and what moves.

Contours or graph, axes and legend stay. A trace that moves says in `meta` what it draws (`Points`, `Over`,
`Trail` or `Curve` of `lab.chart.meta`), and the browser fills it at each step from `lab.one_step.frames`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lab.chart.meta import Curve, Over, Points, Trail
from lab.one_step.compute import VIEW, Outcome, Way
from lab.ui.theme import CAP, GUIDE, INK, MODEL, QUIET, UPHILL, Style, figure, style
from synthetic.problem import Array

GRID = 51  # points of the contour plot along each axis
LEVELS = 14
SHADE = "rgba(76,139,190,0.025)"  # each level is painted over all below it: the higher, the darker
HEIGHT = 520


def plane(outcome: Outcome) -> go.Figure:
    """Two variables, from above: contours, gradient, e, the line where the tangent at e is ℓ*, the step."""
    fig = _figure("The step, seen from above", "x₁", "x₂")
    fig.add_trace(_contours(outcome))
    fig.add_trace(_star(*outcome.function.x_star))
    capped = math.isfinite(outcome.gamma_b)
    for lane in reversed(range(len(outcome.ways))):
        fig.add_traces(_plane_lane(outcome.ways[lane], lane, capped))
    fig.update_xaxes(range=[-VIEW, VIEW], constrain="domain", showgrid=False)
    fig.update_yaxes(range=[-VIEW, VIEW], scaleanchor="x", constrain="domain", showgrid=False)
    return fig


def graph(outcome: Outcome) -> go.Figure:
    """One variable: the graph, its tangent at e, and where that tangent reaches ℓ*."""
    fig = _figure("The step, on the graph of f", "x", "f(x)")
    x = np.linspace(-VIEW, VIEW, 161)
    y = outcome.function.loss(np.stack([x, np.zeros_like(x)], -1))
    line = {"color": QUIET, "width": 1.6}
    fig.add_trace(go.Scatter(x=_short(x), y=_short(y), mode="lines", line=line, name="f", hoverinfo="skip"))
    fig.add_trace(_star(outcome.function.x_star[0], outcome.function.f_min))
    fig.add_hline(y=outcome.f_star, line={"color": GUIDE, "width": 1, "dash": "dot"})
    note = {"text": "ℓ*", "showarrow": False, "font": {"color": QUIET, "size": 14}}
    fig.add_annotation(x=1, xref="paper", xanchor="right", y=outcome.f_star, yanchor="top", **note)
    capped = math.isfinite(outcome.gamma_b)
    for lane in reversed(range(len(outcome.ways))):
        fig.add_traces(_graph_lane(outcome.ways[lane], lane, capped))
    low, high = min(outcome.f_star, outcome.function.f_min), float(np.max(y))
    fig.update_xaxes(range=[-VIEW, VIEW])
    fig.update_yaxes(range=[low - 0.12 * (high - low), high + 0.08 * (high - low)])
    return fig


def parabola(outcome: Outcome) -> go.Figure:
    """The bound φ(γ) over the true squared distance, the step before the cap, the cap, the step taken."""
    fig = _figure("How close a step γ would bring x", "γ", "squared distance to x*")
    first = outcome.ways[0]
    own = _look(first)
    now = _text(["", "now"], QUIET, 13, "middle right") | {"cliponaxis": False}
    fig.add_trace(
        _line(0, [["left", "distance_sq"], ["right", "distance_sq"]], "now", GUIDE, 1, dash="dot", **now)
    )
    truth = "‖x⁺ − x*‖², the truth"
    fig.add_trace(_curve(0, "N", "φ(γ), the bound", own.color, 2.4, "dash"))
    fig.add_trace(_curve(0, "cross", truth, INK, 2.2, "solid"))
    for lane, way in enumerate(outcome.ways[1:], start=1):
        other = _look(way)
        fig.add_trace(_curve(lane, "cross", f"truth of {way.plan.name}", other.color, 1.4, other.dash))
        fig.add_trace(_mark(lane, ["gamma", "after"], f"γ of {way.plan.name}", other.color, other.marker, 10))
    if math.isfinite(outcome.gamma_b):
        name = _text(["", CAP], QUIET, 13, "bottom right")
        fig.add_trace(
            _line(
                0,
                [["gamma_b", "bottom"], ["gamma_b", "top"]],
                f"cap {CAP}",
                GUIDE,
                2,
                dash="longdash",
                legend=True,
                **name,
            )
        )
    ratio = _line(
        0, [["ratio", "bottom"], ["ratio", "vertex"]], "N/‖∇f(e)‖²", MODEL, 1.5, dash="dot", legend=True
    )
    fig.add_trace(ratio.update(mode="lines+markers", marker=_ends("diamond-open", 12, MODEL, {"width": 2})))
    chosen = _line(0, [["gamma", "promised"], ["gamma", "after"]], "γ, as taken", own.color, 2, legend=True)
    chosen.update(_text(["γ", ""], own.color, 16, "top center"))
    fig.add_trace(chosen.update(mode="lines+markers+text", marker={"symbol": own.marker, "size": 10}))
    fig.update_xaxes(exponentformat="power")
    return fig.update_layout(margin={"r": 40})


def _contours(outcome: Outcome) -> go.Contour:
    """Level lines of √(f − f*): evenly spaced for a quadratic, so that a flat valley shows too."""
    axis = np.linspace(-VIEW, VIEW, GRID)
    z = np.sqrt(outcome.function.excess(np.stack(np.meshgrid(axis, axis), -1)))
    top = float(np.max(z))
    return go.Contour(
        x=_short(axis),
        y=_short(axis),
        z=_short(z),
        name="f",
        showlegend=False,
        hoverinfo="skip",
        colorscale=[[0, SHADE], [1, SHADE]],
        showscale=False,
        contours={"coloring": "fill", "start": top / LEVELS / 2, "end": top, "size": top / LEVELS},
        line={"color": GUIDE, "width": 0.6},
    )


def _plane_lane(way: Way, lane: int, capped: bool) -> list[go.Scatter]:
    own, name = _look(way), way.plan.name
    traces = [_trail(way, lane, own.dash)]
    if lane:
        if way.plan.rho > 0:
            ascent = _line(lane, ["x", "e"], f"e of {name}", own.color, 1.4, dash="dot")
            traces.append(ascent.update(mode="lines+markers", marker=_ends("square-open", 8, own.color)))
    else:
        traces.append(
            _line(
                0,
                ["level_a", "level_b"],
                "where the tangent at e reaches ℓ*",
                MODEL,
                1.5,
                dash="dash",
                legend=True,
            )
        )
        traces += [_diamond()] if capped else []
        traces.append(_arrow(0, ["x", "tip"], "gradient ∇f(x)", UPHILL, 1.3))
        if way.plan.rho > 0:
            traces.append(_line(0, ["x", "e"], "climb to e", UPHILL, 3.2, legend=True))
    traces.append(_arrow(lane, ["x", "next"], f"step of {name}", own.color, 2.2 if lane else 3.2))
    return traces + _letters(way, lane, ["x", "next"], ["next", "x"], across=("x",))


def _graph_lane(way: Way, lane: int, capped: bool) -> list[go.Scatter]:
    own = _look(way)
    traces = [_trail(way, lane, None)]
    if not lane:
        traces.append(
            _line(0, ["tangent_a", "tangent_b"], "tangent at e", MODEL, 1.5, dash="dash", legend=True)
        )
        height = _line(0, ["foot", "half", "gap"], "N", MODEL, 4, legend=True)
        traces.append(height.update(_text(["", "\u2002N", ""], MODEL, 16, "middle right")))
        traces += [_diamond()] if capped else []
    traces.append(
        _arrow(lane, ["foot", "landing"], f"step of {way.plan.name}", own.color, 2.2 if lane else 3.2)
    )
    traces.append(_line(lane, ["landing", "next"], "up to the graph", own.color, 1, dash="dot"))
    return traces + _letters(way, lane, ["x", "e"], ["next", "landing"], across=("x", "e"))


def _letters(
    way: Way, lane: int, beside: list[str], beyond: list[str], across: tuple[str, ...]
) -> list[go.Scatter]:
    """The points x, e and x⁺ with their letters; those of a second method stay small and have none.

    The letter x stands at the line `beside`, that of x⁺ at the line `beyond`, that of e at the climb: beside
    the line for those in `across`, else beyond its end.
    """
    own = _look(way)
    if lane:
        return [_mark(lane, "next", f"x⁺ of {way.plan.name}", own.color, own.marker, 9)]
    points = [("x", "x", INK, "circle", beside), ("next", "x⁺", own.color, own.marker, beyond)]
    if way.plan.rho > 0:
        points.insert(1, ("e", "e", UPHILL, "square", ["e", "x"]))
    marks = [_mark(0, name, text, color, symbol, 11, away) for name, text, color, symbol, away in points]
    for mark in marks[1:]:
        mark.meta |= {"unless": "x"}
    for mark, (name, text, color, *_) in zip(marks, points, strict=True):
        mark.meta |= {"across": True} if name in across else {}
        mark.update(_text([text], color, 16, "top right")).update(mode="markers+text")
    return marks


# --- pieces


def _look(way: Way) -> Style:
    return style(way.plan.key)


def _figure(title: str, x: str, y: str) -> go.Figure:
    fig = figure(title, x, y)
    fig.update_layout(height=HEIGHT, hovermode="closest", margin={"l": 52, "r": 12, "t": 36, "b": 92})
    return fig.update_layout(legend={"y": -0.115})


def _moving(meta: Mapping[str, Any], name: str, legend: bool, **settings: Any) -> go.Scatter:
    """A trace that the browser fills."""
    return go.Scatter(
        x=[], y=[], meta=meta, name=name, showlegend=legend, **({"hoverinfo": "skip"} | settings)
    )


def _through(lane: int, points: list[Any]) -> dict[str, Any]:
    """Named points; or points over the γ axis, each by the names of its two numbers."""
    if isinstance(points[0], str):
        return {**Points(lane=lane, points=points)}
    return {**Over(lane=lane, over=points)}


def _line(
    lane: int,
    points: list[Any],
    name: str,
    color: str,
    width: float,
    *,
    dash: str = "solid",
    legend: bool = False,
    **settings: Any,
) -> go.Scatter:
    line = {"color": color, "width": width, "dash": dash}
    meta = _through(lane, points)
    return _moving(meta, name, legend, **({"mode": "lines", "line": line} | settings))


def _arrow(lane: int, points: list[str], name: str, color: str, width: float) -> go.Scatter:
    marker = _ends("arrow", 8 + 2 * width, color) | {"angleref": "previous"}
    return _line(lane, points, name, color, width, legend=True, mode="lines+markers", marker=marker)


def _curve(lane: int, cross: str, name: str, color: str, width: float, dash: str) -> go.Scatter:
    line = {"color": color, "width": width, "dash": dash}
    hover = {"hoverinfo": "all", "hovertemplate": "γ = %{x:.4g}: %{y:.4g}"}
    return _moving(Curve(lane=lane, curve=cross), name, True, mode="lines", line=line, **hover)


def _mark(
    lane: int,
    at: str | list[str],
    name: str,
    color: str,
    symbol: str,
    size: int,
    away: list[str] | None = None,
) -> go.Scatter:
    meta = _through(lane, [at]) | ({"away": away} if away else {})
    marker = {"symbol": symbol, "size": size, "color": color}
    return _moving(meta, name, False, mode="markers", marker=marker)


def _diamond() -> go.Scatter:
    """Where the step would end without the cap."""
    mark = _mark(0, "target", "step before the cap", MODEL, "diamond-open", 11)
    return mark.update(showlegend=True, marker={"line": {"width": 2}})


def _trail(way: Way, lane: int, dash: str | None) -> go.Scatter:
    """The iterates so far, joined by a line if there is a dash for it."""
    own = _look(way)
    marker = {"symbol": own.marker, "size": 5, "color": own.color}
    mode, line = (
        ("lines+markers", {"color": own.color, "width": 1.2, "dash": dash}) if dash else ("markers", {})
    )
    meta = Trail(lane=lane, trail="x")
    return _moving(meta, f"way of {way.plan.name}", False, mode=mode, line=line, marker=marker)


def _star(x: float, y: float) -> go.Scatter:
    hover = "x* (%{x:.4g}, %{y:.4g})<extra></extra>"
    star = go.Scatter(x=[x], y=[y], name="x*, the minimiser", showlegend=False, hovertemplate=hover)
    star.update(mode="markers+text", marker={"symbol": "star", "size": 12, "color": INK})
    return star.update(_text(["x*"], INK, 15, "bottom center"))


def _ends(symbol: str, size: float, color: str, line: dict[str, Any] | None = None) -> dict[str, Any]:
    """A marker at the second of two points only."""
    return {"symbol": ["circle", symbol], "size": [0, size], "color": color} | (
        {"line": line} if line else {}
    )


def _text(text: list[str], color: str, size: int, position: str) -> dict[str, Any]:
    mode = {"mode": "lines+text"} if len(text) > 1 else {}
    font = {"color": color, "size": size, "shadow": "auto"}  # a halo: no line strikes a letter through
    return {"text": text, "textfont": font, "textposition": position} | mode


def _short(values: Array) -> Array:
    """Single precision, all that a screen shows."""
    return values.astype(np.float32)
