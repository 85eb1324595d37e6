"""Home's screen: the formula, a card for each page, and the letters; each zone one function."""

from __future__ import annotations

import streamlit as st

from lab.home import words as texts
from lab.ui.glossary import letters


def formulas() -> None:
    """The step size, and where the second gradient is taken."""
    for column, formula in zip(st.columns(2), texts.FORMULAS, strict=True):
        column.latex(formula)


def cards() -> None:
    """What each page is for, two cards a row."""
    for row in (texts.CARDS[:2], texts.CARDS[2:]):
        for column, card in zip(st.columns(2), row, strict=True):
            with column.container(border=True):
                st.subheader(card.name)
                st.markdown(card.text)
                st.page_link(f"pages/{card.page}.py", label=f"Open {card.name}", icon=card.icon)


def symbols() -> None:
    """What each letter of the formulas stands for."""
    st.subheader("The letters")
    st.markdown(letters(*texts.LETTERS))
