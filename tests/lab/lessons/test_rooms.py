"""A class: each browser once, nothing beyond the bounds, gone after an hour; and the bars of what it said."""

from __future__ import annotations

import threading

import pytest

from lab.lessons import rooms
from lab.lessons.course import lessons
from lab.lessons.question import Question
from lab.lessons.rooms import RoomError, Rooms
from lab.lessons.spread import spread_of
from lab.params.lessons import ROOM


class Clock:
    """Seconds that a test moves on."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def classes(clock: Clock) -> Rooms:
    return Rooms(clock)


def test_each_browser_counts_once_with_what_it_said_last(classes: Rooms) -> None:
    code = classes.open("lecturer")
    for owner, answer in (("ann", 0.2), ("bob", 0.8), ("ann", 0.5)):
        classes.count(code, owner, "uphill", answer)
    assert classes.said(code, "uphill") == [0.5, 0.8]
    assert classes.said(code, "cap") == []


def test_a_class_is_known_by_its_number_alone(classes: Rooms) -> None:
    code, other = classes.open("lecturer"), classes.open("lecturer")
    assert code != other
    assert 1 <= code <= ROOM
    classes.count(code, "ann", "uphill", 1.0)
    assert classes.said(other, "uphill") == []
    assert classes.leads(code, "lecturer")
    assert not classes.leads(code, "ann")


def test_after_an_hour_nothing_is_left(classes: Rooms, clock: Clock) -> None:
    code = classes.open("lecturer")
    classes.count(code, "ann", "uphill", 1.0)
    clock.now = rooms.HOUR - 1
    assert classes.is_open(code)
    clock.now = rooms.HOUR
    assert not classes.is_open(code)
    assert classes.said(code, "uphill") == []
    with pytest.raises(RoomError, match="This class is over"):
        classes.count(code, "ann", "uphill", 1.0)


@pytest.mark.parametrize("code", [0, 1, -1, ROOM])
def test_a_class_that_nobody_opened_takes_nothing(classes: Rooms, code: int) -> None:
    with pytest.raises(RoomError, match="This class is over"):
        classes.count(code, "ann", "uphill", 1.0)
    assert not classes.is_open(code)


def test_only_who_opened_a_class_ends_it(classes: Rooms) -> None:
    code = classes.open("lecturer")
    classes.close(code, "ann")
    assert classes.is_open(code)
    classes.close(code, "lecturer")
    assert not classes.is_open(code)


def test_classes_are_bounded_in_all_and_of_one_browser(classes: Rooms) -> None:
    mine = [classes.open("lecturer") for _ in range(rooms.ROOMS_OF_ONE + 1)]
    assert [classes.is_open(code) for code in mine] == [False, True, True, True]
    for number in range(rooms.ROOMS - rooms.ROOMS_OF_ONE):
        classes.open(f"lecturer {number}")
    with pytest.raises(RoomError, match="as many classes"):
        classes.open("one more")
    assert classes.is_open(mine[-1])


def test_browsers_of_a_class_are_bounded(classes: Rooms) -> None:
    code = classes.open("lecturer")
    for number in range(rooms.PEOPLE):
        classes.count(code, str(number), "uphill", 1.0)
    with pytest.raises(RoomError, match="500 browsers"):
        classes.count(code, "one more", "cap", 1.0)
    classes.count(code, "0", "cap", 2.0)
    assert len(classes.said(code, "uphill")) == rooms.PEOPLE
    assert classes.said(code, "cap") == [2.0]


def test_a_lesson_that_there_is_not_is_refused(classes: Rooms) -> None:
    code = classes.open("lecturer")
    with pytest.raises(ValueError, match=r"lesson must be one of uphill, .* got 'evil'"):
        classes.count(code, "ann", "evil", 1.0)


def test_thirty_at_once_are_thirty(classes: Rooms) -> None:
    code = classes.open("lecturer")

    def predict(number: int) -> None:
        for answer in range(20):
            classes.count(code, f"visitor {number}", "uphill", float(answer))

    threads = [threading.Thread(target=predict, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert classes.said(code, "uphill") == [19.0] * 30


def test_bars_of_choices() -> None:
    question = lessons()["fixed"].predict
    assert question
    found = spread_of(question, ["away", "faster", "away", "evil", 3.0])
    assert found.counts == (1, 0, 2)
    assert found.right == "it runs away"


@pytest.mark.parametrize(
    ("answer", "right"), [(0.0, "0 to 1"), (4.0, "4 to 5"), (4.5, "4 to 5"), (10.0, "9 to 10")]
)
def test_bars_of_numbers(answer: float, right: str) -> None:
    question = Question("?", answer, "yes", "no", tolerance=0.1, high=10.0)
    found = spread_of(question, [0.0, 4.2, 4.9, 10.0, 11.0, "evil", float("nan")])
    assert found.counts == (1, 0, 0, 0, 2, 0, 0, 0, 0, 1)
    assert found.right == right
