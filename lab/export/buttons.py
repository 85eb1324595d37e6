"""The buttons that give numbers away; a file is written when its button is pressed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lab.export.numbers import FORMATS, Format, Numbers


def number_buttons(make: Callable[[], Numbers], what: str, name: str) -> None:
    """A button for each format, and what is in the files.

    Parameters
    ----------
    make : callable
        Gives the numbers; called when a button is pressed.
    what : str
        A sentence on what is in them, as Markdown.
    name : str
        Of the files, without their ending.
    """
    with st.expander("Take the numbers"):
        st.caption(what)
        with st.container(horizontal=True):
            for ending, form in FORMATS.items():
                st.download_button(
                    ending.upper() if ending != "parquet" else "Parquet",
                    _writer(make, form),
                    f"{name}.{ending}",
                    form.media,
                    on_click="ignore",
                )


def _writer(make: Callable[[], Numbers], form: Format) -> Callable[[], bytes]:
    return lambda: form.write(make())
