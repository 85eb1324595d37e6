"""Figures of the Theory page: result in, `go.Figure` out."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from lab.theory.compute import TheoryResult
from lab.theory.measure import TOLERANCE
from lab.theory.safeguard import SignCount
from lab.theory.traces import (
    CEILING,
    Layout,
    Trace,
    bands,
    curve,
    legend_layout,
    quantile,
    scatter,
    vertical,
)
from lab.ui.theme import INK, QUIET, RESOLUTION, Style, plain_figure, plain_guide, style
from synthetic.problem import Array

BINS = 24
QUANTITY = {
    "distance_sq": ("Squared distance", "‖x − x*‖² / ‖x⁰ − x*‖²"),
    "gap_of_average": ("Gap of the averaged iterate", "(f(x̄) − f*) / (f(x⁰) − f*)"),
    "grad_norm": ("Gradient norm", "‖∇f(x)‖ / ‖∇f(x⁰)‖"),
}


def measured_and_bound(result: TheoryResult) -> go.Figure:
    """The measured quantity of all problems, in units of its start, and the bound, down to the resolution."""
    title, y = QUANTITY[result.guarantee.theorem.bounds]
    y = f"mean of {y}" if result.guarantee.stochastic else y
    layout = legend_layout(title, "iteration t", y, log_y=True)
    x, look, floor = result.samples[0].iterations, _look(result), result.summary.floor
    traces = bands(x, result.curves("measured"), look, floor)
    if result.beside:
        highest, at = quantile(result.curves("beside"), 1.0), _promised(result)
        line = {"color": QUIET, "dash": "dashdot", "width": 1.3}
        traces.append(curve(x[at], highest[at], "published form", line, floor))
    if result.has_bound:
        bounds = result.curves("bound")
        low, high = quantile(bounds, 0.0), quantile(bounds, 1.0)
        line = {"color": look.color, "dash": "dash", "width": 1.3}
        name = _promise(result)
        short = name.rpartition(", ")[2]
        at = _promised(result)
        if np.any(high > 1.01 * low):
            traces.append(curve(x[at], low[at], f"{short}, best", line, floor))
            traces.append(curve(x[at], high[at], f"{short}, worst", line | {"dash": "dot"}, floor))
        else:
            traces.append(curve(x[at], high[at], name, line, floor))
    if result.sinks:
        plain_guide(layout, floor, RESOLUTION, inside=True)
    return plain_figure(traces, layout)


def _promise(result: TheoryResult) -> str:
    """What the bound's line is called."""
    if result.guarantee.constant:
        return "exact rate"
    return "derived here, tighter" if result.beside else "promise"


def ratio(result: TheoryResult) -> go.Figure:
    """Measured / bound of all problems; above 1 the guarantee would be broken. It needs a bound."""
    layout = legend_layout("Measured / bound", "iteration t", "measured / bound", log_y=True)
    layout["margin"] |= {"r": 58}
    at, look, floor = _promised(result), _look(result), result.summary.floor
    x, ratios = result.samples[0].iterations[at], result.curves("ratio")[:, at]
    traces = bands(x, ratios, look, floor)
    if result.guarantee.stochastic:
        limit = quantile(result.curves("limit_ratio")[:, at], 1.0)
        line = {"color": look.color, "dash": "dot", "width": 1.3}
        traces.append(curve(x, limit, "99.9% limit", line, floor))
    worst = quantile(ratios, 1.0)
    over = (worst > 1 + TOLERANCE) & (x > 0)
    if over.any():
        marker = {"symbol": "x", "size": 9, "color": INK}
        traces.append(
            curve(x[over], worst[over], "above the bound", {}, floor, mode="markers", marker=marker)
        )
    layout["xaxis"] |= {"rangemode": "tozero"}
    plain_guide(layout, 1.0, "bound")
    return plain_figure(traces, layout)


