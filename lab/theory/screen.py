"""The zones of the Theory page: controls, the verdict of the live check, the cards of the theorems."""

from __future__ import annotations

import streamlit as st

from lab.params import TheoryConfig
from lab.params.guarantees import GUARANTEES
from lab.theory import words
from lab.theory.captions import CONSTANTS
from lab.theory.compute import TheoryResult
from lab.ui.screen import Screen
from synthetic.theory.theorems import THEOREMS, Theorem


def controls(screen: Screen[TheoryConfig]) -> None:
    """The guarantee, and of the other values those that it uses."""
    with st.expander("Guarantee and method", expanded=True):
        screen.control("guarantee")
        guarantee = GUARANTEES[screen.config.guarantee]
        screen.controls(*guarantee.method_rows)
    with st.expander("Problems", expanded=True):
        screen.controls(*guarantee.problem_rows)
    with st.expander("Exact values"):
        screen.entry()


def verdict(result: TheoryResult) -> None:
    """The promise, and what became of it."""
    st.latex(result.guarantee.theorem.statement)
    show = st.markdown if result.applies else st.info
    show(words.verdict(result))


def details(result: TheoryResult) -> None:
    """What else was counted, and what the promise means."""
    st.markdown(words.details(result))
    st.markdown(words.meaning(result))


def overview() -> None:
    """The table of theorems."""
    st.markdown(words.overview())
    st.caption(CONSTANTS)


def cards() -> None:
    """Every theorem: statement, meaning, assumptions and source, and its proof folded."""
    for theorem in THEOREMS:
        _card(theorem)


def _card(theorem: Theorem) -> None:
    with st.container(border=True, key=f"card-{words.anchor(theorem)}"):
        st.subheader(theorem.name, anchor=words.anchor(theorem))
        left, right = st.columns([1.5, 1], gap="large")
        with left:
            st.caption(f"{theorem.setting[0].upper()}{theorem.setting[1:]}")
            st.latex(theorem.statement)
            st.markdown(theorem.meaning)
        right.markdown(words.premises(theorem))
        with st.expander("Proof"):
            st.markdown(words.proof(theorem))
