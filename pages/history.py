"""History: this browser's runs and sweeps, compared, named, opened again, taken elsewhere."""

import streamlit as st

from lab.history import actions, words
from lab.history import screen as zones
from lab.params import HistoryConfig
from lab.ui.screen import Screen

st.title("History")
st.markdown(words.INTRO)
actions.arrive()
screen = Screen(HistoryConfig)

result = zones.found_zone(screen)
if result.known or actions.brought():
    ticked = zones.table_zone(screen, result)
    zones.choice_zone(screen, ticked)
    zones.chart_zone(screen, ticked)
else:
    zones.first_zone()
zones.bring_zone(screen)
zones.hand_over_zone(screen)

screen.write_link()
