"""A figure as every page shows it: the chart, what to notice, a question with its answer folded, the data."""

from __future__ import annotations

import plotly.graph_objects as go

from lab.chart import chart
from lab.ui.words import Words, say
from lab.web.chart_routes import Source


def show(fig: go.Figure | Source, key: str, words: Words, *, stream: str | None = None) -> None:
    """Draw a figure with its words; `key` and `stream` as in `lab.chart.chart`."""
    chart(fig, key=key, alt=words.alt, stream=stream)
    say(words, key)
