"""The queue: one computation a visitor, turns, an end. No process is needed for this."""

from __future__ import annotations

from typing import Any

import pytest

from lab.pool.job import Job, Ticket
from lab.pool.refusal import BusyError, NotComputedError, SupersededError
from lab.pool.task import Task
from lab.pool.waiting import SHORT_SECONDS, Waiting

LONG = 10 * SHORT_SECONDS


class Queue(Waiting):
    """A queue whose jobs are taken by hand."""

    def __init__(self, room: int = 1, most: int = 9) -> None:
        self.stopped: list[Job] = []
        super().__init__(room, most, self.stopped.append)

    def add(self, visitor: str, key: str, seconds: float = 1.0) -> Ticket:
        return self.ask(visitor, key, Task(print), seconds, lambda _result: None)

    def take(self) -> str | None:
        """Begin the next job; its key."""
        with self.news:
            if job := self.next():
                self.begin(job)
        return str(job.key) if job else None

    def finish(self, result: Any = None) -> None:
        with self.news:
            self.done(self.at_work[0], result, None)


def test_visitors_take_turns_whoever_asks_more_often() -> None:
    queue, taken = Queue(), []
    queue.add("eager", "e1")
    assert queue.take() == "e1"
    for visitor in ("eager", "one", "two"):
        queue.add(visitor, f"{visitor}'s")
    queue.finish()
    while key := queue.take():
        taken.append(key)
        queue.finish()
    assert taken == ["one's", "two's", "eager's"]


def test_a_newer_computation_takes_the_place_of_the_older() -> None:
    queue = Queue()
    at_work, other = queue.add("me", "1"), queue.add("you", "yours")
    assert queue.take() == "1"
    waits = queue.add("me", "2")
    assert isinstance(at_work.future.exception(), SupersededError)
    assert queue.stopped == [at_work.job], "whoever computes it is told"
    newest = queue.add("me", "3")
    assert isinstance(waits.future.exception(), SupersededError)
    assert [job.key for job in queue.queue] == ["yours", "3"]
    assert not newest.future.done()
    assert not other.future.done()


def test_who_asks_for_the_same_waits_for_the_same_and_one_who_leaves_stops_nothing() -> None:
    queue = Queue()
    mine, yours = queue.add("me", "same"), queue.add("you", "same")
    queue.take()
    queue.leave(mine)
    assert not queue.stopped
    queue.finish(7)
    assert yours.future.result() == 7
    queue.leave(yours)  # after its end: nothing happens
    assert not queue.stopped


def test_what_nobody_waits_for_is_dropped_or_stopped() -> None:
    queue = Queue()
    first, second = queue.add("me", "1"), queue.add("you", "2")
    queue.take()
    queue.leave(second)
    assert not queue.queue
    queue.leave(first)
    assert queue.stopped == [first.job]
    again = queue.add("me", "1")
    assert again.job is not first.job, "what is being stopped has no result for anybody"


def test_the_queue_has_an_end_and_says_when_to_come_back() -> None:
    queue = Queue(most=2)
    for visitor in ("1", "2"):
        queue.add(visitor, visitor, 20.0)
    with pytest.raises(BusyError, match=r"2 computations wait. Try again in 40 s") as refused:
        queue.add("3", "3")
    assert refused.value.retry_seconds == 40
    queue.add("2", "newer")  # in the place of the older one
    assert queue.add("3", "1").job.key == "1", "with others there is room"


def test_long_ones_leave_room_for_short_ones() -> None:
    queue = Queue(room=2)
    queue.add("1", "long", LONG)
    queue.add("2", "also long", LONG)
    assert queue.take() == "long"
    assert queue.take() is None
    queue.add("3", "short")
    assert queue.take() == "short"
    queue.finish()
    assert queue.take() == "also long"


def test_at_the_end_of_the_app_all_hear_of_it() -> None:
    queue = Queue()
    tickets = [queue.add("1", "1"), queue.add("2", "2")]
    queue.take()
    queue.close()
    assert [str(ticket.future.exception()) for ticket in tickets] == ["The app ends."] * 2
    with pytest.raises(NotComputedError, match="The app ends"):
        queue.add("3", "3")
