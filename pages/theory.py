"""Theory: the guarantees with their proofs, and a live check of each on many random problems."""

import streamlit as st

from lab.chart.show import show
from lab.params import TheoryConfig
from lab.theory import captions, compute, figures, screen, words
from lab.ui.glossary import glossary
from lab.ui.progress import progress_bar
from lab.ui.screen import Screen


@st.fragment
def live() -> None:
    """Controls and what follows from them; the proofs around it are not sent again when a slider moves."""
    values = Screen(TheoryConfig)
    values.notices()
    st.header("Live check", anchor="live-check")
    st.markdown(captions.LIVE)
    with st.container(key="lab"):
        side, charts = st.columns([1, 2.8], gap="large")
    with side, st.container(key="controls"):
        screen.controls(values)

    with charts:
        with st.container(key="verdict"):
            with progress_bar("Measuring the problems") as progress:
                result = compute.compute(values.config, progress)
            screen.verdict(result)
        measured, ratio, near = words.around(result)
        left, right = st.columns(2, gap="medium")
        with left:
            show(figures.measured_and_bound(result), "measured", measured)
        with right:
            show(figures.ratio(result), "ratio", ratio)
        left, right = st.columns(2, gap="medium")
        with left:
            show(figures.tightness(result), "tightness", near)
        with right:
            screen.details(result)

    st.header("Proposition 2.1, counted", anchor="counted")
    for text in words.counted(result):
        st.markdown(text)
    left, right = st.columns(2, gap="medium")
    with left:
        show(figures.fired(result), "fired", captions.FIRED)
    with right:
        show(figures.smallest(result), "smallest", captions.SMALLEST)
    values.write_link()


st.title("Theory")
st.markdown(captions.INTRO)
screen.overview()
live()
st.header("Where the theory stops", anchor="stops")
st.markdown(captions.STOPS)
st.header("The guarantees, one by one", anchor="guarantees")
screen.cards()
glossary()
