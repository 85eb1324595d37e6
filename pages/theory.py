"""Theory: the guarantees with their proofs, and a live check of each on many random problems."""

import streamlit as st

from lab.chart.show import show
from lab.params import TheoryConfig
from lab.theory import compute as theory
from lab.theory import figures, safeguard
from lab.theory import words as texts
from lab.theory.check import method_rows, problem_rows
from lab.ui.glossary import glossary
from lab.ui.progress import waiting
from lab.ui.screen import Screen


@st.fragment
def live() -> None:
    """Controls and what follows from them; the proofs around it are not sent again when a slider moves."""
    screen = Screen(TheoryConfig)
    screen.notices()
    st.header("Live check", anchor="live-check")
    st.markdown(texts.LIVE)
    with st.container(key="lab"):
        controls, charts = st.columns([1, 2.8], gap="large")

    with controls, st.container(key="controls"):
        with st.expander("Guarantee and method", expanded=True):
            screen.control("guarantee")
            screen.controls(*method_rows(str(screen.values["guarantee"])))
        with st.expander("Problems", expanded=True):
            screen.controls(*problem_rows(str(screen.values["guarantee"])))
        with st.expander("Exact values"):
            screen.entry()

    with charts:
        with st.container(key="verdict"):
            with waiting("Measuring the problems") as progress:
                outcome = theory.compute(screen.values, progress)
            texts.verdict(outcome)
        measured, ratio, near = texts.around(outcome)
        left, right = st.columns(2, gap="medium")
        with left:
            show(figures.measured_and_bound(outcome), "measured", measured)
        with right:
            show(figures.ratio(outcome), "ratio", ratio)
        left, right = st.columns(2, gap="medium")
        with left:
            show(figures.tightness(outcome), "tightness", near)
        with right:
            texts.details(outcome)

    st.header("Proposition 2.1, counted", anchor="counted")
    count = safeguard.count(screen.values)
    texts.counted(count)
    left, right = st.columns(2, gap="medium")
    with left:
        show(figures.fired(count), "fired", texts.FIRED)
    with right:
        show(figures.smallest(count), "smallest", texts.SMALLEST)
    screen.write_link()


st.title("Theory")
st.markdown(texts.INTRO)
texts.overview()
live()
st.header("Where the theory stops", anchor="stops")
st.markdown(texts.STOPS)
st.header("The guarantees, one by one", anchor="guarantees")
for theorem in texts.THEOREMS:
    texts.card(theorem)
glossary()
