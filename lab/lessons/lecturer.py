"""What a lecturer has: notes, a link for the class, and the picture of what the class predicted."""

from __future__ import annotations

import streamlit as st

from lab.chart import chart
from lab.lessons import figures, rooms, words
from lab.lessons.answers import predicted
from lab.lessons.course import Lesson, lesson_of
from lab.lessons.spread import spread_of
from lab.params import LessonsConfig
from lab.ui.screen import Screen
from lab.ui.symbols import markdown
from lab.ui.words import plural
from lab.visit.computing import visitor

EVERY = 3.0  # seconds after which an open picture of the class is drawn again
OPEN = "lessons:class"  # the key of its switch


def desk(screen: Screen[LessonsConfig]) -> None:
    """Notes, a class and its link; not on the screens of those who follow a lecturer's link."""
    config = screen.config
    if config.lock:
        return
    with st.container(key="desk"), st.expander("For a lecturer"):
        screen.control("notes")
        if rooms.ALL.leads(config.room, visitor()):
            st.caption(words.CLASS_LINK)
            st.code(
                words.class_link(config, (st.context.url or "").partition("?")[0]),
                language=None,
                wrap_lines=True,
            )
            st.button("End the class", on_click=_close, args=(screen,))
        else:
            st.caption(words.CLASS_ABOUT)
            st.button("Open a class", on_click=_open, args=(screen,))


def class_view(screen: Screen[LessonsConfig]) -> None:
    """The picture of the class, behind a switch: for who opened the class, and for who has predicted."""
    config, lesson = screen.config, lesson_of(screen.config)
    if not config.room or lesson.predict is None:
        return
    if not rooms.ALL.is_open(config.room):
        st.info(rooms.OVER)
        return
    leads = rooms.ALL.leads(config.room, visitor())
    if not leads and predicted(lesson) is None:
        return
    with st.container(key="class"):
        shown = st.toggle("What the class said", key=OPEN)
        told = config.step != "predict"
        st.fragment(_picture, run_every=EVERY if shown else None)(config.room, lesson, told, shown)


def _picture(room: int, lesson: Lesson, told: bool, shown: bool) -> None:
    """The bars; the right one is marked once the answer is told."""
    if not shown or lesson.predict is None:
        return
    found = spread_of(lesson.predict, rooms.ALL.said(room, lesson.key))
    if not (total := sum(found.counts)):
        st.caption(words.NOBODY_YET)
        return
    bars = figures.spread(list(found.labels), list(found.counts), found.right if told else None)
    chart(bars, key="spread", alt=words.spread(found.labels, found.counts))
    st.caption(markdown(f"{lesson.predict.ask} {plural(total, 'answer')}."))


def _open(screen: Screen[LessonsConfig]) -> None:
    try:
        screen.put({"room": rooms.ALL.open(visitor())})
    except rooms.RoomError as error:
        screen.tell(str(error))


def _close(screen: Screen[LessonsConfig]) -> None:
    rooms.ALL.close(screen.config.room, visitor())
    screen.put({"room": 0})
