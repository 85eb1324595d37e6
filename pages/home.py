"""What this is, and where to go."""

import streamlit as st

from lab.home import screen as zones
from lab.home import words as texts

st.title(texts.TITLE)
st.markdown(texts.INTRO)
zones.question()
zones.race()
zones.cards()
zones.code()
zones.formulas()
