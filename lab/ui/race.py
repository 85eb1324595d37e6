"""Home asks for a race, and the CNN lab starts it when it opens: neither page knows the other."""

from __future__ import annotations

import streamlit as st

_ASKED = "race asked"


def ask_for_race() -> None:
    """Have the CNN lab start its race when it is opened next in this session."""
    st.session_state[_ASKED] = True


def race_was_asked() -> bool:
    """Whether it was asked for since the last call."""
    return bool(st.session_state.pop(_ASKED, False))
