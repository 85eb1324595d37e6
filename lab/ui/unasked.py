"""Runs of the script that nobody asked for: a part of the page wished for them, to show what is new."""

from __future__ import annotations

import streamlit as st

_KEY = "unasked"  # in the session


def unasked() -> None:
    """The coming run of the script is one; the callback of such a part."""
    st.session_state[_KEY] = True


def was_unasked() -> bool:
    """Whether this run of the script is one; asked once a run."""
    return bool(st.session_state.pop(_KEY, False))
