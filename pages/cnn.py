"""CNN lab: methods side by side on real handwritten digits, live and steerable."""

import streamlit as st

from lab import training
from lab.chart import progress
from lab.figures import training as figures
from lab.glossary import glossary
from lab.screen import Screen
from lab.show import show
from lab.texts import cnn as texts

st.title("CNN lab")
st.markdown(texts.INTRO)
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
    show(figures.gamma(looks), "gamma", texts.GAMMA, stream=run.stream)
    left, right = st.columns(2)
    with left:
        show(figures.accuracy(looks), "accuracy", texts.ACCURACY, stream=run.stream)
        show(figures.capped(looks), "capped", texts.CAPPED, stream=run.stream)
    with right:
        show(figures.loss(looks), "loss", texts.LOSS, stream=run.stream)
    run.downloads()

glossary()
screen.write_link()
