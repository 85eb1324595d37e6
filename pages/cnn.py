"""CNN lab: methods side by side on real handwritten digits, live and steerable."""

import streamlit as st

from lab import training
from lab.chart import chart, progress
from lab.figures import training as figures
from lab.screen import Screen

st.title("CNN lab")
st.markdown(
    "Each lane trains the same small network from the same weights on the same batches of 1,437 real digits "
    "(8×8 pixels); 360 others test it. Sliders of a lane act on its next step, also while it trains."
)
screen = Screen("cnn")
run = training.Control(screen)
screen.notices(run.notices)

run.buttons()
with st.container(key="lab"):
    controls, charts = st.columns([1, 2.6], gap="large")

with controls, st.container(key="controls"):
    with st.expander("Run", expanded=True):
        screen.controls("epochs", "batch_size", "seed", "lanes", disabled=run.live)
    for lane in run.lane_letters:
        with st.expander(f"Lane {lane.upper()}", expanded=True):
            run.lane_controls(lane)
    with st.expander("Exact values"):
        screen.entry()

looks = figures.lane_looks(run.shown_methods)
with charts:
    progress(
        key="progress",
        stream=run.stream,
        lanes=[{"label": look.label, "color": look.style.color} for look in looks],
        idle="Nothing is running yet: press Start.",
    )
    chart(figures.gamma(looks), key="gamma", stream=run.stream, alt=training.ALT["gamma"])
    st.caption(training.CAPTION["gamma"])
    left, right = st.columns(2)
    with left:
        chart(figures.accuracy(looks), key="accuracy", stream=run.stream, alt=training.ALT["accuracy"])
        chart(figures.capped(looks), key="capped", stream=run.stream, alt=training.ALT["capped"])
        st.caption(training.CAPTION["capped"])
    with right:
        chart(figures.loss(looks), key="loss", stream=run.stream, alt=training.ALT["loss"])
        st.caption(training.CAPTION["loss"])
    run.downloads()

screen.write_link()
