"""Ridge lab: a problem whose constants are known exactly, and the theorems over the measurement."""

import streamlit as st

from lab.glossary import glossary
from lab.ridge import room
from lab.screen import Screen
from lab.texts import ridge as texts

st.title("Ridge lab")
screen = Screen("ridge")
st.markdown(texts.INTRO[str(screen.values["problem"])])
room.presets(screen)
if screen.values["figure"] == "none":
    room.lab(screen)
else:
    room.published(screen)
glossary()
screen.write_link()
