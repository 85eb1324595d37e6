"""Predictions and answers of a visitor: kept in the session, and, for a class, counted without a name."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lab.lessons import rooms, words
from lab.lessons.course import Lesson
from lab.lessons.question import Question
from lab.params import LessonsConfig
from lab.ui.screen import Screen
from lab.ui.symbols import markdown
from lab.visit.computing import visitor

Answer = float | str


def predicted(lesson: Lesson) -> Answer | None:
    """What the visitor predicted in this lesson."""
    return _kept("predicted").get(lesson.key)


def solved(lesson: Lesson) -> bool:
    """Whether the visitor has answered this lesson's question rightly."""
    given = _kept("answered").get(lesson.key)
    return given is not None and lesson.question is not None and lesson.question.check(given).right


def picked(lesson: Lesson, place: object) -> None:
    """A click in the picture moves the slider of the prediction there."""
    if lesson.predict and (value := lesson.predict.nearest(place)) is not None:
        st.session_state[_guess(lesson)] = value


def guess(lesson: Lesson) -> float | None:
    """Where the slider of a prediction that can be picked in the picture stands."""
    value = st.session_state.get(_guess(lesson))
    return value if lesson.predict and lesson.predict.pick else None


def predict(screen: Screen[LessonsConfig], lesson: Lesson, question: Question) -> None:
    """Ask for a prediction; in a class it is counted."""
    with st.form(f"predict-{lesson.key}"):
        given = _field(question, _guess(lesson), is_guess=True)
        kind: Any = "secondary" if predicted(lesson) is not None else "primary"  # the way on is, from then on
        if st.form_submit_button("This is my prediction", type=kind):
            if question.allows(given):
                _kept("predicted")[lesson.key] = given
                if _counted(screen.config, lesson.key, given):
                    st.rerun()  # this button is no longer the main one
            else:
                st.warning(words.unanswered(question))
    said = predicted(lesson)
    if said is not None:
        st.info(markdown(f"You said: **{question.written(said)}**. Now run it."))


def compared(lesson: Lesson) -> None:
    """The prediction beside what came out."""
    question, said = lesson.predict, predicted(lesson)
    if question is None:
        return
    if said is None:
        st.info(words.GO_BACK)
        return
    verdict = question.check(said)
    show = st.success if verdict.right else st.info
    own, right = question.written(said), question.written(question.answer)
    show(markdown(f"You said: **{own}**. It is: **{right}**. {verdict.said}"))


def ask(lesson: Lesson, question: Question) -> None:
    """Ask the question, check the answer, and say why it is right or what went wrong."""
    with st.form(f"ask-{lesson.key}"):
        given = _field(question, f"answer-{lesson.key}", is_guess=False)
        if st.form_submit_button("Check", type="primary"):
            if question.allows(given):
                _kept("answered")[lesson.key] = given
                st.rerun()  # the list of lessons, above, has to know
            else:
                st.warning(words.unanswered(question))
    known = _kept("answered").get(lesson.key)
    if known is not None:
        verdict = question.check(known)
        show = st.success if verdict.right else st.warning
        show(
            markdown(
                f"**{question.written(known)}** is {'right' if verdict.right else 'not it'}. {verdict.said}"
            )
        )


def _field(question: Question, key: str, *, is_guess: bool) -> Any:
    """The widget for an answer; its value, None where none was given."""
    label = markdown(question.ask)
    if question.choices is not None:
        choices = question.choices
        return st.radio(
            label, list(choices), index=None, format_func=lambda one: markdown(choices[one]), key=key
        )
    if is_guess:
        help_text = words.PICK if question.pick else None
        stands = st.session_state.get(key, _middle(question))
        return st.slider(label, question.low, question.high, stands, question.step, key=key, help=help_text)
    return st.number_input(label, value=None, step=question.step, format="%g", key=key)


def _middle(question: Question) -> float:
    """Where the slider stands at first."""
    return question.low + round((question.high - question.low) / 2 / question.step) * question.step


def _guess(lesson: Lesson) -> str:
    return f"guess-{lesson.key}"


def _counted(config: LessonsConfig, lesson: str, given: Answer) -> bool:
    """Whether the prediction counts in the class, where there is one; why not is said."""
    try:
        if config.room:
            rooms.ALL.count(config.room, visitor(), lesson, given)
    except rooms.RoomError as error:
        st.warning(str(error))
        return False
    return True


def _kept(what: str) -> dict[str, Answer]:
    """By the lesson's key."""
    return st.session_state.setdefault(f"lessons:{what}", {})
