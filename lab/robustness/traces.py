"""Traces of the charts of a sweep; each belongs to its method's entry of the common legend."""

from __future__ import annotations

from typing import Any

from lab.robustness.compute import RobustnessResult
from lab.robustness.looks import look, marker
from lab.robustness.tuning import Tuning
from neural.sweep import SweepMethod
from neural.sweep_table import Row

Trace = dict[str, Any]


def line(result: RobustnessResult, method: SweepMethod, rows: list[Row]) -> Trace:
    """The mean of a method over the grid."""
    shown = look(result, method)
    return {
        "type": "scatter",
        "x": [row[result.axis] for row in rows],
        "y": [row[result.measure] for row in rows],
        "text": [said(result, row) for row in rows],
        "name": method.label,
        "legendgroup": method.label,
        "mode": "lines+markers",
        "line": {"color": shown.color, "dash": shown.dash, "width": shown.width},
        "marker": marker(result, method),
        "hovertemplate": "%{text}",
    }


def recomputed(result: RobustnessResult, method: SweepMethod, rows: list[Row]) -> Trace:
    """The mean of the same runs with BatchNorm's statistics recomputed, thinner and with open marks."""
    known = [row for row in rows if row["recomputed"] is not None]
    shown = look(result, method)
    return {
        "type": "scatter",
        "x": [row[result.axis] for row in known],
        "y": [row["recomputed"] for row in known],
        "name": f"{method.label}, recomputed",
        "legendgroup": method.label,
        "mode": "lines+markers",
        "line": {"color": shown.color, "dash": "dot", "width": 1},
        "marker": marker(result, method) | {"symbol": f"{shown.marker}-open", "size": 7},
        "hovertemplate": "%{y:.1%}",
    }


def said(result: RobustnessResult, row: Row) -> str:
    """Mean, spread and the chosen rate of a row, for the hover."""
    spread = row[f"{result.measure}_std"]
    text = f"{100 * row[result.measure]:.1f}" + ("" if spread is None else f" ± {100 * spread:.1f}") + "%"
    return text + "".join(f", {_short(name)} {value:g}" for name, value in row["tuned"].items())


def _short(name: str) -> str:
    return {"lr": "rate"}.get(name, name.replace("_", " "))


def band(result: RobustnessResult, method: SweepMethod, rows: list[Row]) -> Trace:
    """The region between mean − and mean + one standard deviation, as one outline."""
    known = [row for row in rows if row[f"{result.measure}_std"] is not None]
    x = [row[result.axis] for row in known]
    mean = [row[result.measure] for row in known]
    spread = [row[f"{result.measure}_std"] for row in known]
    upper = [a + b for a, b in zip(mean, spread, strict=True)]
    lower = [a - b for a, b in zip(mean, spread, strict=True)]
    return {
        "type": "scatter",
        "x": [*x, *reversed(x)],
        "y": [*upper, *reversed(lower)],
        "name": f"{method.label} ± std",
        "legendgroup": method.label,
        "showlegend": False,
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": look(result, method).color,
        "opacity": 0.15,
        "hoverinfo": "skip",
    }


def curve_of(result: RobustnessResult, method: SweepMethod, curve: Tuning) -> Trace:
    """What k trainings of a method lead to, over what they cost."""
    shown = look(result, method)
    return {
        "type": "scatter",
        "x": list(curve.costs),
        "y": list(curve.accuracies),
        "name": method.label,
        "legendgroup": method.label,
        "mode": "lines+markers",
        "line": {"color": shown.color, "dash": shown.dash, "width": shown.width},
        "marker": marker(result, method),
        "hovertemplate": f"{method.label}<br>%{{y:.1%}} after %{{x:,}} gradients<extra></extra>",
    }


def level(result: RobustnessResult, method: SweepMethod, curve: Tuning, end: float) -> Trace:
    """A thin line at the level of a method that is trained once, to hold the others against; else nothing."""
    if len(curve.costs) > 1 or end <= curve.costs[0]:
        return {}
    return {
        "type": "scatter",
        "x": [curve.costs[0], end],
        "y": [curve.accuracies[0]] * 2,
        "name": f"{method.label}, level",
        "legendgroup": method.label,
        "mode": "lines",
        "line": {"color": look(result, method).color, "dash": "dot", "width": 1.2},
        "hoverinfo": "skip",
    }
