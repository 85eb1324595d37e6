"""Figures of One step: contours or graph, axes and legend stay; what moves is in `lab.one_step.traces`."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from lab.one_step import traces
from lab.one_step.compute import OneStepResult
from lab.one_step.traces import Trace, arrow, at_the_end, lettering, line, look
from lab.ui.theme import CAP, GUIDE, INK, MODEL, QUIET, UPHILL, plain_figure, plain_layout
from synthetic.problem import Array
from synthetic.walk import Way

GRID = 51  # points of the contour plot along each axis
LEVELS = 14
SHADE = "rgba(76,139,190,0.025)"  # each level is painted over all below it: the higher, the darker
HEIGHT = 520


def picture(result: OneStepResult) -> go.Figure:
    """The figure at the left: the graph of one variable, or two variables seen from above."""
    return graph(result) if result.flat else plane(result)


def plane(result: OneStepResult) -> go.Figure:
    """Two variables, from above: contours, gradient, e, the line where the tangent at e is ℓ*, the step."""
    layout = _layout("The step, seen from above", "x₁", "x₂")
    axis = {"range": [-result.view, result.view], "constrain": "domain", "showgrid": False}
    layout["xaxis"] |= axis
    layout["yaxis"] |= axis | {"scaleanchor": "x"}
    moving = [_plane_lane(way, lane, result.capped) for lane, way in enumerate(result.ways)]
    return plain_figure(
        [_contours(result), traces.star(*result.function.x_star), *_first_on_top(moving)], layout
    )


def graph(result: OneStepResult) -> go.Figure:
    """One variable: the graph, its tangent at e, and where that tangent reaches ℓ*."""
    x = np.linspace(-result.view, result.view, 161)
    y = result.function.loss(np.stack([x, np.zeros_like(x)], -1))
    stroke = {"color": QUIET, "width": 1.6}
    curve = {"type": "scatter", "x": _short(x), "y": _short(y), "mode": "lines", "line": stroke, "name": "f"}
    star = traces.star(result.function.x_star[0], result.function.f_min)
    layout = _layout("The step, on the graph of f", "x", "f(x)") | _guide(result.f_star, "ℓ*")
    low, high = min(result.f_star, result.function.f_min), float(np.max(y))
    layout["xaxis"] |= {"range": [-result.view, result.view]}
    layout["yaxis"] |= {"range": [low - 0.12 * (high - low), high + 0.08 * (high - low)]}
    moving = [_graph_lane(way, lane, result.capped) for lane, way in enumerate(result.ways)]
    return plain_figure([curve | {"hoverinfo": "skip"}, star, *_first_on_top(moving)], layout)


def parabola(result: OneStepResult) -> go.Figure:
    """The bound φ(γ) over the true squared distance, the step before the cap, the cap, the step taken."""
    first, *others = result.ways
    layout = _layout("How close a step γ would bring x", "γ", "squared distance to x*")
    layout["xaxis"] |= {"exponentformat": "power"}
    layout["margin"] |= {"r": 40}
    drawn = [
        _now(),
        traces.curve(0, "N", "φ(γ), the bound", look(first).color, 2.4, "dash"),
        traces.curve(0, "cross", "‖x⁺ − x*‖², the truth", INK, 2.2, "solid"),
    ]
    for lane, way in enumerate(others, start=1):
        drawn += _second_truth(way, lane)
    drawn += [_cap()] if result.capped else []
    return plain_figure([*drawn, _ratio(), _taken(first)], layout)


def _contours(result: OneStepResult) -> Trace:
    """Level lines of √(f − f*): evenly spaced for a quadratic, so that a flat valley shows too."""
    axis = np.linspace(-result.view, result.view, GRID)
    z = np.sqrt(result.function.excess(np.stack(np.meshgrid(axis, axis), -1)))
    top = float(np.max(z))
    return {
        "type": "contour",
        "x": _short(axis),
        "y": _short(axis),
        "z": _short(z),
        "name": "f",
        "showlegend": False,
        "hoverinfo": "skip",
        "colorscale": [[0, SHADE], [1, SHADE]],
        "showscale": False,
        "contours": {"coloring": "fill", "start": top / LEVELS / 2, "end": top, "size": top / LEVELS},
        "line": {"color": GUIDE, "width": 0.6},
    }


def _first_on_top(lanes: list[list[Trace]]) -> list[Trace]:
    """What is painted last lies on top: that is the first method."""
    return [trace for lane in reversed(lanes) for trace in lane]


def _plane_lane(way: Way, lane: int, capped: bool) -> list[Trace]:
    own, name = look(way), way.plan.name
    climb = way.plan.rho > 0
    drawn = [traces.trail(way, lane, joined=True)]
    if not lane:
        level = "where the tangent at e reaches ℓ*"
        drawn.append(line(0, ["level_a", "level_b"], level, MODEL, 1.5, dash="dash", legend=True))
        drawn += [traces.before_the_cap()] if capped else []
        drawn.append(arrow(0, ["x", "tip"], "gradient ∇f(x)", UPHILL, 1.3))
        drawn += [line(0, ["x", "e"], "climb to e", UPHILL, 3.2, legend=True)] if climb else []
    elif climb:
        ascent = line(lane, ["x", "e"], f"e of {name}", own.color, 1.4, dash="dot")
        square = at_the_end("square-open", 8, own.color)
        drawn.append(ascent | {"mode": "lines+markers", "marker": square})
    drawn.append(arrow(lane, ["x", "next"], f"step of {name}", own.color, 2.2 if lane else 3.2))
    return drawn + traces.letters(way, lane, ["x", "next"], ["next", "x"], across=("x",))


def _graph_lane(way: Way, lane: int, capped: bool) -> list[Trace]:
    own, name = look(way), way.plan.name
    drawn = [traces.trail(way, lane, joined=False)]
    if not lane:
        tangent = line(0, ["tangent_a", "tangent_b"], "tangent at e", MODEL, 1.5, dash="dash", legend=True)
        letter = lettering(["", "\u2002N", ""], MODEL, 16, "middle right") | {"mode": "lines+text"}
        drawn += [tangent, line(0, ["foot", "half", "gap"], "N", MODEL, 4, legend=True, **letter)]
        drawn += [traces.before_the_cap()] if capped else []
    drawn.append(arrow(lane, ["foot", "landing"], f"step of {name}", own.color, 2.2 if lane else 3.2))
    drawn.append(line(lane, ["landing", "next"], "up to the graph", own.color, 1, dash="dot"))
    return drawn + traces.letters(way, lane, ["x", "e"], ["next", "landing"], across=("x", "e"))


def _now() -> Trace:
    """The distance before the step."""
    text = lettering(["", "now"], QUIET, 13, "middle right") | {"mode": "lines+text", "cliponaxis": False}
    return line(0, [["left", "distance_sq"], ["right", "distance_sq"]], "now", GUIDE, 1, dash="dot", **text)


def _second_truth(way: Way, lane: int) -> list[Trace]:
    """The true distance of a second method, and the step that it takes."""
    own, name = look(way), way.plan.name
    return [
        traces.curve(lane, "cross", f"truth of {name}", own.color, 1.4, own.dash),
        traces.mark(lane, ["gamma", "after"], f"γ of {name}", own.color, own.marker, 10),
    ]


def _cap() -> Trace:
    text = lettering(["", CAP], QUIET, 13, "bottom right") | {"mode": "lines+text"}
    ends = [["gamma_b", "bottom"], ["gamma_b", "top"]]
    return line(0, ends, f"cap {CAP}", GUIDE, 2, dash="longdash", legend=True, **text)


def _ratio() -> Trace:
    """The step before safeguard and cap, down from the lowest point of φ."""
    ends = [["ratio", "bottom"], ["ratio", "vertex"]]
    down = line(0, ends, "N/‖∇f(e)‖²", MODEL, 1.5, dash="dot", legend=True)
    diamond = at_the_end("diamond-open", 12, MODEL, line={"width": 2})
    return down | {"mode": "lines+markers", "marker": diamond}


def _taken(way: Way) -> Trace:
    """The step taken, from what φ promised of it to what came true."""
    own = look(way)
    text = lettering(["γ", ""], own.color, 16, "top center") | {"mode": "lines+markers+text"}
    marker = {"symbol": own.marker, "size": 10}
    ends = [["gamma", "promised"], ["gamma", "after"]]
    return line(0, ends, "γ, as taken", own.color, 2, legend=True, marker=marker, **text)


def _layout(title: str, x: str, y: str) -> dict[str, Any]:
    """The house style with this page's own height, margins and legend."""
    house = plain_layout(title, x, y, log_y=False)
    return {key: house[key] for key in ("template", "title", "uirevision", "xaxis", "yaxis")} | {
        "height": HEIGHT,
        "hovermode": "closest",
        "margin": {"l": 52, "r": 12, "t": 36, "b": 92},
        "legend": {"y": -0.115},
    }


def _guide(value: float, text: str) -> dict[str, Any]:
    """A horizontal guide line, its label below it at the right."""
    stroke = {"color": GUIDE, "width": 1, "dash": "dot"}
    rule = {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "yref": "y", "y0": value, "y1": value}
    font = {"color": QUIET, "size": 14}
    place = {"x": 1, "xref": "paper", "xanchor": "right", "y": value, "yanchor": "top"}
    return {
        "shapes": [rule | {"line": stroke}],
        "annotations": [{"text": text, "showarrow": False, "font": font, **place}],
    }


def _short(values: Array) -> Array:
    """Single precision, all that a screen shows."""
    return values.astype(np.float32)
