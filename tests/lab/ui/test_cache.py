"""Results that are kept: computed once, also by threads that ask at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lab.ui.cache import Cache


def test_what_is_being_computed_is_waited_for() -> None:
    kept: Cache[int] = Cache(4)
    begun, go_on = threading.Event(), threading.Event()
    calls: list[int] = []

    def slow() -> int:
        calls.append(1)
        begun.set()
        go_on.wait(20)
        return 7

    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(kept.get, "key", slow)
        begun.wait(20)
        assert not kept.has("key")
        others = [threads.submit(kept.get, "key", slow) for _ in range(2)]
        go_on.set()
        assert [first.result(20), *(other.result(20) for other in others)] == [7, 7, 7]
    assert calls == [1]
    assert kept.has("key")


def test_who_waits_for_one_that_gives_up_computes_it() -> None:
    kept: Cache[int] = Cache(4)
    begun, go_on = threading.Event(), threading.Event()

    def gives_up() -> int:
        begun.set()
        go_on.wait(20)
        raise KeyError("gave up")

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(kept.get, "key", gives_up)
        begun.wait(20)
        second = threads.submit(kept.get, "key", lambda: 5)
        go_on.set()
        with pytest.raises(KeyError, match="gave up"):
            first.result(20)
        assert second.result(20) == 5


def test_the_oldest_is_dropped_when_others_push_it_out() -> None:
    kept: Cache[int] = Cache(2)
    calls: list[int] = []
    for key in (1, 2, 1, 3, 1, 2):
        kept.get(key, lambda key=key: calls.append(key) or key)  # type: ignore[misc,func-returns-value]
    assert calls == [1, 2, 3, 2]


def test_the_oldest_are_dropped_where_all_together_take_too_much() -> None:
    kept: Cache[int] = Cache(10, lambda _key, result: result, most=100)
    for key, size in enumerate((40, 40, 20)):
        kept.put(key, size)
    assert [key for key, _ in kept.items()] == [0, 1, 2]
    kept.get("one more", lambda: 30)
    assert [key for key, _ in kept.items()] == [1, 2, "one more"]
    kept.put("large", 1000)
    assert [key for key, _ in kept.items()] == ["large"], "the newest is kept whatever it takes"
    kept.put("small", 1)
    assert [key for key, _ in kept.items()] == ["small"]
