"""Ridge lab: a problem whose constants are known exactly, and the theorem over the measurement."""

import streamlit as st

from lab import ridge
from lab.figures import ridge as figures
from lab.glossary import glossary
from lab.screen import Screen
from lab.show import show
from lab.texts import ridge as texts

st.title("Ridge lab")
st.markdown(texts.INTRO)
screen = Screen("ridge")
outcome = ridge.compute(screen.values)
screen.notices(outcome.notices)

with st.container(key="lab"):
    controls, charts = st.columns([1, 2.8], gap="large")

with controls, st.container(key="controls"):
    with st.expander("Method", expanded=True):
        screen.controls("rho", "lambd", "gamma_b", "f_star")
    with st.expander("Problem", expanded=True):
        screen.controls("kappa", "kappa_of", "n", "d", "interpolated")
    with st.expander("Run", expanded=True):
        screen.controls("m", "iterations", "seed")
    with st.expander("Exact values"):
        screen.entry()

with charts:
    left, right = st.columns(2, gap="medium")
    with left:
        show(figures.relative_gap(outcome.result), "gap", texts.GAP)
        show(figures.gamma(outcome.result, float(screen.values["gamma_b"])), "gamma", texts.GAMMA)
    with right:
        show(figures.distance(outcome.result, outcome.bound), "distance", texts.DISTANCE)
        texts.bound(outcome.bound)
        st.markdown(texts.constants(outcome.problem, float(screen.values["rho"])))
    st.dataframe(ridge.summary(outcome), hide_index=True)

glossary()
screen.write_link()
