"""What a visitor can do on the History page: callbacks of its widgets, before the script runs again."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

import runs
from lab.history import words
from lab.history.compute import MOST_CURVES, Brought
from lab.history.lines import Line
from lab.params import HistoryConfig
from lab.ui.screen import Screen
from lab.uploads import reader
from lab.uploads.limits import Limits
from lab.uploads.refused import RefusedError, shown
from lab.visit import computing
from lab.web import handover
from runs.label import tags_of

CHOSEN = "history:chosen"  # keys of the ticked lines, in the session
BROUGHT = "history:brought"  # curves from files
EMPTIED = "history:emptied"  # how often all ticks were taken away
OFFERED = "history:offered"  # a link that this page was opened with
MADE = "history:made"  # a link that was made here
FOUND = "history:find"  # what is looked for, also while another page is shown
HistoryScreen = Screen[HistoryConfig]


def chosen() -> set[str]:
    """Keys of the ticked lines."""
    return set(st.session_state.setdefault(CHOSEN, []))


def brought() -> list[Brought]:
    """Curves from files."""
    found: list[Brought] = st.session_state.setdefault(BROUGHT, [])
    return found


def tick(key: str, lines: Sequence[Line]) -> None:
    """Take the ticks of the table; what is ticked and not listed now stays ticked."""
    rows = st.session_state[key]["selection"]["rows"]
    others = chosen() - {line.key for line in lines}
    st.session_state[CHOSEN] = sorted(others | {lines[row].key for row in rows if row < len(lines)})


def bring(screen: HistoryScreen, key: str) -> None:
    """Draw the curves of a file beside the ticked lines."""
    file = st.session_state[key]
    if file is None:
        return
    try:
        form, name = reader.form_of(file.name, ("csv", "parquet")), shown(Path(file.name).stem)[1:-1]
        with reader.read(file.getvalue(), "curves", form, Limits.read()) as found:
            curves = curves_of(found, name)
    except RefusedError as error:
        screen.tell(str(error))
        return
    known = [one for one in brought() if one.key.partition(":")[0] != name]
    st.session_state[BROUGHT] = [*known, *curves][-MOST_CURVES:]


def curves_of(found: reader.Brought, name: str) -> list[Brought]:
    """The curves that a file holds, each with the file's name."""
    labels = found.about["labels"]
    with np.load(found.arrays, allow_pickle=False) as arrays:
        columns: list[dict[str, Any]] = [{} for _ in labels]
        for key in arrays.files:
            place, _, column = key.partition(":")
            columns[int(place)][column] = arrays[key]
    return [
        Brought(f"{name}:{place}", f"{name} · {label[:80]}", own)
        for place, (label, own) in enumerate(zip(labels, columns, strict=True))
    ]


def untick() -> None:
    """Choose nothing, and draw no file."""
    st.session_state[CHOSEN] = []
    st.session_state[BROUGHT] = []
    st.session_state[EMPTIED] = st.session_state.get(EMPTIED, 0) + 1


def write(screen: HistoryScreen, item: str, pinned: bool) -> None:
    """Write name, note and tags on a run or a sweep."""
    name, note, tags = (str(st.session_state[f"history.:{what}.{item}"]) for what in ("name", "note", "tags"))
    try:
        label = runs.Label(name, note, tags_of(tags), pinned)
        runs.shelf().write(item, label, owner=computing.visitor())
    except (ValueError, runs.NotOwner) as error:
        screen.tell(str(error))


def pin(screen: HistoryScreen, lines: Sequence[Line], pinned: bool) -> None:
    """Pin the runs and sweeps of these lines, or no longer."""
    try:
        for item, label in {line.item: line.label for line in lines}.items():
            runs.shelf().write(item, replace(label, pinned=pinned), owner=computing.visitor())
    except runs.NotOwner as error:
        screen.tell(str(error))


def delete(screen: HistoryScreen, lines: Sequence[Line]) -> None:
    """Delete the runs and sweeps of these lines; what goes on stays."""
    items = list(dict.fromkeys(line.item for line in lines))
    try:
        going = runs.shelf().delete(items, owner=computing.visitor())
    except runs.NotOwner as error:
        screen.tell(str(error))
        return
    if going:
        screen.tell(words.going(len(going)))
    gone = {line.key for line in lines if line.item not in going}
    st.session_state[CHOSEN] = sorted(chosen() - gone)


def undo(screen: HistoryScreen, items: Collection[str]) -> None:
    """Have back what was deleted."""
    try:
        runs.shelf().restore(items, owner=computing.visitor())
    except runs.NotOwner:
        screen.tell("That is gone for good.")


def arrive() -> None:
    """Before the screen reads the address: a link that hands runs over is offered, and leaves the address."""
    if (token := st.query_params.get(handover.PARAMETER)) is not None:
        st.session_state[OFFERED] = token
        del st.query_params[handover.PARAMETER]


def hand_over() -> None:
    """Make a link for another browser."""
    st.session_state[MADE] = handover.written(computing.visitor(), time.time())


def take(screen: HistoryScreen, text: str) -> None:
    """Become the owner of what a link hands over."""
    st.session_state.pop(OFFERED, None)
    now, me = time.time(), computing.visitor()
    try:
        found = handover.read(text, now)
        if found.owner == me:
            screen.tell(words.YOURS)
            return
        screen.tell(words.taken(runs.shelf().hand_over(found.nonce, found.owner, me, found.made)))
    except ValueError as error:
        screen.tell(str(error))


def refuse() -> None:
    """Take nothing."""
    st.session_state.pop(OFFERED, None)
