"""Palette by role and the Plotly template.

Figures are drawn in the light palette. The chart component swaps each light colour for its dark partner
(`DARK`) when the app is dark, so figures stay pure functions of results and exports are always light.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from lab.ui.drawing import Drawing
from lab.ui.symbols import html

INK = "#1b2530"
PAPER = "#fdfcf9"
QUIET = "#5c6b7a"
RULE = "#dde3e9"
GUIDE = "#8a97a5"

FONT = "'Source Sans', system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

CAP = "γ<sub>b</sub>"  # as Plotly sets it
RESOLUTION = "resolution of double precision"


@dataclass(frozen=True)
class Style:
    """How one method is drawn, on every page: colour, dash and marker all differ between methods."""

    color: str
    dash: str
    marker: str
    width: float = 1.6


# Okabe-Ito hues, darkened for white paper; the methods this app is about have the heaviest lines.
STYLES: dict[str, Style] = {
    "sam_sps": Style("#c2410c", "solid", "circle", 2.6),
    "usam_sps": Style("#0b62a8", "solid", "square", 2.6),
    "sps_max": Style("#0f7b5a", "dash", "diamond"),
    "sam_constant": Style("#7a5195", "dot", "triangle-up"),
    "sam_cosine": Style("#a3467f", "dashdot", "triangle-down"),
    "usam_constant": Style("#3f7f93", "dot", "cross"),
    "usam_cosine": Style("#2f6f6a", "dashdot", "pentagon"),
    "sgd_constant": Style("#6b6b2f", "longdash", "x"),
    "sgd_cosine": Style("#8a6d1d", "longdashdot", "star"),
    "mix": Style("#84307a", "longdash", "diamond-wide", 2.2),
    "long_sps": Style("#5b21b6", "longdashdot", "triangle-ne", 2.2),
    "unified_sam": Style("#6b5a4a", "dot", "diamond-tall"),
    "af22": Style("#8a4b12", "dash", "triangle-left"),
    "khanh24": Style("#566573", "dashdot", "triangle-right"),
    "unified": Style("#8e3b46", "longdash", "hexagon"),
    "adam": Style("#4f5d2f", "dash", "bowtie"),
    "adasam": Style("#b03a6b", "longdash", "star-diamond"),
    "lightsam_1": Style("#5d7a12", "dot", "hourglass"),
    "lightsam_2": Style("#2e7d5b", "dashdot", "star-square"),
    "lightsam_3": Style("#127a86", "longdashdot", "hexagram"),
    "sa_sam": Style("#4a55a8", "dash", "octagon"),
    "muon": Style("#7c4d2b", "longdash", "pentagon"),
    "momo": Style("#0e7490", "dash", "star-triangle-up"),
    "prodigy": Style("#8f3fae", "dot", "star-triangle-down"),
    "schedule_free": Style("#4b6a88", "longdashdot", "square-cross"),
    "dog": Style("#9a5b00", "dashdot", "diamond-cross"),
}

# Methods that are drawn alike: the same one on the full batch, or with a constant step on ridge regression.
DRAWN_LIKE = {
    "usam_ps": "usam_sps",
    "sam_ps": "sam_sps",
    "long_ps": "long_sps",
    "usam": "usam_constant",
    "sam": "sam_constant",
    "sgd": "sgd_constant",
}


def style(key: str) -> Style:
    """The style of a method by its key in `synthetic` or `neural`."""
    return STYLES[DRAWN_LIKE.get(key, key)]


# Roles in the picture of one step: the climb to e, and what the tangent at e says. The descent has its
# method's colour.
UPHILL, MODEL = "#a3467f", "#8a6d1d"

DARK: dict[str, str] = {
    INK: "#e4e9ee",
    PAPER: "#12171d",
    QUIET: "#9fb0c0",
    RULE: "#2c3641",
    GUIDE: "#7d8b99",
    "#c2410c": "#ff8f5a",
    "#0b62a8": "#6db3f2",
    "#0f7b5a": "#4fc79b",
    "#7a5195": "#c09ae0",
    "#a3467f": "#ee8fc8",
    "#3f7f93": "#7cc4da",
    "#2f6f6a": "#6fd0c6",
    "#6b6b2f": "#c9c873",
    "#8a6d1d": "#e3bf5c",
    "#84307a": "#e39bd8",
    "#5b21b6": "#b794ff",
    "#6b5a4a": "#cbb49c",
    "#8a4b12": "#e8a765",
    "#566573": "#aebdcb",
    "#8e3b46": "#f0939d",
    "#4f5d2f": "#b3c684",
    "#b03a6b": "#f58ab4",
    "#5d7a12": "#b5d65a",
    "#2e7d5b": "#79d9ab",
    "#127a86": "#63ccd8",
    "#4a55a8": "#9ba8f5",
    "#7c4d2b": "#d8a581",
    "#0e7490": "#5cc5e0",
    "#8f3fae": "#d596f0",
    "#4b6a88": "#9dbcdc",
    "#9a5b00": "#eeb04f",
}

TEMPLATE = go.layout.Template(
    layout=go.Layout(
        font={"family": FONT, "size": 13, "color": INK},
        title={"font": {"size": 15}, "x": 0, "xref": "paper", "xanchor": "left", "y": 0.98, "yanchor": "top"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 62, "r": 16, "t": 40, "b": 76},
        hovermode="x unified",
        hoverlabel={"font": {"family": FONT, "size": 12}, "bgcolor": PAPER, "bordercolor": RULE},
        legend={"orientation": "h", "y": -0.3, "yanchor": "top", "x": 0, "font": {"size": 12}},
        # "allow": to find labels that reach over the edge Plotly has the browser lay out every one of them.
        xaxis={
            "ticklabeloverflow": "allow",
            "gridcolor": RULE,
            "zeroline": False,
            "linecolor": GUIDE,
            "ticks": "outside",
            "tickcolor": GUIDE,
        },
        yaxis={
            "ticklabeloverflow": "allow",
            "gridcolor": RULE,
            "zeroline": False,
            "linecolor": GUIDE,
            "exponentformat": "power",
            "automargin": True,
        },
    )
)


_TEMPLATE = TEMPLATE.to_plotly_json()


def drawing(traces: list[dict[str, Any]], layout: dict[str, Any]) -> Drawing:
    """A figure as plain dictionaries, its subscripts set low: it is built at every move of a slider."""
    for trace in traces:
        if "name" in trace:
            trace["name"] = html(trace["name"])
    for note in layout.get("annotations", ()):
        note["text"] = html(note["text"])
    return Drawing(traces, layout)


def plain_figure(traces: list[dict[str, Any]], layout: dict[str, Any]) -> go.Figure:
    """The same as plotly's object, not validated."""
    return drawing(traces, layout).figure()


