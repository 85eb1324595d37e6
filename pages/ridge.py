"""Ridge lab: a problem whose constants are known exactly, and the theorem over the measurement."""

import streamlit as st

from lab import ridge, texts
from lab.chart import chart
from lab.figures import ridge as figures
from lab.screen import Screen

st.title("Ridge lab")
st.markdown(texts.RIDGE["intro"])
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
        chart(figures.relative_gap(outcome.result), key="gap", alt=texts.RIDGE["gap_alt"])
        st.caption(texts.RIDGE["gap"])
        chart(
            figures.gamma(outcome.result, float(screen.values["gamma_b"])),
            key="gamma",
            alt=texts.RIDGE["gamma_alt"],
        )
        st.caption(texts.RIDGE["gamma"])
    with right:
        chart(
            figures.distance(outcome.result, outcome.bound), key="distance", alt=texts.RIDGE["distance_alt"]
        )
        st.caption(texts.RIDGE["distance"])
        texts.bound(outcome.bound)
        st.markdown(texts.constants(outcome.problem, float(screen.values["rho"])))
    st.dataframe(ridge.summary(outcome), hide_index=True)
    with st.expander("The numbers behind the charts"):
        st.dataframe(ridge.table(outcome), hide_index=True)

screen.write_link()
