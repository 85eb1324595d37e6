"""Figures of the Theory page: results in, `go.Figure` out."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lab.theme import GUIDE, INK, QUIET, Style, add_guide, figure, style
from lab.theory import Outcome
from lab.theory.measure import TOLERANCE
from lab.theory.safeguard import Count
from synthetic.problem import Array, Rows

FLOOR = 1e-16  # nothing smaller is drawn: a chart of the promise, not of how far below it a run can get
CEILING = 1e16
BINS = 24
QUANTITY = {
    "distance_sq": ("Squared distance", "‖x − x*‖² / ‖x⁰ − x*‖²"),
    "gap_of_average": ("Gap of the averaged iterate", "(f(x̄) − f*) / (f(x⁰) − f*)"),
    "grad_norm": ("Gradient norm", "‖∇f(x)‖ / ‖∇f(x⁰)‖"),
}
BAND = ((0.0, 1.0, "2e", ("smallest", "largest")), (0.1, 0.9, "5c", ("10%", "90%")))  # shades: opacity in hex


def measured_and_bound(outcome: Outcome) -> go.Figure:
    """The measured quantity of all problems, in units of its start, and the bound."""
    title, y = QUANTITY[outcome.found.theorem.bounds]
    fig = figure(title, "iteration t", f"mean of {y}" if outcome.check.kind.stochastic else y, log_y=True)
    x, look = outcome.samples[0].iterations, style(outcome.samples[0].method.key)
    _bands(fig, x, outcome.curves("measured"), look)
    if outcome.has_values:
        bounds = outcome.curves("bound")
        low, high = _quantile(bounds, 0.0), _quantile(bounds, 1.0)
        line = {"color": look.color, "dash": "dash", "width": 1.3}
        key = outcome.found.theorem.key
        if np.nanmax(high / np.where(low > 0, low, np.nan)) > 1.01:
            fig.add_trace(_line(x, low, f"smallest bound {key}", line))
            fig.add_trace(_line(x, high, f"largest bound {key}", line | {"dash": "dot"}))
        else:
            fig.add_trace(_line(x, high, f"bound {key}", line))
    return fig


def ratio(outcome: Outcome) -> go.Figure:
    """Measured / bound of all problems; above 1 the guarantee would be broken."""
    fig = figure("Measured / bound", "iteration t", "measured / bound", log_y=True)
    if not outcome.has_values:
        return _without_bound(fig, outcome)
    x, look = outcome.samples[0].iterations, style(outcome.samples[0].method.key)
    ratios = outcome.curves("ratio")
    _bands(fig, x, ratios, look)
    if outcome.check.kind.stochastic:
        limit = _quantile(outcome.curves("limit_ratio"), 1.0)
        line = {"color": look.color, "dash": "dot", "width": 1.3}
        fig.add_trace(_line(x, limit, "largest 99.9% limit", line))
    worst = _quantile(ratios, 1.0)
    over = (worst > 1 + TOLERANCE) & (x > 0)
    if over.any():
        marker = {"symbol": "x", "size": 9, "color": INK}
        fig.add_trace(_line(x[over], worst[over], "above the bound", {}, mode="markers", marker=marker))
    fig.update_layout(margin={"r": 58})
    add_guide(fig, 1.0, "bound")
    return fig


def tightness(outcome: Outcome) -> go.Figure:
    """How many problems come how near to the bound; without one, where the measurements end."""
    look, samples = style(outcome.samples[0].method.key), outcome.samples
    if outcome.has_values:
        fig = figure("How near do the problems come?", "tightness", "problems", log_x=True)
        series = {"tightest ratio": [sample.tightest for sample in samples]}
        if outcome.contracts:
            series["promised / measured speed"] = [sample.speed for sample in samples]
        else:
            series["ratio at the end"] = [sample.end for sample in samples]
        _vertical(fig, 1.0, "bound")
    else:
        _, what = QUANTITY[outcome.found.theorem.bounds]
        fig = figure("Where do the problems end?", what, "problems", log_x=True)
        series = {"at the end": [float(sample.measured[-1]) for sample in samples]}
    dashes = ("solid", "dot")
    known = {name: np.array([v for v in values if 0 <= v < np.inf]) for name, values in series.items()}
    edges = _edges(
        np.concatenate([[1.0], *known.values()]) if outcome.has_values else next(iter(known.values()))
    )
    for (name, values), dash in zip(known.items(), dashes, strict=False):
        counts = np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0]
        line = {"color": look.color, "dash": dash, "width": 1.6, "shape": "hv"}
        y = np.append(counts, 0)
        fig.add_trace(
            go.Scatter(x=edges, y=y, name=name, line=line, mode="lines", hovertemplate="%{y} problems")
        )
    fig.update_xaxes(exponentformat="power")
    fig.update_yaxes(rangemode="tozero")
    return fig


def fired(count: Count) -> go.Figure:
    """Share of the points with N < 0, by ρL."""
    fig = figure("How often is N < 0?", "ρL", "share of the points with N < 0")
    fig.add_traces(_pair(count.rho_L, count.random_share, count.steepest_share))
    fig.update_yaxes(range=[-0.04, 1.04], tickformat=".0%")
    return _marked(fig, count)


def smallest(count: Count) -> go.Figure:
    """Smallest N / (f(x) − f*) over the points, by ρL, and the exact lower bound."""
    fig = figure("How small is N?", "ρL", "smallest N / (f(x) − f*)")
    fig.add_traces(_pair(count.rho_L, count.random_smallest, count.steepest_smallest))
    line = {"color": INK, "dash": "dash", "width": 1.3}
    fig.add_trace(go.Scatter(x=count.rho_L, y=count.bound, name="bound 1 − L²ρ²", line=line, mode="lines"))
    add_guide(fig, 0.0, "N = 0", inside=True)
    return _marked(fig, count)


def _pair(x: Array, random: Array, steepest: Array) -> list[go.Scatter]:
    look = style("usam_ps")
    rows = (
        ("random points", random, "solid", look.marker),
        ("along the top eigenvector", steepest, "dot", "diamond-open"),
    )
    return [
        go.Scatter(
            x=x,
            y=y,
            name=name,
            mode="lines+markers",
            line={"color": look.color, "dash": dash, "width": 1.6},
            marker={"symbol": symbol, "size": 7, "color": look.color, "maxdisplayed": 12},
            hovertemplate="%{y:.3g}",
        )
        for name, y, dash, symbol in rows
    ]


def _marked(fig: go.Figure, count: Count) -> go.Figure:
    """The edge of the proposition, and the radius chosen where it is in sight."""
    _vertical(fig, 1.0, "ρ = 1/L")
    if count.chosen <= count.rho_L[-1] and count.chosen != 1.0:
        _vertical(fig, count.chosen, "chosen", dash="solid")
    return fig


def _without_bound(fig: go.Figure, outcome: Outcome) -> go.Figure:
    text = (
        "a limit: there is no curve to divide by"
        if outcome.applies
        else "no bound applies: nothing to divide by"
    )
    fig.add_annotation(
        text=text, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font={"color": QUIET}
    )
    fig.update_xaxes(range=[0, outcome.check.iterations])
    fig.update_yaxes(range=[-3, 0])
    return fig


def _bands(fig: go.Figure, x: Rows, curves: Array, look: Style) -> None:
    """All problems as a light band, the middle 80% as a darker one, the median as a line."""
    edge = {"color": look.color, "width": 0}
    for low, high, shade, (below, above) in BAND:
        bottom, top = _quantile(curves, low), _quantile(curves, high)
        bottom = np.where(
            top > FLOOR, np.maximum(bottom, FLOOR * 1.001), np.nan
        )  # the band ends at the floor
        fill = {"fill": "tonexty", "fillcolor": look.color + shade}
        fig.add_trace(_line(x, bottom, below, edge, showlegend=False))
        fig.add_trace(_line(x, top, above, edge, **fill))
    line = {"color": look.color, "dash": "solid", "width": look.width}
    fig.add_trace(_line(x, _quantile(curves, 0.5), "median", line))


def _quantile(curves: Array, q: float) -> Array:
    """Over the problems, at each iteration; a problem without a number there is left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanquantile(np.where(np.isfinite(curves), curves, np.nan), q, axis=0)


