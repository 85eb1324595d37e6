"""Figures of a sweep: accuracy over ρ, accuracy over cost, shares of capped and clamped steps."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from lab.params import CnnConfig
from lab.robustness.compute import RobustnessResult, is_adaptive
from lab.robustness.traces import Trace, band, curve_of, level, line, recomputed
from lab.robustness.tuning import tuning
from lab.ui.symbols import html
from lab.ui.theme import QUIET, plain_figure, plain_layout

ACCURACY = "test accuracy"
# Light is little: one hue, safe for colour-blind readers, readable on light and dark ground.
SCALE = [[0.0, "#eaf2f9"], [0.25, "#b5d4ec"], [0.5, "#6fa9d6"], [0.75, "#2a6fa8"], [1.0, "#0b3d66"]]


def axis_title(result: RobustnessResult) -> str:
    """The name of the parameter that varies, with its symbol."""
    row = CnnConfig.rows()[f"a_{result.axis}"]
    return html(f"{row.label.lower()} {row.symbol}")


def accuracy(result: RobustnessResult, family: str) -> go.Figure:
    """Mean accuracy of each method of a family over the grid, with ± one standard deviation as a band."""
    traces = []
    for method in result.family(family):
        rows = [row for row in result.by_method[method] if row[result.measure] is not None]
        traces += [band(result, method, rows), line(result, method, rows)]
        if result.both:
            traces.append(recomputed(result, method, rows))
    layout = plain_layout(family, axis_title(result), ACCURACY, log_y=False, revision=result.name)
    layout["xaxis"] |= _ticks(result)
    layout["yaxis"] |= {"tickformat": ".0%", "range": _range(result)}
    return plain_figure(traces, layout | {"height": 400})


def cost(result: RobustnessResult) -> go.Figure:
    """Accuracy to be expected over gradient evaluations spent, the tuning included, at one place."""
    traces: list[Trace] = []
    curves = {method: curve for method in result.sweep.methods if (curve := tuning(result, method))}
    longest = max((curve.costs[-1] for curve in curves.values()), default=1.0)
    for method, curve in curves.items():
        traces += [level(result, method, curve, longest), curve_of(result, method, curve)]
    symbol = CnnConfig.rows()[f"a_{result.axis}"].symbol
    title = f"What tuning costs, at {symbol} = {result.place:g}"
    layout = plain_layout(title, "gradient evaluations in all", ACCURACY, log_y=False, revision=title)
    layout["xaxis"] |= {"rangemode": "tozero"}
    layout["yaxis"] |= {"tickformat": ".0%"}
    if not curves:
        layout["xaxis"] |= {"visible": False}
        layout["yaxis"] |= {"visible": False}
        layout["annotations"] = [_coming(f"comes once all runs at {symbol} = {result.place:g} are done")]
    return plain_figure(
        [trace for trace in traces if trace], layout | {"height": 380, "hovermode": "closest"}
    )


def decided(result: RobustnessResult) -> go.Figure:
    """Shares of all steps that were capped and clamped, of the adaptive methods, as a heat map."""
    names, shares = [], []
    for method in reversed(list(filter(is_adaptive, result.sweep.methods))):
        for what in ("clamped", "capped"):
            names.append(f"{method.label}<br>{what}")
            shares.append([row[what] for row in result.by_method[method]])
    heat = {
        "type": "heatmap",
        "x": [f"{place:g}" for place in result.places],
        "y": names,
        "z": shares,
        "zmin": 0,
        "zmax": 1,
        "texttemplate": "%{z:.0%}",
        "hovertemplate": "%{y}<br>at %{x}: %{z:.1%} of all steps<extra></extra>",
        "colorscale": SCALE,
        "showscale": False,
        "colorbar": {"title": {"text": "share"}},
        "xgap": 2,
        "ygap": 2,
    }
    layout = plain_layout("What decided γ", axis_title(result), "", log_y=False)
    layout["xaxis"] |= {"type": "category", "showgrid": False}
    layout["yaxis"] |= {"type": "category", "showgrid": False, "ticklabelstandoff": 4}
    return plain_figure([heat], layout | {"height": 110 + 42 * len(names), "hovermode": "closest"})


def _coming(text: str) -> dict[str, Any]:
    """What to say in an empty chart."""
    middle = {"x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper"}
    return {"text": text, "showarrow": False, "font": {"color": QUIET, "size": 13}, **middle}


def _ticks(result: RobustnessResult) -> dict[str, Any]:
    """The grid's values as ticks; a logarithmic axis where they are spread over more than a decade."""
    places = result.places
    log = min(places) > 0 and max(places) / min(places) > 10
    low, high = (math.log10(end) if log else end for end in (min(places), max(places)))
    margin = 0.06 * (high - low) or 0.01
    return {
        "type": "log" if log else "linear",
        "range": [low - margin, high + margin],
        "tickvals": list(places),
        "ticktext": [f"{place:g}" for place in places],
    }


def _range(result: RobustnessResult) -> list[float]:
    """The same for both families, so that they can be compared; whole while runs are missing."""
    if not result.complete:
        return [0.0, 1.02]
    shown = ("test_accuracy", "recomputed") if result.both else (result.measure,)
    ends = [(row[name] or 0.0, row[f"{name}_std"] or 0.0) for row in result.rows for name in shown]
    low, high = min(mean - std for mean, std in ends), max(mean + std for mean, std in ends)
    return [max(0.0, low - 0.03), min(1.02, high + 0.03)]
