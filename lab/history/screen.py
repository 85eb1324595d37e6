"""The zones of the History page: what is looked for, the table, what can be done to a choice, the chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

import runs
from lab.chart import legend
from lab.chart.show import show
from lab.export.files import files
from lab.export.take import take
from lab.history import actions, words
from lab.history.actions import HistoryScreen
from lab.history.compute import Listed, listed, overlay
from lab.history.example import example
from lab.history.figures import chart_of, legend_items
from lab.history.lines import Line
from lab.history.numbers import file_name, numbers
from lab.history.table import HEADS, columns, key_of, places
from lab.ui.race import ask_for_race
from lab.uploads.limits import Limits
from lab.visit import computing
from lab.web.offers import File

PAGES = {"cnn": "pages/cnn.py", "robustness": "pages/robustness.py"}
ROW_PIXELS, MOST_PIXELS = 35, 500
EXAMPLE_PIXELS = 320


def found_zone(screen: HistoryScreen) -> Listed:
    """What is looked for; notices are given."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="find"):
        st.session_state.setdefault("history.:find", st.session_state.get(actions.FOUND, ""))
        find = st.text_input("Find", key="history.:find", placeholder="words in any column", max_chars=100)
        st.session_state[actions.FOUND] = find
        screen.controls("kind", "order", "pinned")
    result = listed(screen.config, find or "", runs.shelf(), computing.visitor())
    screen.notices([notice] if (notice := runs.engine().notice()) else [])
    _offered(screen)
    _deleted(screen, result)
    return result


def table_zone(screen: HistoryScreen, result: Listed) -> list[Line]:
    """The table; returns the ticked lines."""
    if not result.lines:
        st.info(words.NOTHING_FITS if result.known else words.NOTHING)
        return []
    key, lines = key_of(result.lines, st.session_state.get(actions.EMPTIED, 0)), result.lines
    here = places(lines, actions.chosen())
    st.session_state.setdefault(key, {"selection": {"rows": here, "columns": [], "cells": []}})
    st.dataframe(
        columns(lines),
        key=key,
        on_select=lambda: actions.tick(key, lines),
        selection_mode="multi-row",
        hide_index=True,
        height=min(ROW_PIXELS * (len(lines) + 1) + 3, MOST_PIXELS),
        column_config=_formats(),
        placeholder="–",
        alt="The runs and sweeps of this browser, one line for each lane.",
    )
    st.caption(f"{words.listing(result)} {words.COLUMNS}")
    return [line for line in lines if line.key in actions.chosen()]


def first_zone() -> None:
    """What a visitor without runs finds: what will stand here, a way to a first run, an example."""
    st.info(f"{words.NOTHING} {words.DRAWN}")
    with st.container(horizontal=True, vertical_alignment="center", key="first-run"):
        if st.button(words.START, type="primary", icon=":material/play_arrow:"):
            ask_for_race()
            st.switch_page(PAGES["cnn"])
        if st.button(words.SWEEP):
            st.switch_page(PAGES["robustness"])
    shown = example()
    legend(legend_items(shown), key="example-legend")
    show(chart_of(shown).update_layout(height=EXAMPLE_PIXELS), "example", words.EXAMPLE)


def choice_zone(screen: HistoryScreen, ticked: Sequence[Line]) -> None:
    """What can be done to the ticked lines."""
    items = list(dict.fromkeys(line.item for line in ticked))
    with st.container(horizontal=True, key="buttons"):
        one = ticked[0] if len(items) == 1 else None
        kind: Any = "secondary" if one is None else "primary"
        about = "One run, or one sweep, as it was."
        if st.button("Open the run", type=kind, disabled=one is None, help=about) and one:
            page, _, query = one.link.partition("?")
            st.switch_page(PAGES[page], query_params=dict(parse_qsl(query, keep_blank_values=True)))
        pinned = bool(ticked) and all(line.label.pinned for line in ticked)
        st.button(
            "Unpin" if pinned else "Pin",
            on_click=actions.pin,
            args=(screen, ticked, not pinned),
            disabled=not ticked,
        )
        st.button("Delete", on_click=actions.delete, args=(screen, ticked), disabled=not ticked)
        nothing = not (ticked or actions.brought())
        st.button("Choose nothing", on_click=actions.untick, disabled=nothing)
    if one is not None:
        _label(screen, one)


