"""Pieces of the Theory page's figures: bands over the problems, lines, vertical guides."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from lab.ui.theme import GUIDE, QUIET, Style, plain_layout
from synthetic.problem import Array, Rows

CEILING = 1e16
# Quantiles of the problems, the shade of the band between them (its opacity, two hexadecimal digits), its
# name in the legend, and those of its edges.
BAND = (
    (0.0, 1.0, "2e", "all problems", ("lowest", "highest")),
    (0.1, 0.9, "5c", "middle 80%", ("10%", "90%")),
)
Trace = dict[str, Any]
Layout = dict[str, Any]


def legend_layout(title: str, x: str, y: str, *, log_x: bool = False, log_y: bool = False) -> Layout:
    """The house layout with a legend under the chart."""
    layout = plain_layout(title, x, y, log_x=log_x, log_y=log_y)
    return layout | {"showlegend": True, "height": 370, "margin": {"b": 76}}


def bands(x: Rows, curves: Array, look: Style, floor: float) -> list[Trace]:
    """All problems as a light band, the middle 80% as a darker one, the median as a line, above `floor`."""
    traces, edge = [], {"color": look.color, "width": 0}
    for low, high, shade, name, (below, above) in BAND:
        bottom, top = quantile(curves, low), quantile(curves, high)
        bottom = np.where(top > floor, np.maximum(bottom, floor * 1.001), np.nan)  # it ends at the floor
        traces.append(curve(x, bottom, below, edge, floor, showlegend=False))
        traces.append(curve(x, top, name, edge, floor, fill="tonexty", fillcolor=look.color + shade))
        traces[-1]["hovertemplate"] += f"<extra>{above}</extra>"
    line = {"color": look.color, "dash": "solid", "width": look.width}
    return [*traces, curve(x, quantile(curves, 0.5), "median", line, floor)]


def quantile(curves: Array, q: float) -> Array:
    """Over the problems, at each iteration; a problem without a number there is left out."""
    finite = np.isfinite(curves)
    if finite.all():
        return np.quantile(curves, q, axis=0)
    with warnings.catch_warnings():  # where no problem has a number, neither has the quantile
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.nanquantile(np.where(finite, curves, np.nan), q, axis=0)


def curve(x: Rows, y: Array, name: str, line: dict[str, Any], floor: float, **settings: Any) -> Trace:
    """A line in single precision, all that a screen shows, between `floor` and `CEILING`."""
    shown = np.where((y > floor) & (y < CEILING), y, np.nan).astype(np.float32)
    return scatter(x.astype(np.int32), shown, name, line, **settings)


def scatter(x: np.ndarray, y: np.ndarray, name: str, line: dict[str, Any], **settings: Any) -> Trace:
    """A line through given points as they are."""
    basic = {"type": "scatter", "mode": "lines", "hovertemplate": "%{y:.3g}"}
    return basic | {"x": x, "y": y, "name": name, "line": line} | settings


def vertical(
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
