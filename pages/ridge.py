"""Ridge lab."""

import streamlit as st

st.title("Ridge lab")
