"""Answers are right up to the tolerance, not beyond; mistakes are known; faulty questions are refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

from lab.lessons.course import lessons
from lab.lessons.question import Question, Trap

NUMBER = Question(
    "?", 2.0, "yes", "no", tolerance=0.25, low=0.0, high=10.0, traps=(Trap(4.0, "twice"), Trap(1.0, "half"))
)
CHOICE = Question("?", "a", "yes", choices={"a": "A", "b": "B"}, said={"b": "not b"})
ALL = [
    (f"{lesson.key} {name}", question)
    for lesson in lessons().values()
    for name, question in (("predict", lesson.predict), ("question", lesson.question))
    if question
]


@pytest.mark.parametrize(
    ("given", "right", "said"),
    [
        (2.0, True, "yes"),
        (1.75, True, "yes"),
        (2.25, True, "yes"),
        (1.74, False, "no"),
        (2.26, False, "no"),
        (4.0, False, "twice"),
        (4.25, False, "twice"),
        (4.26, False, "no"),
        (1, False, "half"),
    ],
)
def test_a_number(given: float, right: bool, said: str) -> None:
    verdict = NUMBER.check(given)
    assert (verdict.right, verdict.said) == (right, said)


def test_a_choice() -> None:
    assert (CHOICE.check("a").right, CHOICE.check("a").said) == (True, "yes")
    assert (CHOICE.check("b").right, CHOICE.check("b").said) == (False, "not b")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ([1.234, 9.0], 1.23),
        ((0, 0), 0.0),
        ([-7.0, 1.0], 0.0),
        ([1e300, 1.0], 10.0),
        ([math.nan, 1.0], None),
        ([math.inf], None),
        (["<b>", 1.0], None),
        ([True], 1.0),
        ([], None),
        (None, None),
        ({"x": 1}, None),
    ],
)
def test_a_click_in_the_picture_is_the_nearest_stop_of_the_slider(place: object, value: float | None) -> None:
    assert NUMBER.nearest(place) == value


@pytest.mark.parametrize("given", [None, "2", -0.1, 10.1, math.nan, math.inf, [], {}])
def test_what_is_no_answer(given: object) -> None:
    assert not NUMBER.allows(given)
    assert not CHOICE.allows(given)


@pytest.mark.parametrize(("name", "question"), ALL, ids=[name for name, _ in ALL])
def test_both_sides_of_every_tolerance(name: str, question: Question) -> None:
    assert question.allows(question.answer)
    assert question.check(question.answer).right
    if question.choices is not None:
        wrong = [key for key in question.choices if key != question.answer]
        assert len(wrong) >= 1
        assert not any(question.check(key).right for key in wrong)
        assert all(question.check(key).said for key in wrong)
        return
    answer = float(question.answer)
    for side in (-1, 1):
        assert question.check(answer + side * question.tolerance).right
        assert not question.check(answer + side * 1.01 * question.tolerance).right
    for trap in question.traps:
        assert question.check(trap.value).said == trap.said
        assert not question.check(trap.value).right


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"answer": 11.0}, "answer must be from low 0.0 to high 10.0, got 11.0"),
        ({"answer": "a"}, "got 'a'"),
        ({"tolerance": 0.0}, "a tolerance above 0"),
        ({"wrong": ""}, "words for a wrong one"),
        ({"choices": {"a": "A"}}, "answer must be one of a, got 2.0"),
        ({"choices": {"a": "A", "b": "B"}, "answer": "a"}, r"explain every wrong choice, not \['b'\]"),
    ],
)
def test_a_faulty_question_is_refused(values: dict[str, Any], reason: str) -> None:
    good = {"ask": "?", "answer": 2.0, "right": "yes", "wrong": "no", "tolerance": 0.1, "high": 10.0}
    with pytest.raises(ValueError, match=reason):
        Question(**good | values)
