"""Theory: the guarantees with their proofs, and a live check of each on many random problems."""

import streamlit as st

from lab import theory
from lab.figures import theory as figures
from lab.glossary import glossary
from lab.screen import Screen
from lab.show import show
from lab.texts import theory as texts
from lab.theory import safeguard
from lab.theory.check import method_rows, problem_rows
from lab.wait import Waiting

st.title("Theory")
st.markdown(texts.INTRO)
screen = Screen("theory")
screen.notices()
texts.overview()

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
        place = st.empty()
        outcome = theory.compute(screen.values, Waiting(place))
        with place.container():
            texts.verdict(outcome)
    left, right = st.columns(2, gap="medium")
    with left:
        show(figures.measured_and_bound(outcome), "measured", texts.MEASURED)
    with right:
        show(figures.ratio(outcome), "ratio", texts.RATIO)
    left, right = st.columns(2, gap="medium")
    with left:
        show(figures.tightness(outcome), "tightness", texts.TIGHTNESS if outcome.has_values else texts.ENDS)
    with right:
        texts.details(outcome)

st.header("Proposition 2.1, counted", anchor="counted")
count = safeguard.count(screen.values)
st.markdown(texts.COUNT.format(points=count.random_points, problems=count.problems))
st.markdown(texts.counted(count))
left, right = st.columns(2, gap="medium")
with left:
    show(figures.fired(count), "fired", texts.FIRED)
with right:
    show(figures.smallest(count), "smallest", texts.SMALLEST)

st.header("Where the theory stops", anchor="stops")
st.markdown(texts.STOPS)

st.header("The guarantees, one by one", anchor="guarantees")
for theorem in texts.THEOREMS:
    texts.card(theorem)
glossary()
screen.write_link()
