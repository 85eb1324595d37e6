"""Landscape: is the minimum that was found sharp or flat, by which measure, and does it matter?"""

import streamlit as st

from lab.landscape import captions
from lab.landscape import screen as zones
from lab.params import LandscapeConfig
from lab.ui.glossary import glossary
from lab.ui.screen import Screen

st.title("Landscape")
st.markdown(captions.INTRO)
screen = Screen(LandscapeConfig)
found = zones.opened(screen)
with st.container(key="lab"):
    left, right = st.columns([1, 2.8], gap="large")
with left, st.container(key="controls"):
    zones.control_zone(screen, found)
with right:
    places = zones.chart_places(screen, found)
zones.seeds_zone()
glossary()
screen.write_link()
zones.fill(screen, found, places)
