"""Robustness: does accuracy hold at every ρ, and what does tuning cost?"""

import streamlit as st

from lab.export.take import take
from lab.params import RobustnessConfig
from lab.robustness import screen as zones
from lab.robustness.words import INTRO
from lab.ui.glossary import glossary
from lab.ui.screen import Screen

st.title("Robustness")
st.markdown(INTRO)
screen = Screen(RobustnessConfig)
shown = zones.opened(screen)

zones.preset_zone(screen, shown)
with st.container(key="lab"):
    left, right = st.columns([1, 2.8], gap="large")
with left, st.container(key="controls"):
    zones.control_zone(screen, shown)
with right:
    zones.chart_zone(shown)
    take(screen)

zones.when_not_zone()
zones.reported_zone()

glossary()
screen.write_link()