def tightness(result: TheoryResult) -> go.Figure:
    """How many problems come how near to the bound; without one, where the measurements end."""
    look, samples = _look(result), result.samples
    if result.has_bound:
        layout = legend_layout("How near do the problems come?", "tightness", "problems", log_x=True)
        series = {"tightest ratio": [sample.tightest for sample in samples]}
        if result.summary.contracts:
            series["promised / measured speed"] = [sample.speed for sample in samples]
        else:
            series["last ratio"] = [sample.end for sample in samples]
        if result.beside:
            series["tightest, published form"] = [sample.beside_tightest for sample in samples]
        vertical(layout, 1.0, "bound")
    else:
        _, what = QUANTITY[result.guarantee.theorem.bounds]
        layout = legend_layout("Where do the problems end?", what, "problems", log_x=True)
        series = {"at the end": [float(sample.measured[-1]) for sample in samples]}
    known = {name: np.array([v for v in values if 0 <= v < np.inf]) for name, values in series.items()}
    floor = result.summary.floor
    edges = _edges(np.concatenate(list(known.values())), result.has_bound, floor)
    if not result.has_bound and result.sinks:
        vertical(layout, floor, RESOLUTION)
    traces = []
    for (name, values), dash in zip(known.items(), ("solid", "dot", "dashdot"), strict=False):
        counts = np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0]
        line = {"color": look.color, "dash": dash, "width": 1.6, "shape": "hv"}
        traces.append(scatter(edges, np.append(counts, 0), name, line, hovertemplate="%{y} problems"))
    decades = math.log10(edges[-1] / edges[0])
    layout["xaxis"] |= {"exponentformat": "power"} | ({"dtick": "D2"} if decades < 3 else {})
    layout["yaxis"] |= {"rangemode": "tozero"}
    return plain_figure(traces, layout)


# The live check's figures, in their order on the page; "ratio" is for where there is a bound
LIVE: dict[str, Callable[[TheoryResult], go.Figure]] = {
    "measured": measured_and_bound,
    "ratio": ratio,
    "tightness": tightness,
}


def fired(result: TheoryResult) -> go.Figure:
    """Share of the points with N < 0, by ρL."""
    layout, count = legend_layout("How often is N < 0?", "ρL", "share of the points with N < 0"), result.count
    layout["yaxis"] |= {"range": [-0.04, 1.04], "tickformat": ".0%"}
    _mark(layout, count, 0.75)
    return plain_figure(_pair(count.rho_L, count.random_share, count.steepest_share), layout)


def smallest(result: TheoryResult) -> go.Figure:
    """Smallest N / (f(x) − f*) over the points, by ρL, and the exact lower bound."""
    layout, count = legend_layout("How small is N?", "ρL", "smallest N / (f(x) − f*)"), result.count
    traces = _pair(count.rho_L, count.random_smallest, count.steepest_smallest)
    line = {"color": INK, "dash": "dash", "width": 1.3}
    traces.append(scatter(count.rho_L, count.bound, "bound 1 − L²ρ²", line))
    plain_guide(layout, 0.0, "N = 0", inside=True)
    _mark(layout, count, 0.25)
    return plain_figure(traces, layout)


def _look(result: TheoryResult) -> Style:
    return style(result.samples[0].method.key)


def _promised(result: TheoryResult) -> np.ndarray:
    """Where a bound is drawn: that of an average is a constant/T, and begins at T = 1."""
    t, of_average = result.samples[0].iterations, result.guarantee.theorem.bounds == "gap_of_average"
    return np.flatnonzero(t > 0) if of_average else np.arange(len(t))


def _edges(values: Array, bounded: bool, floor: float) -> Array:
    """Edges of the bins, log-spaced over the values, with 1 among them where there is a bound.

    What is below `floor` falls into the first bin.
    """
    known = np.log10(np.clip(values, floor, CEILING)) if len(values) else np.zeros(1)
    low, high = float(known.min()), float(known.max())
    if bounded:
        width = max(-low, 0.5) / BINS
        above = math.ceil(max(high - TOLERANCE, 0.0) / width)
        return np.power(10.0, width * np.arange(-BINS, above + 1, dtype=np.float64))
    middle, half = (low + high) / 2, max((high - low) / 2, 0.5) * 1.02
    return np.logspace(middle - half, middle + half, BINS + 1)


def _pair(x: Array, random: Array, steepest: Array) -> list[Trace]:
    """One line for the random points, one for those along the top eigenvector."""
    look = style("usam_ps")
    rows = (
        ("random points", random, "solid", look.marker),
        ("along the top eigenvector", steepest, "dot", "diamond-open"),
    )
    return [
        scatter(
            x,
            y,
            name,
            {"color": look.color, "dash": dash, "width": 1.6},
            mode="lines+markers",
            marker={"symbol": symbol, "size": 7, "color": look.color, "maxdisplayed": 12},
        )
        for name, y, dash, symbol in rows
    ]


def _mark(layout: Layout, count: SignCount, free: float) -> None:
    """The edge of the proposition, and the chosen radius where it is in sight.

    The two labels would touch where the lines are close; the second then stands at the height `free`, where
    no line of the chart runs.
    """
    vertical(layout, 1.0, "ρ = 1/L")
    if count.chosen <= count.rho_L[-1] and count.chosen != 1.0:
        height = free if abs(count.chosen - 1.0) < 0.3 else None
        vertical(layout, count.chosen, "chosen", dash="solid", height=height)
