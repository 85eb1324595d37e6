"""Where a configuration is computed: here where it is quick, else in a compute process; once for all."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator

import pytest

from lab.pool import pool as pools
from lab.pool.refusal import SupersededError
from lab.pool.work import LeftError, Work
from tests.lab.pool import functions

PATIENCE = 60.0
Tell = Callable[[float], None]


def here(_key: int, _tell: Tell | None) -> int:
    return os.getpid()


def away(key: int, _given: None, tell: Tell) -> int:
    if key == ENDLESS:
        functions.endless(tell)
    return os.getpid()


QUICK, SLOW, ENDLESS = 1, 2, 3


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work[int, int]]:
    pool = pools.Pool(processes=2)
    monkeypatch.setattr(pools, "_current", pool)
    yield Work(here, lambda key: 0.0 if key == QUICK else 1.0, 4, away)
    pool.close()


def test_quick_ones_stay_here_and_others_go(work: Work[int, int]) -> None:
    assert work.get(QUICK) == os.getpid()
    assert not work.has(SLOW)
    assert work.get(SLOW) != os.getpid()
    assert work.has(SLOW)


def test_without_a_pool_everything_is_computed_here(
    work: Work[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_current", None)
    assert work.get(SLOW) == os.getpid()


def test_a_result_is_kept_once_for_all(work: Work[int, int]) -> None:
    kept: list[int] = []
    counting: Work[int, int] = Work(here, lambda _key: 1.0, 4, away, keep=kept.append)
    threads = [threading.Thread(target=counting.get, args=(SLOW, None, str(n))) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(kept) == 1
    assert counting.get(SLOW) == kept[0]


def test_who_hears_of_the_progress_may_end_the_wait(work: Work[int, int]) -> None:
    def leave(share: float) -> None:
        if share:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work.get(ENDLESS, leave)
    pool = pools.current()
    assert pool
    assert pool.counts()["waiting"] == 0
    assert work.get(SLOW) != os.getpid()


def test_a_newer_one_ends_the_older(work: Work[int, int]) -> None:
    told: list[float] = []

    def ask_for_another(share: float) -> None:
        if share and not told:
            told.append(share)
            work.get(SLOW, None, "me")

    with pytest.raises(SupersededError):
        work.get(ENDLESS, ask_for_another, "me")


def test_a_browser_that_leaves_waits_no_longer(work: Work[int, int]) -> None:
    async def leaves() -> None:
        await asyncio.sleep(0)

    async def stays() -> None:
        await asyncio.sleep(PATIENCE)

    with pytest.raises(LeftError):
        asyncio.run(work.ready(ENDLESS, "me", leaves))
    asyncio.run(work.ready(SLOW, "me", stays))
    assert work.has(SLOW)
