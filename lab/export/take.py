"""Where a visitor takes a page along: numbers, code, link, citation; and opens what was taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from lab.export.about import address
from lab.export.cite import BIBTEX
from lab.export.code import Script
from lab.export.files import files
from lab.export.numbers import FORMATS, Format, Numbers
from lab.export.reading import NotReadableError, read
from lab.ui.screen import Screen
from lab.web.offers import File, Ready

CODE = (
    "A script that makes this run again without the app. What it needs, and how exactly it repeats these "
    "numbers, stands in its head."
)
OPEN = (
    "JSON or CSV of this page: its values come on the screen. Its numbers are not read, but computed again."
)
FIGURES = "Under each figure, *Save* gives it as SVG, PNG, PDF or a page of its own."
MAX_MEGABYTES = 64
NAMES = {"csv": "CSV", "parquet": "Parquet", "json": "JSON"}


def take(
    screen: Screen[Any],
    *,
    numbers: Callable[[], Numbers] | None = None,
    ready: Ready | None = None,
    name: str = "",
    about: str = "",
    script: Callable[[], Script] | None = None,
) -> None:
    """Numbers and code in every form, the link, the citation, and the way back; made once it is unfolded.

    Parameters
    ----------
    screen : Screen
    numbers : callable, optional
        Gives the numbers; called when a button is pressed, outside the script.
    ready : callable, optional
        Waits until `numbers` takes no more than a moment, as in `lab.web.offers.File`.
    name, about : str
        Of their files, without their ending; a sentence on what is in them, as Markdown.
    script : callable, optional
        Gives the script; ValueError, with a sentence for the screen, where there is none.
    """
    fold = st.expander("Take it with you", key=f"{screen.page}.:take", on_change="rerun")
    if not fold.open:
        return
    parts: dict[str, Callable[[], None]] = {}
    if numbers:
        parts["Numbers"] = lambda: _numbers(screen.page, numbers, ready, name, about)
    if script:
        parts["Code"] = lambda: _code(screen.page, script)
    parts["Link and citation"] = lambda: _link(screen)
    if numbers:
        parts["Open a file"] = lambda: _open(screen)
    with fold:
        st.caption(FIGURES)
        places = st.tabs(list(parts)) if len(parts) > 1 else [st.container()]
        for place, part in zip(places, parts.values(), strict=True):
            with place:
                part()


def _numbers(page: str, make: Callable[[], Numbers], ready: Ready | None, name: str, about: str) -> None:
    st.caption(about)
    offered = {
        NAMES[ending]: File(f"{name}.{ending}", form.media, _writer(make, form), ready)
        for ending, form in FORMATS.items()
    }
    files("The numbers as a file", offered, key=f"{page}-numbers")


def _writer(make: Callable[[], Numbers], form: Format) -> Callable[[], bytes]:
    return lambda: form.write(make())


def _code(page: str, make: Callable[[], Script]) -> None:
    try:
        script = make()
    except ValueError as error:
        st.caption(str(error))
        return
    st.caption(CODE)
    offered = {
        "Python": File(f"{script.name}.py", "text/x-python", script.as_python),
        "Notebook": File(f"{script.name}.ipynb", "application/x-ipynb+json", script.as_notebook),
    }
    files("The script as a file", offered, key=f"{page}-code")
    st.code(script.as_python(), language="python", height=360)


def _link(screen: Screen[Any]) -> None:
    _, _, query = address(screen.config, screen.run).partition("?")
    st.caption("This screen, with every value in its address:")
    st.code(f"{st.context.url}?{query}", language=None, wrap_lines=True)
    st.caption("The paper of the method:")
    st.code(BIBTEX, language="bibtex")


def _open(screen: Screen[Any]) -> None:
    key = f"{screen.page}.:open"
    st.file_uploader(
        "A file that was taken here",
        ["json", "csv"],
        help=OPEN,
        key=key,
        on_change=_opened,
        args=(screen, key),
        max_upload_size=MAX_MEGABYTES,
    )


def _opened(screen: Screen[Any], key: str) -> None:
    file = st.session_state[key]
    if file is None:
        return
    try:
        found = read(screen.kind, file.getvalue())
    except NotReadableError as error:
        screen.tell(str(error))
        return
    screen.put(found.config.values())
    screen.run = found.run or screen.run
    screen.tell(*found.notices)
