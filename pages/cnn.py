"""CNN lab: methods side by side on real handwritten digits, live and steerable."""

import streamlit as st

from lab import texts, training
from lab.chart import chart, progress
from lab.figures import training as figures
from lab.screen import Screen

st.title("CNN lab")
st.markdown(texts.CNN["intro"])
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
    chart(figures.gamma(looks), key="gamma", stream=run.stream, alt=texts.CNN["gamma_alt"])
    st.caption(texts.CNN["gamma"])
    left, right = st.columns(2)
    with left:
        chart(figures.accuracy(looks), key="accuracy", stream=run.stream, alt=texts.CNN["accuracy_alt"])
        chart(figures.capped(looks), key="capped", stream=run.stream, alt=texts.CNN["capped_alt"])
        st.caption(texts.CNN["capped"])
    with right:
        chart(figures.loss(looks), key="loss", stream=run.stream, alt=texts.CNN["loss_alt"])
        st.caption(texts.CNN["loss"])
    run.downloads()

screen.write_link()
