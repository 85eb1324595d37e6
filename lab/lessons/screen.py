"""The lessons' screen: the list, the step with its words and picture; each zone one function."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lab.chart import chart
from lab.chart.course import course
from lab.lessons import answers, figures, words
from lab.lessons.compute import LessonResult
from lab.lessons.course import CONTROLS, LAST, Lesson, Place, lesson_of, lessons
from lab.params import LessonsConfig, Value
from lab.params.lessons import LESSONS, STEPS
from lab.ui.screen import Screen
from lab.ui.symbols import markdown

FRESH = "lessons:fresh"  # in the session: whether the page was opened without a link


FIRST = LessonsConfig.from_values(lessons()["uphill"].opening)
"""What the page shows without a link."""


def arrived(screen: Screen[LessonsConfig]) -> None:
    """Give a link that names a lesson and no value of its picture the values that the lesson opens with."""
    named = st.query_params.keys()
    st.session_state.setdefault(FRESH, not screen.from_link)
    if screen.from_link and not named & set(CONTROLS):
        opening = lesson_of(screen.config).opening
        screen.put({key: opening[key] for key in CONTROLS})
        screen.values.update({key: screen.current(key) for key in CONTROLS})


def contents(screen: Screen[LessonsConfig]) -> None:
    """The list of lessons; what was done is known to the browser alone."""
    config = screen.config
    with st.container(key="course"):
        course(
            LESSONS,
            STEPS,
            key="contents",
            now=(config.lesson, config.step),
            solved=config.lesson == LAST or answers.solved(lesson_of(config)),
            fresh=st.session_state[FRESH],
            on_choice=lambda choice: _choose(screen, choice),
        )


def step(screen: Screen[LessonsConfig], result: LessonResult | None) -> None:
    """The lesson's title and the step that is shown: words at the left, picture and controls at the right."""
    lesson = lesson_of(screen.config)
    st.header(f"{list(LESSONS).index(lesson.key) + 1} · {lesson.title}", anchor=False)
    if result is None:
        _text(lesson, "explain")
        _places(lesson.places)
        return
    with st.container(key="steps"):
        screen.control("step", in_a_row=True)
    with st.container(key="lesson"):
        left, right = st.columns([1, 1.25], gap="large")
    with left, st.container(key="said"):
        _words(screen, lesson)
    with right:
        _picture(lesson, screen.config, result)


def onward(screen: Screen[LessonsConfig]) -> None:
    """Back and on, through the steps of all lessons."""
    places = [
        (key, step) for key, one in lessons().items() for step in STEPS if one.tries or step == "explain"
    ]
    here = places.index(_place(screen.config))
    with st.container(horizontal=True, key="onward"):
        if here > 0:
            _way(screen, places[here - 1], "Back", ":material/arrow_back:")
        if here + 1 < len(places):
            asked = screen.config.step == "predict" and answers.predicted(lesson_of(screen.config)) is None
            _way(screen, places[here + 1], "Continue", ":material/arrow_forward:", primary=not asked)


def notes(screen: Screen[LessonsConfig]) -> None:
    """What a lecturer may want to know of this lesson."""
    if screen.config.notes:
        with st.container(border=True, key="notes"):
            st.markdown("**Notes for the lecturer**")
            _text(lesson_of(screen.config), "notes")


def _words(screen: Screen[LessonsConfig], lesson: Lesson) -> None:
    """The text of the step, and what is asked or can be moved in it."""
    name = screen.config.step
    _text(lesson, name)
    if name == "predict" and lesson.predict:
        answers.predict(screen, lesson, lesson.predict)
    elif name == "run":
        answers.compared(lesson)
        _tries(screen, lesson)
        if screen.config.lock:
            st.caption(words.LOCKED)
        else:
            _controls(screen, lesson)
    elif name == "question" and lesson.question:
        answers.ask(lesson, lesson.question)


def _picture(lesson: Lesson, config: LessonsConfig, result: LessonResult) -> None:
    """The picture, and once the prediction is made what it shows in numbers."""
    told = config.step != "predict"
    guess = None if told else answers.guess(lesson)
    fig = figures.picture(result, told=told, why=config.step == "explain", guess=guess)
    pick = None if guess is None else lambda point: answers.picked(lesson, point)
    chart(fig, key=f"picture-{config.lesson}", alt=words.ALTS[config.lesson], on_point=pick)
    if told:
        st.markdown(markdown(words.measured(result)))


def _tries(screen: Screen[LessonsConfig], lesson: Lesson) -> None:
    """The settings worth a look, and what to look for in the one that is shown."""
    now = screen.config.values()
    if not screen.config.lock:
        with st.container(horizontal=True, key="presets"):
            for one in lesson.tries:
                st.button(markdown(one.name), on_click=screen.put, args=(_complete(one.values),))
    shown = next((one for one in lesson.tries if _complete(one.values).items() <= now.items()), None)
    st.markdown(markdown(f"**{shown.name}.** {shown.see}") if shown else words.OWN)


def _controls(screen: Screen[LessonsConfig], lesson: Lesson) -> None:
    """The sliders that this lesson needs, side by side."""
    with st.container(key="lesson-controls"):
        for place, (key, stops) in zip(
            st.columns(len(lesson.controls)), lesson.controls.items(), strict=True
        ):
            with place:
                screen.control(key, only=stops or None)


def _places(places: tuple[Place, ...]) -> None:
    for number, one in enumerate(places, start=1):
        with st.expander(markdown(f"{number}. {one.ask}")):
            st.markdown(markdown(one.answer))
            st.link_button(one.label, one.link, icon=":material/visibility:")


def _text(lesson: Lesson, name: str) -> None:
    if text := lesson.texts.get(name):
        st.markdown(markdown(text))


def _complete(values: Mapping[str, Value]) -> dict[str, Value]:
    """All values of the picture: those of a try, the defaults for the rest."""
    default = LessonsConfig().values()
    return {key: values.get(key, default[key]) for key in CONTROLS}


def _place(config: LessonsConfig) -> tuple[str, str]:
    return config.lesson, config.step if lesson_of(config).tries else "explain"


def _way(
    screen: Screen[LessonsConfig], place: tuple[str, str], label: str, icon: str, *, primary: bool = False
) -> None:
    """A button to a step; another lesson begins with its own values."""
    key, step_of = place
    title = STEPS[step_of] if key == screen.config.lesson else LESSONS[key]
    st.button(
        f"{label}: {title}",
        icon=icon,
        icon_position="right" if label == "Continue" else "left",
        key=f"way-{label}",
        type="primary" if primary else "secondary",
        on_click=_go,
        args=(screen, key, step_of),
    )


def _go(screen: Screen[LessonsConfig], key: str, name: str) -> None:
    values: dict[str, Value] = {"lesson": key, "step": name}
    if key != screen.values["lesson"]:
        values |= _complete(lessons()[key].opening)
    screen.put(values)


def _choose(screen: Screen[LessonsConfig], choice: object) -> None:
    """A choice from the list; it comes from the browser."""
    if isinstance(choice, list) and len(choice) == 2 and choice[0] in LESSONS and choice[1] in STEPS:
        _go(screen, choice[0], choice[1])
