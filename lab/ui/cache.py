"""A cache of results by what they were computed from, shared by all sessions and threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Cache(Generic[T]):
    """The `size` results that were asked for last.

    Who asks for a result that another thread is computing waits for it: nothing is computed twice.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Future[T]] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The result for `key`, computed at most once while it is kept.

        If the thread that computes it ends with an exception, one of the threads that wait computes it anew.
        """
        while True:
            with self._lock:
                found = self._known.get(key)
                if found is None:
                    mine: Future[T] = Future()
                    self._known[key] = mine
                    break
                self._known.move_to_end(key)
            if found.exception() is None:
                return found.result()
        try:
            result = compute()
        except BaseException as error:
            with self._lock:
                if self._known.get(key) is mine:
                    del self._known[key]
            mine.set_exception(error)
            raise
        mine.set_result(result)
        with self._lock:
            while len(self._known) > self.size:
                self._known.popitem(last=False)
        return result

    def has(self, key: Hashable) -> bool:
        """Whether the result for `key` is kept."""
        with self._lock:
            found = self._known.get(key)
        return found is not None and found.done()
