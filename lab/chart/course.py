"""Python face of the list of lessons: which were done stands in the browser (js/course.js) alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from lab.chart.component import mount


def course(
    lessons: Mapping[str, str],
    steps: Mapping[str, str],
    *,
    key: str,
    now: tuple[str, str],
    solved: bool,
    fresh: bool,
    on_choice: Callable[[object], None],
) -> None:
    """Draw the list, with a mark at what was done.

    Parameters
    ----------
    lessons, steps : mapping of str to str
        Titles by key, in their order.
    key : str
    now : tuple of str
        The lesson and the step that are shown.
    solved : bool
        Whether this lesson's question has just been answered.
    fresh : bool
        Whether the page was opened without a link, so that it may offer to go on where one was.
    on_choice : callable
        Called with ``[lesson, step]`` when one was chosen.
    """
    data = {
        "kind": "course",
        "lessons": list(lessons.items()),
        "steps": list(steps.items()),
        "now": list(now),
        "solved": solved,
        "fresh": fresh,
    }
    mount(
        key=key, data=data, height="content", on_choice_change=lambda: on_choice(st.session_state[key].choice)
    )
