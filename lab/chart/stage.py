"""The way into the presentation view, and the way back."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from lab.chart.component import mount
from lab.ui import view
from lab.ui.link import STAGE

ASSETS = Path(__file__).parents[2] / "assets"
CONTROLS = "view:controls"  # whether the controls are shown on the stage, in the session


def open_page(page: str) -> None:
    """Before a page: the view that is asked for, and the app's style sheet and that of the stage.

    One element in any view, so that those after it keep their places.
    """
    view.read(page)
    names = ["style.css"]
    if view.view() == STAGE:
        names += ["stage.css"] if st.session_state.get(CONTROLS) else ["stage.css", "stage_bare.css"]
    st.html(f"<style>{''.join((ASSETS / name).read_text(encoding='utf-8') for name in names)}</style>")


def close_page() -> None:
    """After a page: the way into the view or out of it, and its place in the link."""
    _bar()
    view.write()


def _bar() -> None:
    """A row at the upper edge: into the view, or out of it (Esc does it too) and the controls on request."""
    with st.container(horizontal=True, key="stage"):
        if view.view() != STAGE:
            st.button("Present", help="Large type, without the controls", on_click=view.put, args=(STAGE,))
            return
        st.toggle("Controls", key=CONTROLS)
        st.button("Leave", key="leave", help="Esc", on_click=view.put, args=(None,))
        mount(key="escape", data={"kind": "escape", "press": ".st-key-leave button"}, height="content")