def _line(x: Rows, y: Array, name: str, line: dict[str, Any], **settings: Any) -> go.Scatter:
    """A line in single precision, all that a screen shows, between `FLOOR` and `CEILING`."""
    shown = np.where((y > FLOOR) & (y < CEILING), y, np.nan).astype(np.float32)
    basic = {"mode": "lines", "hovertemplate": "%{y:.3g}"}
    return go.Scatter(x=x.astype(np.int32), y=shown, name=name, line=line, **(basic | settings))


def _edges(values: Array) -> Array:
    """Edges of the bins, log-spaced over the values; what is below `FLOOR` falls into the first bin."""
    known = np.clip(values, FLOOR, CEILING) if len(values) else np.ones(1)
    low, high = np.log10(known.min()), np.log10(known.max())
    middle, half = (low + high) / 2, max((high - low) / 2, 0.5) * 1.02
    return np.logspace(middle - half, middle + half, BINS + 1)


def _vertical(fig: go.Figure, value: float, text: str, *, dash: str = "dot") -> None:
    """A grey vertical guide line, labelled at its top."""
    fig.add_vline(x=value, line={"color": GUIDE, "width": 1, "dash": dash})
    fig.add_annotation(
        text=text,
        x=np.log10(value) if fig.layout.xaxis.type == "log" else value,
        y=1.0,
        yref="paper",
        yanchor="bottom",
        showarrow=False,
        font={"color": QUIET, "size": 12},
    )
