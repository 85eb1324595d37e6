"""Figures of the Landscape page: results in, `go.Figure` out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lab.landscape.compute import Landscapes
from lab.landscape.places import Lane
from lab.landscape.results import Moment
from lab.landscape.traces import Trace, band, legend_layout, line, points, short
from lab.params.landscape import MEASURES
from lab.ui.theme import GUIDE, INK, QUIET, Style, plain_figure
from neural.landscape.functions import Vector

SHADE = "rgba(76,139,190,0.025)"  # each level is painted over all below it: the higher, the darker
LEVELS = 14
DENSITY_POINTS, DENSITY_DECADES = 300, 5
TEST_DASH = "dot"


def slices(shown: Landscapes) -> go.Figure:
    """Every lane's loss along random directions: the mean, and a band from the lowest to the highest."""
    layout = legend_layout("Slices through the weights", "step t along a direction", _loss(shown))
    traces: list[Trace] = []
    for lane, cuts in zip(shown.found.lanes, shown.slices, strict=True):
        traces += band(cuts.steps, cuts.lowest, cuts.highest, lane.label, lane.style)
        traces.append(line(cuts.steps, cuts.mean, lane.label, lane.style))
    return plain_figure(traces, layout)


def spectrum(shown: Landscapes) -> go.Figure:
    """The density of every lane's Hessian spectrum, its largest eigenvalues, and the exact ones if known."""
    layout = legend_layout(
        "Spectrum of the Hessian", "eigenvalue", "eigenvalues per unit of curvature", log_y=True
    )
    numbers = shown.numbers or ()
    low = min(min(float(one.density.nodes.min()), float(one.eigenvalues.min())) for one in numbers)
    high = max(float(one.eigenvalues.max()) for one in numbers)
    width = max((high - low) / 80, 1e-9)
    x = np.linspace(low - 4 * width, high + 4 * width, DENSITY_POINTS)
    heights = [one.density.smoothed(x, width) * one.density.size for one in numbers]
    floor = max(float(height.max()) for height in heights) * 10.0**-DENSITY_DECADES
    traces: list[Trace] = []
    for index, (lane, one, height) in enumerate(zip(shown.found.lanes, numbers, heights, strict=True)):
        traces.append(line(x, np.where(height > floor, height, np.nan), lane.label, lane.style))
        at = floor * 10.0 ** (0.35 * (index + 1))
        traces.append(_marks(one.eigenvalues, at, f"{lane.label}: largest", lane.style, lane.style.marker))
        if one.exact is not None:
            exact = one.exact.eigenvalues
            traces.append(_marks(exact, at, f"{lane.label}: exact", lane.style, "line-ns-open"))
    return plain_figure(traces, layout)


def over_training(shown: Landscapes) -> go.Figure:
    """The chosen measure at every moment of every lane."""
    name = shown.found.config.measure
    title = MEASURES[name]
    layout = legend_layout(f"{title[0].upper()}{title[1:]} over training", "step", title)
    layout["yaxis"] |= {"rangemode": "tozero"}
    traces = []
    for lane, moments in _trained(shown):
        steps = _column(moments, lambda one: one.step)
        values, errors = MEASURE[name]
        settings: dict[str, Any] = {}
        if errors is not None:
            settings = {"error_y": {"type": "data", "array": short(_column(moments, errors)), "width": 0}}
        traces.append(points(steps, _column(moments, values), lane.label, lane.style, **settings))
    return plain_figure(traces, layout)


MEASURE: dict[str, tuple[Callable[[Moment], float], Callable[[Moment], float] | None]] = {
    "eigenvalue": (lambda one: one.eigenvalue, None),
    "trace": (lambda one: one.trace.value, lambda one: one.trace.error),
    "sharpness": (lambda one: one.sharpness, None),
    "average": (lambda one: one.average.value, lambda one: one.average.error),
}


def losses(shown: Landscapes) -> go.Figure:
    """Training loss at every moment of every lane; of networks the test loss too, dotted."""
    layout = legend_layout("Loss over training", "step", "loss", log_y=True)
    traces = []
    for lane, moments in _trained(shown):
        steps = _column(moments, lambda one: one.step)
        if not shown.found.networks:
            values = _column(moments, lambda one: one.loss)
            traces.append(points(steps, np.where(values > 0, values, np.nan), lane.label, lane.style))
            continue
        train = _column(moments, lambda one: one.fit.train_loss if one.fit else np.nan)
        test = _column(moments, lambda one: one.fit.test_loss if one.fit else np.nan)
        traces.append(points(steps, train, f"{lane.label}: training", lane.style))
        traces.append(points(steps, test, f"{lane.label}: test", _dotted(lane.style)))
    return plain_figure(traces, layout)


def accuracy(shown: Landscapes) -> go.Figure:
    """Test accuracy at every moment of every network; the training accuracy dotted."""
    layout = legend_layout("Accuracy over training", "step", "accuracy")
    layout["yaxis"] |= {"tickformat": ".0%"}
    traces = []
    for lane, moments in _trained(shown):
        steps = _column(moments, lambda one: one.step)
        test = _column(moments, lambda one: one.fit.test_accuracy if one.fit else np.nan)
        train = _column(moments, lambda one: one.fit.train_accuracy if one.fit else np.nan)
        percent = {"hovertemplate": "%{y:.2%}"}
        traces.append(points(steps, test, f"{lane.label}: test", lane.style, **percent))
        traces.append(points(steps, train, f"{lane.label}: training", _dotted(lane.style), **percent))
    return plain_figure(traces, layout)


