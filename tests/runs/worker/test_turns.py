"""Runs of one process take turns: equal shares, commands first, and nobody waits for a long step."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from runs.worker import turns
from runs.worker.turns import Turn, Turns


@pytest.fixture
def all_turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    monkeypatch.setattr(turns, "SLICE_SECONDS", 0.01)
    return Turns()


def trained(turn: Turn, until: Callable[[], bool], step_seconds: float, note: Callable[[], object]) -> None:
    """Train as `runs.worker.trainer` does, with steps that do nothing but last."""
    turn.take()
    while not until():
        time.sleep(step_seconds)
        note()
        if turn.over:
            with turn.aside():
                pass
    turn.leave()


def noted(ends: list[float]) -> None:
    ends.append(time.monotonic())


def together(all_turns: Turns, step_seconds: list[float], seconds: float) -> list[list[float]]:
    """Have runs train side by side; when each of their steps ended."""
    end = time.monotonic() + seconds
    ends: list[list[float]] = [[] for _ in step_seconds]
    threads = [
        threading.Thread(
            target=trained,
            args=(
                all_turns.join(),
                lambda: time.monotonic() > end,
                each,
                lambda mine=mine: mine.append(time.monotonic()),
            ),
        )
        for each, mine in zip(step_seconds, ends, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def test_time_is_shared_and_not_steps(all_turns: Turns) -> None:
    fast, also_fast, slow = together(all_turns, [0.002, 0.002, 0.008], 1.5)
    assert 0.6 < len(fast) / len(also_fast) < 1.6
    assert len(slow) > 10
    share = len(slow) * 0.008 / (len(slow) * 0.008 + (len(fast) + len(also_fast)) * 0.002)
    assert 0.2 < share < 0.6, "a third of the time, although its steps last four times as long"


def test_only_one_trains_at_a_time(all_turns: Turns) -> None:
    inside, most = [], []

    def run(turn: Turn) -> None:
        for _ in range(20):
            turn.take()
            inside.append(turn)
            most.append(len(inside))
            time.sleep(0.001)
            inside.remove(turn)
            turn.give()
        turn.leave()

    threads = [threading.Thread(target=run, args=(all_turns.join(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1


def test_a_long_step_keeps_nobody_waiting(all_turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "OVERDUE_SECONDS", 0.05)
    long, short = all_turns.join(), all_turns.join()
    long.take()
    began = time.monotonic()
    short.take()
    assert 0.04 < time.monotonic() - began < 1
    short.give()
    long.give()


def test_a_command_puts_its_run_first_for_one_step(all_turns: Turns) -> None:
    holder, other, hurried = all_turns.join(), all_turns.join(), all_turns.join()
    holder.take()
    hurried.used = 100.0  # it has had far more than the others
    order: list[str] = []

    def wait(turn: Turn, name: str) -> None:
        turn.take()
        order.append(name)
        turn.give()

    threads = [threading.Thread(target=wait, args=pair) for pair in ((other, "other"), (hurried, "hurried"))]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 5
    while len(all_turns.waiting) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    hurried.hurry()
    assert holder.over, "somebody is in a hurry"
    holder.give()
    for thread in threads:
        thread.join()
    assert order == ["hurried", "other"]
