"""A page waits for a computation: its progress, and plain words where it gives no result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from lab.pool.refusal import BusyError, NotComputedError, SupersededError
from lab.ui.progress import progress_bar
from lab.web.owner import of_session

OWN_SECONDS = 1.0  # in which the newer computation of this page shows itself


def visitor() -> str:
    """Who looks at the page."""
    return of_session(st.context.cookies, st.session_state)  # type: ignore[arg-type]


@contextmanager
def computing(
    label: str, write_link: Callable[[], None], *, at_once: bool = False
) -> Iterator[Callable[[float], None]]:
    """Show the progress of a computation (`lab.ui.progress`); the script ends here where it gives no result,
    with the address written as by a whole script.

    A newer one of the same page ends the older without a word: its script is about to run. That of another
    page is named.
    """
    try:
        with progress_bar(label, at_once=at_once) as tell:
            try:
                yield tell
            except SupersededError:
                deadline = time.monotonic() + OWN_SECONDS
                while time.monotonic() < deadline:
                    tell(0.0)
                    time.sleep(0.05)
                raise
    except NotComputedError as error:
        show = st.info if isinstance(error, SupersededError | BusyError) else st.warning
        show(str(error))
        st.button("Compute it now", key=f"again:{label}")
        write_link()
        st.stop()
