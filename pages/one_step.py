"""One step: why the step size has the value it has, as a picture, a parabola and a formula."""

import streamlit as st

from lab.chart import player
from lab.one_step import compute as one_step
from lab.one_step import figures
from lab.one_step import words as texts
from lab.one_step.frames import frames
from lab.params import OneStepConfig, defaults
from lab.ui.glossary import glossary
from lab.ui.screen import Screen, escape
from lab.ui.theme import MODEL, UPHILL
from lab.ui.words import say

st.title("One step")
st.markdown(texts.INTRO)
screen = Screen(OneStepConfig)
values = screen.values
outcome = one_step.compute(values)
with st.container():  # a place of its own: what comes and goes there does not move the charts
    screen.notices()

with st.container(horizontal=True):
    for trial in texts.TRIES:
        st.button(trial.name, on_click=screen.put, args=(defaults("one_step") | trial.values,))
with st.container(key="look"):  # a line in any case, so that the charts stay in their place
    trial = texts.shown(values)
    st.markdown(f"**{escape(trial.name)}.** {trial.see}" if trial else texts.OWN)

with st.container(key="lab"):
    controls, charts = st.columns([1, 3.2], gap="large")

with controls, st.container(key="controls"):
    with st.expander("Where", expanded=True):
        screen.controls("function", "variables")
        if values["function"] == "quadratic" and outcome.variables == 2:
            screen.control("kappa")
        screen.controls(*("x1", "x2")[: outcome.variables])
    with st.expander("Method", expanded=True):
        screen.controls("rho", "lambd", "gamma_b", "f_star")
        if values["f_star"] == "value":
            screen.control("bound")
    with st.expander("Play", expanded=True):
        screen.controls("second", "steps", "speed")
    with st.expander("Exact values"):
        screen.entry()

flat = outcome.variables == 1
left_words = texts.GRAPH if flat else texts.PLANE
with charts:
    player(
        [figures.graph(outcome) if flat else figures.plane(outcome), figures.parabola(outcome)],
        frames(outcome),
        key="player",
        alts=[left_words.alt, texts.PARABOLA.alt],
        words=texts.SAID,
        roles={"uphill": UPHILL, "model": MODEL},
        speed=float(values["speed"]),
        on_point=lambda point: screen.put(one_step.picked(point, outcome.variables)),
    )
    st.markdown(texts.constants(outcome, float(values["rho"]), float(values["lambd"])))
    left, right = st.columns(2)
    with left:
        say(left_words, "plane")
    with right:
        say(texts.parabola(outcome), "parabola")

glossary()
screen.write_link()
