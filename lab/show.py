"""A figure as every page shows it: the chart, what to notice, a question with its answer folded, the data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from lab.chart import chart
from lab.chart.sourced import Source


@dataclass(frozen=True)
class Words:
    """What stands around a chart.

    Attributes
    ----------
    alt : str
        What the chart shows, for those who cannot see it; plain text.
    notice : str
        What to notice, in a sentence or two.
    question, answer : str
        The next question to ask; its answer is unfolded by a click on it.
    """

    alt: str
    notice: str
    question: str
    answer: str


def show(fig: go.Figure | Source, key: str, words: Words, *, stream: str | None = None) -> None:
    """Draw a figure with its words; `key` and `stream` as in `lab.chart.chart`."""
    chart(fig, key=key, alt=words.alt, stream=stream)
    say(words, key)


def say(words: Words, key: str) -> None:
    """What to notice, and the question with its answer folded."""
    st.caption(words.notice)
    with st.container(key=f"answer-{key}"):
        fold(words.question, f"fold-{key}", lambda: words.answer)


def fold(label: str, key: str, text: Callable[[], str]) -> None:
    """Markdown in a closed fold, sent only once it is open: much of it is LaTeX, which is slow to set."""
    unfolded = st.expander(label, key=key, on_change="rerun")
    if unfolded.open:
        unfolded.markdown(text())
