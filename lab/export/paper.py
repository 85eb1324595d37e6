"""A figure as it goes into a file from the command line; the browser's way is js/paper.js."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go

from lab.ui.theme import QUIET

WIDTH = 1000
FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
LETTER, SWATCH = 6.5, 62  # pixels of a letter of the legend, and of an entry beside its letters
AXIS, LINE, EDGE = 50, 11, 8  # pixels below the plot: the axis, a line of the small type, the edge
LINE_LETTERS = 165
LEGEND = {
    "orientation": "v", "traceorder": "normal",
    "xref": "container", "x": 1, "xanchor": "right", "y": 1, "yanchor": "top",
}  # fmt: skip


def paper(figure: go.Figure, values: Sequence[tuple[str, str]]) -> go.Figure:
    """The figure with its title, a legend at the right, and these values below in small type.

    Parameters
    ----------
    figure : go.Figure
        Not changed.
    values : sequence of (str, str)
        As in a link.
    """
    plain = figure.to_plotly_json()
    traces = [trace for trace in plain["data"] if trace.get("visible", True) is True]
    named = [trace for trace in traces if _is_listed(trace)]
    layout = dict(plain["layout"])
    text = "  ".join(f"{key}={value}" for key, value in values)
    lines = textwrap.wrap(text, LINE_LETTERS, break_on_hyphens=False)
    longest = max((len(re.sub(r"<[^>]*>", "", trace["name"])) for trace in named), default=0)
    margin = {"l": 62, "t": 40, "r": 16, **layout.get("margin", {})}
    small = {
        "text": "<br>".join(map(escape, lines)), "font": {"size": 8, "color": QUIET}, "showarrow": False,
        "xref": "paper", "x": 0, "xanchor": "left", "align": "left",
        "yref": "paper", "y": 0, "yanchor": "top", "yshift": -AXIS,
    }  # fmt: skip
    layout |= {
        "autosize": False,
        "width": WIDTH,
        "height": layout.get("height", 340) + 40 + LINE * len(lines) + EDGE,
        "font": {"family": FONT},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "showlegend": bool(named),
        "legend": LEGEND,
        "margin": margin
        | {
            "r": margin["r"] + (SWATCH + LETTER * longest if named else 0),
            "b": AXIS + LINE * len(lines) + EDGE,
        },
        "annotations": [*layout.get("annotations", ()), small],
    }
    listed = [{**trace, "showlegend": _is_listed(trace)} for trace in traces]
    return go.Figure({"data": listed, "layout": layout}, _validate=False)


def _is_listed(trace: dict) -> bool:
    """Whether the legend names a trace."""
    return (
        bool(trace.get("name")) and trace.get("showlegend") is not False and trace.get("hoverinfo") != "skip"
    )
