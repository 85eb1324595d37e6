"""Words as every page shows them: what to notice, a question with its answer folded, a count with its noun."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from lab.ui.symbols import markdown

ROUNDED = "That is rounding: where a loss is at its lower bound to the last digit, the sign of $N$ is chance."


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


def say(words: Words, key: str) -> None:
    """Show what to notice, and the question with its answer folded."""
    st.caption(markdown(words.notice))
    with st.container(key=f"answer-{key}"):
        fold(words.question, f"fold-{key}", lambda: words.answer)


def fold(label: str, key: str, text: Callable[[], str]) -> None:
    """Show Markdown in a fold. It is sent once the fold is open: much of it is LaTeX, which is slow to set."""
    unfolded = st.expander(markdown(label), key=key, on_change="rerun")
    if unfolded.open:
        unfolded.markdown(markdown(text()))


def escape(text: str) -> str:
    """Text from outside, made inert for Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>$~:^=-])", r"\\\1", text)


def plural(number: int, what: str) -> str:
    """1 problem, 2 problems."""
    return f"{number} {what}" + ("" if number == 1 else "s")
