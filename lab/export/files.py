"""Buttons that give files: each comes from an address (`lab.web.offers`), also while the script runs."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lab.chart.component import mount
from lab.web import owner
from lab.web.offers import File, Offers

OFFERS = "take:offers"  # in the session


def files(label: str, offered: Mapping[str, File], *, key: str) -> None:
    """A row of buttons.

    Parameters
    ----------
    label : str
        What the files are, for those who cannot see the row.
    offered : mapping of str to File
        By the words on their buttons.
    key : str
        Names the row among all rows of the app.
    """
    if OFFERS not in st.session_state:
        st.session_state[OFFERS] = Offers(owner.verify(st.context.cookies.get(owner.COOKIE)))
    offers: Offers = st.session_state[OFFERS]
    buttons = [
        {
            "label": words,
            "name": file.safe_name,
            "address": offers.put(f"{key}.{file.safe_name.rpartition('.')[2]}", file),
        }
        for words, file in offered.items()
    ]
    mount(key=f"files-{key}", data={"kind": "files", "label": label, "files": buttons}, height="content")
