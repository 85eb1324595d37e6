"""The zones of the Theory page: controls, the verdict of the live check, the cards of the theorems."""

from __future__ import annotations

import streamlit as st

from lab.chart.show import show
from lab.params import TheoryConfig
from lab.params.guarantees import GUARANTEES
from lab.theory import captions, figures, words
from lab.theory.captions import CONSTANTS
from lab.theory.compute import TheoryResult
from lab.ui.glossary import explained
from lab.ui.screen import Screen
from synthetic.theory.theorems import THEOREMS, TIGHTER, Theorem


def controls(screen: Screen[TheoryConfig]) -> None:
    """The guarantee, and of the other values those that it uses."""
    with st.expander("Guarantee and method", expanded=True):
        screen.control("guarantee")
        guarantee = GUARANTEES[screen.config.guarantee]
        screen.controls(*guarantee.method_rows)
    with st.expander("Problems", expanded=True):
        screen.controls(*guarantee.problem_rows)
    screen.entry()


def verdict(result: TheoryResult) -> None:
    """The promise, and what became of it."""
    st.latex(result.theorem.statement)
    show = st.markdown if result.applies else st.info
    show(words.verdict(result))


def details(result: TheoryResult) -> None:
    """What else was counted, and what the promise means."""
    st.markdown(words.details(result))
    st.markdown(words.meaning(result))


def counted(result: TheoryResult) -> None:
    """What was counted for Proposition 2.1; its charts on request."""
    for text in words.counted(result):
        st.markdown(text)
    fold = st.expander("Over every radius", key="theory.:counted", on_change="rerun")
    if fold.open:
        left, right = fold.columns(2, gap="medium")
        with left:
            show(figures.fired(result), "fired", words.around_fired(result))
        with right:
            show(figures.smallest(result), "smallest", captions.SMALLEST)


def cards() -> None:
    """Every theorem in a line, with its statement, meaning, assumptions, source and proof folded in it."""
    st.caption(CONSTANTS)
    with st.container(gap="xsmall"):
        for theorem in THEOREMS:
            with st.expander(words.in_a_line(theorem), key=f"card-{theorem.key.lower().replace('.', '-')}"):
                _card(theorem)
                if tighter := TIGHTER.get(theorem.key):
                    _smaller_constant(theorem, tighter)


def _card(theorem: Theorem) -> None:
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        st.latex(theorem.statement)
        st.markdown(theorem.meaning)
        st.markdown(f"**Proof**\n\n{words.proof(theorem)}")
    right.markdown(words.premises(theorem), help=explained(theorem.setting, *theorem.assumptions) or None)


def _smaller_constant(theorem: Theorem, tighter: Theorem) -> None:
    """The same with a smaller constant, in the card of the theorem whose constant it lowers."""
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        st.caption(f"{tighter.constant[0].upper()}{tighter.constant[1:]}")
        st.latex(tighter.statement)
        st.markdown(tighter.meaning)
        st.markdown(f"**Proof of the smaller constant**\n\n{words.proof(tighter)}")
    right.markdown(words.letters(theorem, tighter))
