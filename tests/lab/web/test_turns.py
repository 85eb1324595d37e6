"""Scripts take turns: in order, one at a time, and none waits for one that takes long."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lab.web.turns import Turn, Turns

PATIENCE = 20.0


def test_one_at_a_time_in_the_order_of_asking() -> None:
    turns = Turns(longest=PATIENCE)
    order: list[int] = []
    inside: list[int] = []

    def script(number: int, turn: Turn) -> None:
        with turn:
            inside.append(number)
            assert inside == [number], "alone"
            order.append(number)
            inside.remove(number)

    with ThreadPoolExecutor(8) as threads:
        places = [(number, turns.next()) for number in range(8)]
        for going in [threads.submit(script, *place) for place in reversed(places)]:
            going.result(PATIENCE)
    assert order == [*range(8)]


def test_who_takes_long_lets_the_others_in() -> None:
    turns, done = Turns(longest=0.01), threading.Event()
    slow, quick = turns.next(), turns.next()

    def wait() -> bool:
        with slow:
            return done.wait(PATIENCE)

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(wait)
        with quick:
            assert not waiting.done()
        done.set()
        assert waiting.result(PATIENCE)


def test_a_script_that_fails_ends_its_turn() -> None:
    turns = Turns(longest=PATIENCE)
    with pytest.raises(KeyError), turns.next():
        raise KeyError("of a page")
    with turns.next():
        pass
