"""Real compute processes: what one is told to stop, or dies of, is its own affair."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lab.pool.job import Ticket
from lab.pool.pool import Pool
from lab.pool.refusal import FailedError, TooLongError
from lab.pool.task import Task
from tests.lab.pool import functions
from tests.processes import processes

PATIENCE = 60.0


@pytest.fixture
def pool() -> Iterator[Pool]:
    opened = Pool(processes=2)
    yield opened
    opened.close()


def ask(pool: Pool, visitor: str, function: Callable[..., Any], *arguments: Any) -> Ticket:
    key = (visitor, function.__name__, arguments)
    return pool.ask(visitor, key, Task(function, arguments), 0.1, lambda _result: None)


def until(fact: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def alive(pids: list[int]) -> set[int]:
    return {pid for pid, _, _ in processes()} & set(pids)


def test_a_computation_is_told_to_stop_and_its_process_goes_on(pool: Pool) -> None:
    process = ask(pool, "me", functions.process_id).future.result(PATIENCE)
    ticket = ask(pool, "me", functions.endless)
    until(lambda: ticket.job.share == 0.25)
    began = time.monotonic()
    pool.leave(ticket)
    until(lambda: pool.counts()["computing"] == 0)
    assert time.monotonic() - began < 1
    assert ask(pool, "me", functions.process_id).future.result(PATIENCE) == process


def test_one_that_does_not_stop_is_killed_and_others_go_on(pool: Pool) -> None:
    deaf = ask(pool, "me", functions.deaf)
    until(lambda: pool.counts()["computing"] == 1)
    before = pool.pids()
    other = ask(pool, "you", functions.endless)
    until(lambda: other.job.share == 0.25)
    began = time.monotonic()
    pool.leave(deaf)
    until(lambda: pool.counts()["computing"] == 1)
    assert time.monotonic() - began < 1
    until(lambda: not alive(before[:1]))
    assert not other.future.done()
    assert ask(pool, "me", functions.double, 21).future.result(PATIENCE) == 42


def test_a_process_that_dies_costs_its_own_computation_only(pool: Pool) -> None:
    one = ask(pool, "me", functions.endless)
    until(lambda: one.job.share == 0.25)
    (pid,) = pool.pids()
    other = ask(pool, "you", functions.endless)
    until(lambda: other.job.share == 0.25)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(FailedError, match="The process of this computation died"):
        one.future.result(PATIENCE)
    assert not other.future.done()


def test_an_error_ends_the_computation_in_plain_words(pool: Pool) -> None:
    with pytest.raises(FailedError, match="ended in an error"):
        ask(pool, "me", functions.fails).future.result(PATIENCE)
    assert ask(pool, "me", functions.double, 1).future.result(PATIENCE) == 2


def test_a_computation_has_a_time_limit() -> None:
    pool = Pool(processes=1, seconds=0.2)
    try:
        with pytest.raises(TooLongError, match=r"stopped after 0.2 s"):
            ask(pool, "me", functions.endless).future.result(PATIENCE)
    finally:
        pool.close()


def test_no_process_is_left_behind() -> None:
    pool = Pool(processes=2)
    tickets = [ask(pool, "me", functions.endless), ask(pool, "you", functions.deaf)]
    until(lambda: pool.counts()["computing"] == 2)
    pids = pool.pids()
    pool.close()
    assert all(ticket.future.done() for ticket in tickets)
    until(lambda: not alive(pids))


@pytest.mark.parametrize("text", ["0", "-1", "inf", "many"])
def test_bounds_from_the_environment_are_checked(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAM_SPS_MAX_COMPUTE_SECONDS", text)
    with pytest.raises(ValueError, match=f"SAM_SPS_MAX_COMPUTE_SECONDS must be .*'{text}'"):
        Pool()
