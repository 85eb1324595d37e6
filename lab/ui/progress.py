"""A progress bar with the time left, for a computation that takes longer than a moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

PATIENCE = 0.4  # seconds before the bar appears: a computation that ends sooner needs none


@contextmanager
def progress_bar(label: str, *, at_once: bool = False) -> Iterator[Callable[[float], None]]:
    """A place on the page that shows progress while something is computed, and is empty afterwards.

    Parameters
    ----------
    label : str
        Says what is computed.
    at_once : bool
        Show the bar from the start, for work that is known to be long.

    Yields
    ------
    callable
        Call it with the share that is done, 0 to 1.
    """
    slot = st.empty()
    began = asked = time.monotonic()
    if at_once:
        slot.progress(0.0, f"{label} …")

    def tell(share: float) -> None:
        nonlocal began
        st.session_state.get("progress")  # where Streamlit ends a script that is no longer wanted
        now = time.monotonic()
        if share == 0:
            began = now  # it may wait for its turn
            if now - asked > PATIENCE:
                slot.progress(0.0, f"{label} …")
        elif now - began > PATIENCE and share < 1:
            left = (now - began) * (1 - share) / share
            slot.progress(share, f"{label}: {left:.0f} s left" if left >= 1 else f"{label} …")

    try:
        yield tell
    finally:
        slot.empty()
