"""One step: why the step size has the value it has, as a picture, a parabola and a formula."""

import streamlit as st

from lab.export.take import take
from lab.one_step import screen as zones
from lab.one_step import words as texts
from lab.one_step.compute import compute
from lab.one_step.tries import TRIES
from lab.params import OneStepConfig
from lab.ui.glossary import glossary
from lab.ui.screen import Screen

st.title("One step")
st.markdown(texts.LEAD)
screen = Screen(OneStepConfig, first=TRIES[0].config)
result = compute(screen.config)
with st.container():  # a place of its own: what comes and goes there does not move the charts
    screen.notices()
zones.tries(screen, result)
zones.lab(screen, result)
take(screen)
st.header("Why this far, and no further")
st.markdown(texts.INTRO)
glossary()
screen.write_link()
