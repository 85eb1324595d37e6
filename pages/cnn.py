"""CNN lab: methods side by side on images, live and steerable."""

import streamlit as st

from lab.chart import formula, pictures, progress
from lab.chart.show import show
from lab.cnn import control as training
from lab.cnn import figures
from lab.cnn import words as texts
from lab.params import CnnConfig
from lab.ui.glossary import glossary
from lab.ui.screen import Screen

st.title("CNN lab")
st.markdown(texts.INTRO)
screen = Screen(CnnConfig)
run = training.Control(screen)
screen.notices(run.notices)

run.buttons()
with st.container(key="lab"):
    controls, charts = st.columns([1, 2.6], gap="large")

with controls, st.container(key="controls"):
    with st.expander("Lanes", expanded=True):
        screen.controls("lanes", disabled=run.live)
        for lane, tab in zip(run.letters, st.tabs(list(run.letters.upper())), strict=True):
            with tab:
                run.lane_controls(lane)
    with st.expander("Images and network", expanded=True):
        run.dataset()
        screen.controls("label_noise", "kappa", "network", disabled=run.live)
        st.caption(texts.about(str(screen.values["dataset"]), str(screen.values["network"]), run.parameters))
    with st.expander("Run", expanded=True):
        screen.controls("epochs", "batch_size", "seed", "seeds", disabled=run.live)
        run.device()
    with st.expander("Exact values"):
        screen.entry()
    run.history()

looks = figures.lane_looks(*run.shown)
lanes = [look.for_browser for look in looks]
with charts:
    progress(
        key="progress",
        stream=run.stream,
        lanes=lanes,
        idle=texts.IDLE,
        ask_again=run.ask_again,
        mine=run.mine,
    )
    with st.container(horizontal=True):
        screen.controls("x", "smooth")
        run.speed()
    view = figures.View(str(screen.values["x"]), float(screen.values["smooth"]))
    show(figures.gamma(looks, view), "gamma", texts.GAMMA, stream=run.stream)
    if run.stream:
        st.caption(texts.FORMULA)
        formula(key="formula", stream=run.stream, lanes=lanes)
    left, right = st.columns(2, gap="medium")
    with left:
        show(figures.accuracy(looks, view), "accuracy", texts.ACCURACY, stream=run.stream)
    with right:
        show(figures.loss(looks, view), "loss", texts.LOSS, stream=run.stream)
    if run.stream:
        with left:
            show(figures.decided(looks, view), "decided", texts.DECIDED, stream=run.stream)
        with right:
            show(figures.grad_norms(looks, view), "norms", texts.NORMS, stream=run.stream)
        show(figures.sam_gap(looks, view), "sam_gap", texts.SAM_GAP, stream=run.stream)
        st.subheader("What the network sees")
        st.caption(texts.PICTURES)
        pictures(key="pictures", stream=run.stream, url=run.pictures, lanes=lanes)
        run.downloads()
    else:
        st.caption(texts.MORE)

glossary()
screen.write_link()