def chart_zone(screen: HistoryScreen, ticked: Sequence[Line]) -> None:
    """The ticked lines and the curves of files in one chart."""
    brought = actions.brought()
    if not (ticked or brought):
        st.caption(words.CHOOSE)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="axes"):
        screen.controls("y", "x", "smooth")
    result = overlay(ticked, brought, screen.config, runs.shelf())
    if result.curves:
        legend(legend_items(result), key="legend")
        show(chart_of(result), "overlay", words.chart(result))
        take(screen, numbers=lambda: numbers(result), name=file_name(result), about=words.NUMBERS)
    else:
        st.info(words.chart(result).notice)


def bring_zone(screen: HistoryScreen) -> None:
    """Curves from elsewhere."""
    with st.expander("A CSV from elsewhere"):
        limits, key = Limits.read(), "history.:bring"
        st.caption(words.BRING)
        st.file_uploader(
            f"A file, at most {limits.mb:g} MB",
            ["csv", "parquet"],
            key=key,
            on_change=actions.bring,
            args=(screen, key),
            max_upload_size=max(1, int(limits.mb)),
        )


def hand_over_zone(screen: HistoryScreen) -> None:
    """Runs for another browser, or from one."""
    with st.expander("To another browser", key="history.:hand_over", on_change="rerun") as fold:
        if not fold.open:
            return
        st.caption(words.HAND_OVER)
        st.button("Make a link", on_click=actions.hand_over)
        if token := st.session_state.get(actions.MADE):
            link = f"{(st.context.url or 'history').partition('?')[0]}?v=1&take={token}"
            st.markdown(words.HAND_OVER_MADE)
            st.code(link, language=None, wrap_lines=True)
            file = File("runs-to-another-browser.txt", "text/plain", lambda: link)
            files("The link as a file", {"Save it as a file": file}, key="history-hand-over")
        pasted = st.text_input("A link from another browser", key="history.:paste", max_chars=1000)
        st.button("Take these runs", on_click=actions.take, args=(screen, pasted), disabled=not pasted)


def _offered(screen: HistoryScreen) -> None:
    """A link that hands runs over is followed on request."""
    if token := st.session_state.get(actions.OFFERED):
        st.info(words.offered())
        with st.container(horizontal=True):
            st.button("Take them", type="primary", on_click=actions.take, args=(screen, token))
            st.button("No, thank you", on_click=actions.refuse)


def _deleted(screen: HistoryScreen, result: Listed) -> None:
    """What was deleted lately, with the way back."""
    if result.deleted:
        with st.container(horizontal=True, vertical_alignment="center", key="deleted"):
            st.markdown(words.deleted(result.deleted), width="content")
            items = {line.item for line in result.deleted}
            st.button("Undo", on_click=actions.undo, args=(screen, items))


def _label(screen: HistoryScreen, line: Line) -> None:
    """Name, note and tags of a run or a sweep."""
    item, label = line.item, line.label
    with st.expander("Name, note and tags"), st.form(f"history.:label.{item}", border=False):
        left, right = st.columns(2)
        left.text_input("Name", label.name, key=f"history.:name.{item}", max_chars=runs.label.MAX_NAME)
        right.text_input(
            "Tags",
            ", ".join(label.tags),
            key=f"history.:tags.{item}",
            placeholder="with commas between them",
            max_chars=300,
        )
        st.text_area(
            "Note", label.note, key=f"history.:note.{item}", max_chars=runs.label.MAX_NOTE, height=80
        )
        st.form_submit_button("Keep", on_click=actions.write, args=(screen, item, label.pinned))


def _formats() -> dict[str, Any]:
    """How the columns show their numbers."""
    number = st.column_config.NumberColumn
    return {
        "": st.column_config.TextColumn(width=30, help="pinned"),
        "run": st.column_config.TextColumn(pinned=True),
        **{head: number(format="%g") for head in HEADS.values()},
        "accuracy": number(format="%.1f%%", help="At the end, on the test images."),
        "best": number(format="%.1f%%", help="The highest on the way; of a sweep it is not kept."),
        "test loss": number(format="%.3f"),
        "gradients": number(format="localized", help="Gradient evaluations of one training."),
        "seconds": number(format="%.1f", help="Of training, evaluations apart."),
    }
