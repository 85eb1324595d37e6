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
            self._shorten()
        return result

    def put(self, key: Hashable, result: T) -> None:
        """Keep a result that was computed elsewhere."""
        known: Future[T] = Future()
        known.set_result(result)
        with self._lock:
            self._known.setdefault(key, known)
            self._known.move_to_end(key)
            self._shorten()

    def find(self, key: Hashable) -> T | None:
        """The result for `key`; None if it is not kept, or not there yet."""
        with self._lock:
            found = self._known.get(key)
            if found is None or not self._is_there(found):
                return None
            self._known.move_to_end(key)
        return found.result()

    def has(self, key: Hashable) -> bool:
        """Whether the result for `key` is kept."""
        with self._lock:
            found = self._known.get(key)
        return found is not None and found.done()

    def items(self) -> list[tuple[Hashable, T]]:
        """All results that are kept, with their keys."""
        with self._lock:
            return [(key, known.result()) for key, known in self._known.items() if self._is_there(known)]

    @staticmethod
    def _is_there(known: Future[T]) -> bool:
        return known.done() and known.exception() is None

    def _shorten(self) -> None:
        while len(self._known) > self.size:
            self._known.popitem(last=False)
