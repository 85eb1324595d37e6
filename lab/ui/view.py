"""The presentation view: large type without the controls; the link holds it, the session keeps it."""

from __future__ import annotations

import streamlit as st

from lab.ui import link

_VIEW, _PAGE = "view", "view:page"  # in the session


def view() -> str | None:
    """The view that the pages are shown in: `link.STAGE`, or None for the usual one."""
    return st.session_state.get(_VIEW)


def read(page: str) -> None:
    """Take the view from the address bar on arrival; a switch of pages brings no address, and keeps it."""
    query = st.query_params.to_dict()
    if st.session_state.get(_PAGE) != page and query:
        st.session_state[_VIEW] = link.decode_view(query)[0]
    st.session_state[_PAGE] = page


def put(new: str | None) -> None:
    """Show the pages in this view from now on; for callbacks."""
    st.session_state[_VIEW] = new


def write() -> None:
    """Have the address bar name the view, also on a page that has no values of its own."""
    if st.query_params.get(link.VIEW) != view():
        if new := view():
            st.query_params[link.VIEW] = new
        else:
            del st.query_params[link.VIEW]
