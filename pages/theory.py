"""Theory: the guarantees with their proofs, and a live check of each on many random problems."""

import streamlit as st

from lab.chart.show import show
from lab.export.take import take
from lab.params import TheoryConfig
from lab.theory import captions, compute, figures, screen, words
from lab.ui.glossary import glossary
from lab.ui.screen import Screen
from lab.visit.computing import computing, visitor


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
            with computing("Measuring the problems", values.write_link) as progress:
                result = compute.compute(values.config, progress, visitor())
            screen.verdict(result)
        around = words.around(result)
        names = [name for name in figures.LIVE if name in around]
        places = [*st.columns(2, gap="medium"), *st.columns(2, gap="medium")]
        for name, place in zip(names, places, strict=False):
            with place:
                show(figures.LIVE[name](result), name, around[name])
        with places[len(names)]:
            screen.details(result)

    st.header("Proposition 2.1, counted", anchor="counted")
    screen.counted(result)
    take(values)
    values.write_link()


st.title("Theory")
st.markdown(captions.INTRO)
live()
st.header("Where the theory stops", anchor="stops")
st.markdown(captions.STOPS)
st.header("The guarantees, one by one", anchor="guarantees")
screen.cards()
glossary()