def way(shown: Landscapes, index: int) -> go.Figure:
    """A lane's trajectory in its principal plane, over level lines of the loss."""
    lane, found = shown.found.lanes[index], (shown.ways or ())[index]
    layout = legend_layout(f"The way of {lane.label}", "first component", "second component")
    layout |= {"height": 420, "hovermode": "closest", "showlegend": False, "margin": {"b": 50}}
    if found is None:
        return plain_figure([], layout)
    seen = found.plane
    z = np.log10(np.maximum(seen.losses - seen.losses.min(), 0) + _floor(seen.losses))
    size = float(z.max() - z.min()) / LEVELS
    contour = {
        "type": "contour",
        "x": short(seen.x),
        "y": short(seen.y),
        "z": short(z),
        "colorscale": [[0, SHADE], [1, SHADE]],
        "showscale": False,
        "contours": {
            "coloring": "fill",
            "start": float(z.min()) + size / 2,
            "end": float(z.max()),
            "size": size,
        },
        "line": {"color": GUIDE, "width": 0.6},
        "text": [[f"{value:.4g}" for value in row] for row in seen.losses.tolist()],
        "hovertemplate": "loss %{text}<extra></extra>",
        "name": "loss",
    }
    steps = [point.step for point in lane.points]
    path = points(found.path[:, 0], found.path[:, 1], lane.label, lane.style)
    path |= {"text": [f"step {step}" for step in steps], "hovertemplate": "%{text}<extra></extra>"}
    ends = {
        "type": "scatter",
        "mode": "markers+text",
        "x": short(found.path[[0, -1], 0]),
        "y": short(found.path[[0, -1], 1]),
        "marker": {"symbol": ["circle-open", "star"], "size": 12, "color": INK},
        "text": [f"step {steps[0]}", f"step {steps[-1]}"],
        "textposition": "top center",
        "textfont": {"color": INK, "size": 13, "shadow": "auto"},
        "hoverinfo": "skip",
        "name": "ends",
    }
    return plain_figure([contour, path, ends], layout)


def joined(shown: Landscapes) -> go.Figure:
    """The loss on the line between the two lanes, and the straight line that the barrier is measured from."""
    first, second = shown.found.lanes
    layout = legend_layout("The line between both", "share of the way to the second lane", "loss")
    found = shown.joined
    if found is None:
        return plain_figure([], layout)
    stroke = Style(INK, "solid", "circle", 2.0)
    cut = found.train
    straight = np.array([cut.losses[0], cut.losses[-1]])
    traces = [line(cut.shares, cut.losses, _loss(shown), stroke)]
    if found.test is not None:
        traces.append(line(found.test.shares, found.test.losses, "test loss", _dotted(stroke)))
    guide = Style(QUIET, "dash", "circle", 1.2)
    traces.append(line(np.array([0.0, 1.0]), straight, "straight from end to end", guide))
    for place, lane in ((0, first), (-1, second)):
        marker = {"symbol": lane.style.marker, "size": 11, "color": lane.style.color}
        end = line(cut.shares[[place]], cut.losses[[place]], lane.label, lane.style)
        traces.append(end | {"mode": "markers", "marker": marker})
    return plain_figure(traces, layout)


def control(shown: Landscapes) -> go.Figure:
    """The first lane and its twin, the same function: along plain directions, and along normalised ones."""
    lane, found = shown.found.lanes[0], shown.control
    layout = legend_layout(
        "The same function, with other weights", "step t along a direction", "training loss", log_y=True
    )
    if found is None:
        return plain_figure([], layout)
    alpha = shown.found.config.alpha
    own, other = lane.style, Style(INK, "solid", "circle", 1.6)
    rows = (
        (found.plain, "as trained", own, "solid"),
        (found.plain_rescaled, f"α = {alpha:g}", other, "solid"),
        (found.filtered, "as trained, filter-normalised", own, "dash"),
        (found.filtered_rescaled, f"α = {alpha:g}, filter-normalised", other, "dot"),
    )
    traces = [
        line(cuts.steps, cuts.mean, name, Style(look.color, dash, look.marker, look.width))
        for cuts, name, look, dash in rows
    ]
    return plain_figure(traces, layout)


def _loss(shown: Landscapes) -> str:
    return "training loss" if shown.found.networks else "loss"


def _trained(shown: Landscapes) -> list[tuple[Lane, list[Moment]]]:
    return list(zip(shown.found.lanes, shown.training or (), strict=True))


def _column(moments: list[Moment], value: Callable[[Moment], float]) -> Vector:
    return np.array([value(one) for one in moments], dtype=np.float64)


def _marks(values: Vector, height: float, name: str, look: Style, symbol: str) -> Trace:
    marker = {"symbol": symbol, "size": 8, "color": look.color, "line": {"color": look.color, "width": 1.5}}
    mark = line(values, np.full(len(values), height), name, look, hovertemplate="%{x:.5g}")
    return mark | {"mode": "markers", "marker": marker, "showlegend": False}


def _dotted(look: Style) -> Style:
    return Style(look.color, TEST_DASH, look.marker, look.width)


def _floor(losses: Vector) -> float:
    """What keeps the logarithm of a loss above its lowest finite: a thousandth of the range."""
    return max(float(losses.max() - losses.min()) * 1e-3, 1e-300)
