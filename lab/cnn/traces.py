"""Traces of a training run: empty lines that name their columns, which the stream fills in the browser."""

from __future__ import annotations

from typing import Any, Literal

from lab.cnn.looks import LaneLook
from lab.params import CnnConfig
from lab.ui.meta import Column

Trace = dict[str, Any]


def line(
    look: LaneLook,
    config: CnnConfig,
    y: str,
    name: str | None = None,
    *,
    hover: str = "%{y:.4g}",
    stat: Literal["mean", "min", "max"] = "mean",
    smooth: float = 0.0,
    stroke: dict[str, Any] | None = None,
    **settings: Any,
) -> Trace:
    """One line of a lane.

    Parameters
    ----------
    look : LaneLook
    config : CnnConfig
        Says which column stands on the x-axis.
    y : str
        Column, see `runs.record`.
    name : str, optional
        The look's label by default.
    hover : str
    stat : {"mean", "min", "max"}
        How the seeds are joined.
    smooth : float
        Weight of the past; 0 draws the numbers as they are.
    stroke : dict, optional
        What differs from the lane's own colour, dash, width and shape.
    **settings
        Further fields of Plotly's trace.
    """
    meta = Column(lanes=list(look.indices), x=config.x, y=y, stat=stat)
    own = {"color": look.style.color, "dash": look.dash, "width": look.style.width, "shape": "linear"}
    return {
        "type": "scatter",
        "x": [],
        "y": [],
        "mode": "lines",
        "name": name or look.label,
        "line": own | (stroke or {}),
        "meta": {**meta, **({"smooth": smooth} if smooth else {})},
        "hovertemplate": hover,
        **settings,
    }


def band(look: LaneLook, config: CnnConfig, y: str) -> list[Trace]:
    """From the lowest to the highest of several seeds."""
    if len(look.indices) == 1:
        return []
    edge: dict[str, Any] = {"stroke": {"width": 0}, "opacity": 0.4, "showlegend": False, "hoverinfo": "skip"}
    low = line(look, config, y, f"{look.label}, lowest seed", stat="min", **edge)
    high = line(look, config, y, f"{look.label}, highest seed", stat="max", fill="tonexty", **edge)
    return [low, high]


def zeros(look: LaneLook, config: CnnConfig, y: str, *, height: float) -> Trace:
    """The places at which a column is 0 for a seed at least, as ticks at a height of the second y-axis."""
    marker = {"symbol": "line-ns", "size": 7, "line": {"color": look.style.color, "width": 1.5}}
    marks: dict[str, Any] = {"mode": "markers", "marker": marker, "yaxis": "y2", "showlegend": False}
    trace = line(look, config, y, f"{look.label}, 0", hover="0", stat="min", **marks)
    return trace | {"meta": trace["meta"] | {"zeros": height}}


def measured(
    look: LaneLook, config: CnnConfig, y: str, name: str | None = None, *, width: float = 1.2
) -> list[Trace]:
    """A noisy quantity: its band over the seeds, and its line; smoothed, the raw line stays, fainter."""
    around, smooth = band(look, config, y), config.smooth
    if not smooth:
        return [*around, line(look, config, y, name, stroke={"width": width})]
    raw_name, thin = f"{name or look.label}, raw", {"width": 1}
    raw = line(look, config, y, raw_name, stroke=thin, opacity=0.3, showlegend=False)
    return [*around, raw, line(look, config, y, name, stroke={"width": max(width, 2)}, smooth=smooth)]
