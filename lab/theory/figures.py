"""Figures of the Theory page: results in, `go.Figure` out."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lab.theory.compute import Outcome
from lab.theory.measure import TOLERANCE
from lab.theory.safeguard import Count
from lab.ui.theme import GUIDE, INK, QUIET, Style, plain_figure, plain_guide, plain_layout, style
from synthetic.problem import Array, Rows

FLOOR = 1e-16  # nothing smaller is drawn: a chart of the promise, not of how far below it a run can get
CEILING = 1e16
BINS = 24
QUANTITY = {
    "distance_sq": ("Squared distance", "‖x − x*‖² / ‖x⁰ − x*‖²"),
    "gap_of_average": ("Gap of the averaged iterate", "(f(x̄) − f*) / (f(x⁰) − f*)"),
    "grad_norm": ("Gradient norm", "‖∇f(x)‖ / ‖∇f(x⁰)‖"),
}
# Quantiles of the problems, the shade of the band between them (its opacity, two hexadecimal digits), its
# name in the legend, and those of its edges.
BAND = (
    (0.0, 1.0, "2e", "all problems", ("lowest", "highest")),
    (0.1, 0.9, "5c", "middle 80%", ("10%", "90%")),
)
Trace = dict[str, Any]
Layout = dict[str, Any]


def measured_and_bound(outcome: Outcome) -> go.Figure:
    """The measured quantity of all problems, in units of its start, and the bound."""
    title, y = QUANTITY[outcome.found.theorem.bounds]
    layout = _layout(title, "iteration t", f"mean of {y}" if outcome.check.kind.stochastic else y, log_y=True)
    x, look = outcome.samples[0].iterations, style(outcome.samples[0].method.key)
    traces = _bands(x, outcome.curves("measured"), look)
    if outcome.has_values:
        bounds = outcome.curves("bound")
        low, high = _quantile(bounds, 0.0), _quantile(bounds, 1.0)
        line = {"color": look.color, "dash": "dash", "width": 1.3}
        key = "exact rate" if outcome.check.kind.constant else "promise"
        at = _promised(outcome)
        if np.any(high > 1.01 * low):
            traces.append(_line(x[at], low[at], f"{key}, best", line))
            traces.append(_line(x[at], high[at], f"{key}, worst", line | {"dash": "dot"}))
        else:
            traces.append(_line(x[at], high[at], key, line))
    return plain_figure(traces, layout)


def ratio(outcome: Outcome) -> go.Figure:
    """Measured / bound of all problems; above 1 the guarantee would be broken."""
    layout = _layout("Measured / bound", "iteration t", "measured / bound", log_y=True)
    layout["margin"] |= {"r": 58}
    if not outcome.has_values:
        return _without_bound(layout, outcome)
    at, look = _promised(outcome), style(outcome.samples[0].method.key)
    x, ratios = outcome.samples[0].iterations[at], outcome.curves("ratio")[:, at]
    traces = _bands(x, ratios, look)
    if outcome.check.kind.stochastic:
        limit = _quantile(outcome.curves("limit_ratio")[:, at], 1.0)
        line = {"color": look.color, "dash": "dot", "width": 1.3}
        traces.append(_line(x, limit, "99.9% limit", line))
    worst = _quantile(ratios, 1.0)
    over = (worst > 1 + TOLERANCE) & (x > 0)
    if over.any():
        marker = {"symbol": "x", "size": 9, "color": INK}
        traces.append(_line(x[over], worst[over], "above the bound", {}, mode="markers", marker=marker))
    layout["xaxis"] |= {"rangemode": "tozero"}
    plain_guide(layout, 1.0, "bound")
    return plain_figure(traces, layout)


def _promised(outcome: Outcome) -> np.ndarray:
    """Where a bound is drawn: that of an average is a constant/T, and begins at T = 1."""
    t = outcome.samples[0].iterations
    return np.flatnonzero(t > 0) if outcome.found.theorem.bounds == "gap_of_average" else np.arange(len(t))


def tightness(outcome: Outcome) -> go.Figure:
    """How many problems come how near to the bound; without one, where the measurements end."""
    look, samples = style(outcome.samples[0].method.key), outcome.samples
    if outcome.has_values:
        layout = _layout("How near do the problems come?", "tightness", "problems", log_x=True)
        series = {"tightest ratio": [sample.tightest for sample in samples]}
        if outcome.contracts:
            series["promised / measured speed"] = [sample.speed for sample in samples]
        else:
            series["ratio at the end"] = [sample.end for sample in samples]
        _vertical(layout, 1.0, "bound")
    else:
        _, what = QUANTITY[outcome.found.theorem.bounds]
        layout = _layout("Where do the problems end?", what, "problems", log_x=True)
        series = {"at the end": [float(sample.measured[-1]) for sample in samples]}
    known = {name: np.array([v for v in values if 0 <= v < np.inf]) for name, values in series.items()}
    edges = _edges(np.concatenate(list(known.values())), outcome.has_values)
    traces = []
    for (name, values), dash in zip(known.items(), ("solid", "dot"), strict=False):
        counts = np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0]
        line = {"color": look.color, "dash": dash, "width": 1.6, "shape": "hv"}
        traces.append(_plain(edges, np.append(counts, 0), name, line, hovertemplate="%{y} problems"))
    decades = math.log10(edges[-1] / edges[0])
    layout["xaxis"] |= {"exponentformat": "power"} | ({"dtick": "D2"} if decades < 3 else {})
    layout["yaxis"] |= {"rangemode": "tozero"}
    return plain_figure(traces, layout)


def fired(count: Count) -> go.Figure:
    """Share of the points with N < 0, by ρL."""
    layout = _layout("How often is N < 0?", "ρL", "share of the points with N < 0")
    layout["yaxis"] |= {"range": [-0.04, 1.04], "tickformat": ".0%"}
    _mark(layout, count, 0.75)
    return plain_figure(_pair(count.rho_L, count.random_share, count.steepest_share), layout)


def smallest(count: Count) -> go.Figure:
    """Smallest N / (f(x) − f*) over the points, by ρL, and the exact lower bound."""
    layout = _layout("How small is N?", "ρL", "smallest N / (f(x) − f*)")
    traces = _pair(count.rho_L, count.random_smallest, count.steepest_smallest)
    traces.append(
        _plain(count.rho_L, count.bound, "bound 1 − L²ρ²", {"color": INK, "dash": "dash", "width": 1.3})
    )
    plain_guide(layout, 0.0, "N = 0", inside=True)
    _mark(layout, count, 0.25)
    return plain_figure(traces, layout)


def _layout(title: str, x: str, y: str, *, log_x: bool = False, log_y: bool = False) -> Layout:
    """The house layout with a legend under the chart."""
    layout = plain_layout(title, x, y, log_x=log_x, log_y=log_y)
    return layout | {"showlegend": True, "height": 370, "margin": {"b": 76}}


def _pair(x: Array, random: Array, steepest: Array) -> list[Trace]:
    look = style("usam_ps")
    rows = (
        ("random points", random, "solid", look.marker),
        ("along the top eigenvector", steepest, "dot", "diamond-open"),
    )
    return [
        _plain(
            x,
            y,
            name,
            {"color": look.color, "dash": dash, "width": 1.6},
            mode="lines+markers",
            marker={"symbol": symbol, "size": 7, "color": look.color, "maxdisplayed": 12},
        )
        for name, y, dash, symbol in rows
    ]


def _mark(layout: Layout, count: Count, free: float) -> None:
    """The edge of the proposition, and the radius chosen where it is in sight.

    The two labels would touch where the lines are close: then one stands at the height `free` of lines.
    """
    _vertical(layout, 1.0, "ρ = 1/L")
    if count.chosen <= count.rho_L[-1] and count.chosen != 1.0:
        height = free if abs(count.chosen - 1.0) < 0.3 else None
        _vertical(layout, count.chosen, "chosen", dash="solid", height=height)


def _without_bound(layout: Layout, outcome: Outcome) -> go.Figure:
    limit = "a limit: there is no curve to divide by"
    text = limit if outcome.applies else "no bound applies: nothing to divide by"
    place = {"x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False}
    layout["annotations"].append({"text": text, "font": {"color": QUIET}, **place})
    layout["xaxis"] |= {"range": [0, outcome.check.iterations]}
    layout["yaxis"] |= {"range": [-3, 0]}
    return plain_figure([], layout)


def _bands(x: Rows, curves: Array, look: Style) -> list[Trace]:
    """All problems as a light band, the middle 80% as a darker one, the median as a line."""
    traces, edge = [], {"color": look.color, "width": 0}
    for low, high, shade, name, (below, above) in BAND:
        bottom, top = _quantile(curves, low), _quantile(curves, high)
        bottom = np.where(top > FLOOR, np.maximum(bottom, FLOOR * 1.001), np.nan)  # it ends at the floor
        traces.append(_line(x, bottom, below, edge, showlegend=False))
        traces.append(_line(x, top, name, edge, fill="tonexty", fillcolor=look.color + shade))
        traces[-1]["hovertemplate"] += f"<extra>{above}</extra>"
    line = {"color": look.color, "dash": "solid", "width": look.width}
    return [*traces, _line(x, _quantile(curves, 0.5), "median", line)]


def _quantile(curves: Array, q: float) -> Array:
    """Over the problems, at each iteration; a problem without a number there is left out."""
    finite = np.isfinite(curves)
    if finite.all():
        return np.quantile(curves, q, axis=0)
    with warnings.catch_warnings():  # where no problem has a number, neither has the quantile
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanquantile(np.where(finite, curves, np.nan), q, axis=0)


def _line(x: Rows, y: Array, name: str, line: dict[str, Any], **settings: Any) -> Trace:
    """A line in single precision, all that a screen shows, between `FLOOR` and `CEILING`."""
    shown = np.where((y > FLOOR) & (y < CEILING), y, np.nan).astype(np.float32)
    return _plain(x.astype(np.int32), shown, name, line, **settings)


def _plain(x: np.ndarray, y: np.ndarray, name: str, line: dict[str, Any], **settings: Any) -> Trace:
    basic = {"type": "scatter", "mode": "lines", "hovertemplate": "%{y:.3g}"}
    return basic | {"x": x, "y": y, "name": name, "line": line} | settings


def _edges(values: Array, bounded: bool) -> Array:
    """Edges of the bins, log-spaced over the values, with 1 among them where there is a bound. What is below
    `FLOOR` falls into the first bin.
    """
    known = np.log10(np.clip(values, FLOOR, CEILING)) if len(values) else np.zeros(1)
    low, high = float(known.min()), float(known.max())
    if bounded:
        width = max(-low, 0.5) / BINS
        above = math.ceil(max(high - TOLERANCE, 0.0) / width)
        return np.power(10.0, width * np.arange(-BINS, above + 1, dtype=np.float64))
    middle, half = (low + high) / 2, max((high - low) / 2, 0.5) * 1.02
    return np.logspace(middle - half, middle + half, BINS + 1)


def _vertical(
    layout: Layout, value: float, text: str, *, dash: str = "dot", height: float | None = None
) -> None:
    """A grey vertical guide line, labelled above the plot, or in it beside the line at a height (0 to 1)."""
    line = {"color": GUIDE, "width": 1, "dash": dash}
    layout["shapes"].append(
        {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": value, "x1": value, "line": line}
    )
    beside = {"xanchor": "right" if value < 1 else "left", "y": height, "yanchor": "middle"}
    above = {"xanchor": "center", "y": 1.0, "yanchor": "bottom"}
    layout["annotations"].append(
        {
            "text": text,
            "x": math.log10(value) if layout["xaxis"]["type"] == "log" else value,
            "yref": "paper",
            "showarrow": False,
            "font": {"color": QUIET, "size": 12},
            **(above if height is None else beside),
        }
    )
