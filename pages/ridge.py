"""Ridge lab: a problem whose constants are known exactly, and the theorems over the measurement."""

import streamlit as st

from lab.params import RidgeConfig
from lab.ridge.controls import presets
from lab.ridge.presets import TEACHING
from lab.ridge.screen import lab, published
from lab.ridge.words import INTRO
from lab.ui.glossary import glossary
from lab.ui.screen import Screen

st.title("Ridge lab")
screen = Screen(RidgeConfig, first=TEACHING[0].config)
st.markdown(INTRO[screen.config.problem])
presets(screen)
if screen.config.figure == "none":
    lab(screen)
else:
    published(screen)
glossary()
screen.write_link()
