"""CNN lab: methods side by side on images, live and steerable."""

import streamlit as st

from lab.cnn import controls, words
from lab.cnn import screen as zones
from lab.cnn.presets import RACE
from lab.params import CnnConfig
from lab.ui.glossary import glossary
from lab.ui.screen import Screen

st.title("CNN lab")
st.markdown(words.INTRO)
screen = Screen(CnnConfig, first=RACE)
result = zones.opened(screen)

controls.presets(screen, result)
controls.buttons(screen, result)
with st.container(key="lab"):
    left, right = st.columns([1, 2.6], gap="large")
with left, st.container(key="controls"):
    zones.control_zone(screen, result)
with right:
    zones.chart_zone(screen, result)

glossary()
screen.write_link()