def plain_layout(
    title: str, x: str, y: str, *, log_x: bool = False, log_y: bool = True, revision: str = "keep"
) -> dict[str, Any]:
    """The layout of such a figure; where `revision` stays the same, zoom and hidden traces do too."""
    axes = [
        {
            "title": {"text": text, "standoff": 6},
            **({"type": "log", "nticks": 5} if log else {"type": "linear"}),
        }
        for text, log in ((x, log_x), (y, log_y))
    ]
    return {
        "template": _TEMPLATE,
        "title": {"text": title},
        "height": 330,
        "uirevision": revision,
        "showlegend": False,
        "margin": {"b": 44},
        "xaxis": axes[0],
        "yaxis": axes[1],
        "shapes": [],
        "annotations": [],
    }


def plain_guide(
    layout: dict[str, Any], value: float, text: str, *, inside: bool = False, side: str = "middle"
) -> None:
    """A grey horizontal guide line, labelled in place: right of the plot, or inside it above the line.

    `side`, "bottom" or "top", keeps the labels of near lines apart.
    """
    line = {"color": GUIDE, "width": 1, "dash": "dot"}
    layout["shapes"].append(
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value, "line": line}
    )
    layout["annotations"].append(
        {
            "text": text,
            "x": 1.0 if inside else 1.005,
            "xref": "paper",
            "xanchor": "right" if inside else "left",
            "y": math.log10(value) if layout["yaxis"]["type"] == "log" else value,
            "yanchor": "bottom" if inside else side,
            "showarrow": False,
            "font": {"color": QUIET, "size": 12},
        }
    )
