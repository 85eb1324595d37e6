"""Pictures of single steps: the tangent at e on a graph, and ways over a function seen from above."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lab.lessons.compute import Walks
from lab.lessons.traces import arrow, line, point
from lab.params import LessonsConfig
from lab.ui.theme import GUIDE, INK, MODEL, QUIET, UPHILL, plain_figure, plain_guide, style

VIEW = 3.2
GRID = 51
LEVELS = 12
SHADE = "rgba(76,139,190,0.03)"

Layout = Callable[[str, str, str], dict[str, Any]]


def graph(scene: Walks, told: bool, layout_of: Layout) -> go.Figure:
    """f, x and e with the tangent at e; once told, down to ℓ*, where the step ends."""
    (way,) = scene.ways
    x, e, after = float(way.x[0, 0]), float(way.e[0, 0]), float(way.x_next[0, 0])
    f_x, f_e, slope = float(way.loss_x[0]), float(way.loss_e[0]), float(way.grad_e[0, 0])
    f_star = f_e - float(way.inner[0]) - float(way.N[0])  # N = f(e) − ℓ* − ⟨∇f(e), e − x⟩
    across = np.linspace(-VIEW, VIEW, 161)
    curve = scene.function.loss(np.stack([across, np.zeros_like(across)], -1))
    layout = layout_of("The tangent at e", "x", "f(x)")
    layout["xaxis"] |= {"range": [-VIEW, max(VIEW, min(1.1 * abs(e), 6.0))]}
    layout["yaxis"] |= {"range": [min(f_star, 0.0) - 0.6, 6.0]}
    plain_guide(layout, f_star, "ℓ*", inside=True)
    reach = np.array([-9.0, 9.0]) if told else np.array([e - 0.6, e + 0.6])
    traces = [line(across, curve, "f", QUIET, 1.8)]
    traces.append(line(reach, f_e + slope * (reach - e), "tangent at e", MODEL, 1.6, dash="dash"))
    if told:
        height = [f_star, f_star + float(way.N[0])]
        traces.append(line([x, x], height, "N", MODEL, 4))
        if after != x:
            own = style(way.plan.key).color
            traces.append(arrow([x, after], [f_star, f_star], "the step", own, 3.2))
            end = float(scene.function.loss(way.x_next[0]))
            traces.append(point(after, end, "x⁺", own, "x⁺"))
    traces.append(point(x, f_x, "x", INK, "x"))
    traces.append(point(e, f_e, "e", UPHILL, "e", "square"))
    return plain_figure(traces, layout)


def above(scene: Walks, config: LessonsConfig, told: bool, layout_of: Layout) -> go.Figure:
    """Level lines and the ways of the methods; around x* a circle of radius ρ."""
    layout = layout_of("From above", "x₁", "x₂")
    layout["xaxis"] |= {"range": [-2.6, 2.6], "constrain": "domain", "showgrid": False}
    layout["yaxis"] |= {"range": [-1.2, 2.6], "scaleanchor": "x", "constrain": "domain", "showgrid": False}
    traces = [_contours(scene)]
    if told:
        angle = np.linspace(0, 2 * np.pi, 121)
        radius = config.rho
        circle = f"distance ρ = {radius:g} from x*"
        traces.append(line(radius * np.cos(angle), radius * np.sin(angle), circle, GUIDE, 1.4, dash="dot"))
        for way in reversed(scene.ways):
            own = style(way.plan.key)
            points = np.vstack([way.x, way.x_next[-1:]])
            trace = line(points[:, 0], points[:, 1], way.plan.name, own.color, own.width, dash=own.dash)
            marker = {"symbol": own.marker, "size": 6, "color": own.color}
            traces.append(trace | {"mode": "lines+markers", "marker": marker})
    first = scene.ways[0]
    traces.append(point(float(first.x[0, 0]), float(first.x[0, 1]), "x⁰", INK, "start"))
    traces.append(point(*scene.function.x_star, "x*", INK, "minimiser", "star"))
    return plain_figure(traces, layout)


def _contours(scene: Walks) -> dict[str, Any]:
    """Level lines of √(f − f*), evenly spaced for a quadratic."""
    axis = np.linspace(-VIEW, VIEW, GRID)
    z = np.sqrt(scene.function.excess(np.stack(np.meshgrid(axis, axis), -1)))
    top = float(np.max(z))
    return {
        "type": "contour",
        "x": axis,
        "y": axis,
        "z": z,
        "name": "f",
        "showlegend": False,
        "hoverinfo": "skip",
        "colorscale": [[0, SHADE], [1, SHADE]],
        "showscale": False,
        "contours": {"coloring": "fill", "start": top / LEVELS / 2, "end": top, "size": top / LEVELS},
        "line": {"color": GUIDE, "width": 0.6},
    }
