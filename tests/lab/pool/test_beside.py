"""The process beside the app: there once it was wanted, again after it died, gone with the pool."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lab.pool.beside import Beside
from lab.pool.task import Task
from tests.lab.pool import functions
from tests.lab.pool.test_pool import alive, until


@pytest.fixture
def beside() -> Iterator[Beside]:
    opened = Beside(prepare=Task(functions.double, (1,)))
    yield opened
    opened.close()


def computed(beside: Beside, function: Callable[..., Any], *arguments: Any) -> Any:
    return asyncio.run(beside.compute(Task(function, arguments)))


def test_it_starts_when_it_is_first_wanted_and_computes_one_after_the_other(beside: Beside) -> None:
    assert beside.pids() == []
    assert not beside.is_ready()
    until(beside.is_ready)

    async def several() -> list[int]:
        tasks = (beside.compute(Task(functions.double, (number,))) for number in range(5))
        return await asyncio.gather(*tasks)

    assert asyncio.run(several()) == [0, 2, 4, 6, 8]
    assert computed(beside, functions.process_id) == beside.pids()[0] != os.getpid()


def test_nothing_is_given_where_the_function_fails_and_the_process_goes_on(beside: Beside) -> None:
    until(beside.is_ready)
    before = beside.pids()
    assert computed(beside, functions.fails) is None
    assert computed(beside, functions.double, 4) == 8
    assert beside.pids() == before


def test_one_that_died_gives_nothing_and_is_started_anew(beside: Beside) -> None:
    until(beside.is_ready)
    before = beside.pids()
    os.kill(before[0], signal.SIGKILL)
    assert computed(beside, functions.double, 4) is None
    until(beside.is_ready)
    assert computed(beside, functions.double, 4) == 8
    assert beside.pids() != before


def test_it_is_gone_when_it_is_closed_and_does_not_come_back(beside: Beside) -> None:
    until(beside.is_ready)
    before = beside.pids()
    beside.close()
    until(lambda: not alive(before))
    until(lambda: not beside.is_ready())
