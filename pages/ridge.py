"""Ridge lab: a problem whose constants are known exactly, and the theorems over the measurement."""

import streamlit as st

from lab.params import RidgeConfig
from lab.ridge import screen as room
from lab.ridge import words as texts
from lab.ui.glossary import glossary
from lab.ui.screen import Screen

st.title("Ridge lab")
screen = Screen(RidgeConfig)
st.markdown(texts.INTRO[str(screen.values["problem"])])
room.presets(screen)
if screen.values["figure"] == "none":
    room.lab(screen)
else:
    room.published(screen)
glossary()
screen.write_link()
