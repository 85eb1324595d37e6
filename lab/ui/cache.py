"""A cache of results by what they were computed from, shared by all sessions and threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Cache(Generic[T]):
    """The `size` results that were asked for last, or fewer.

    Who asks for a result that another thread is computing waits for it: nothing is computed twice.

    Parameters
    ----------
    size : int
        How many results are kept at most.
    weight : callable, optional
        ``weight(key, result)`` is the memory of one of them, in bytes.
    most : int, optional
        The bytes that they may take together. The newest one is kept whatever it takes.
    """

    def __init__(
        self, size: int, weight: Callable[[Any, T], int] = lambda _key, _result: 0, most: int = 0
    ) -> None:
        self.size = size
        self._weight, self._most = weight, most
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._weights: dict[Hashable, int] = {}  # of those that are there

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
            self._weigh(key, result)
        return result

    def put(self, key: Hashable, result: T) -> None:
        """Keep a result that was computed elsewhere."""
        known: Future[T] = Future()
        known.set_result(result)
        with self._lock:
            self._known.setdefault(key, known)
            self._known.move_to_end(key)
            self._weigh(key, result)

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

    def _weigh(self, key: Hashable, result: T) -> None:
        """Drop the oldest until there is room for a result that has come."""
        if key in self._known:
            self._weights[key] = self._weight(key, result)
        while len(self._known) > self.size or (len(self._known) > 1 and self._bytes > self._most):
            oldest, _ = self._known.popitem(last=False)
            self._weights.pop(oldest, None)

    @property
    def _bytes(self) -> int:
        return sum(self._weights.values())
