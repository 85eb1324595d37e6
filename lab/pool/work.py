"""One kind of computation: where a configuration is computed, and the results that are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Generic, TypeVar, cast

from lab.pool import pool as pools
from lab.pool.job import Ticket
from lab.pool.task import Task
from lab.ui.cache import Cache

QUICK_SECONDS = 0.05  # what takes no longer stays in the app's process
QUICK_KEPT = 120  # in a full room each visitor's script finds what its figures were drawn from
POLL_SECONDS = 0.1  # how often who waits in a thread says how much is done
K = TypeVar("K", bound=Hashable)
R = TypeVar("R")
Gone = Callable[[], Awaitable[None]]
Tell = Callable[[float], None]  # hears the share done, 0 to 1; an exception there ends the wait


class LeftError(Exception):
    """Who asked waits no longer."""


class Work(Generic[K, R]):
    """Results by what they are computed from, each computed once.

    What is quick is computed in the app's process, where it is asked for; the rest in a compute process, if
    the app has a pool of them.

    Parameters
    ----------
    function : callable
        ``function(key, tell)`` computes a result.
    seconds : callable
        From a key to how long that takes, about.
    size : int
        How many results are kept of those that are not quick.
    away : callable
        ``away(key, given, tell)``: the same in a compute process, with all that is else found only when it is
        looked at. It must be importable there.
    given : callable, optional
        From a key to what the app knows already and a compute process may use.
    keep : callable, optional
        Is given each result that comes from a compute process.
    """

    def __init__(
        self,
        function: Callable[[K, Tell | None], R],
        seconds: Callable[[K], float],
        size: int,
        away: Callable[[K, Any, Tell], R],
        given: Callable[[K], Any] = lambda _key: None,
        keep: Callable[[R], None] = lambda _result: None,
    ) -> None:
        self._function, self._away, self._given, self._keep_more = function, away, given, keep
        self.seconds = seconds
        self._quick: Cache[R] = Cache(QUICK_KEPT)
        self._slow: Cache[R] = Cache(size)  # apart, or the quick ones would soon take their place

    def has(self, key: K) -> bool:
        """Whether the result is there already."""
        return self._found(key) is not None

    def get(self, key: K, tell: Tell | None = None, visitor: str = "") -> R:
        """The result; `tell` hears of the progress now and then.

        Raises
        ------
        NotComputedError
            Where it is not computed, in plain words.
        """
        found = self._found(key)
        if found is not None:
            return found
        pool = pools.current()
        if pool is None or self.is_quick(key):
            return self._quick.get(key, lambda: self._function(key, tell))
        ticket = self._ticket(pool, key, visitor)
        try:
            while True:
                try:
                    return cast(R, ticket.future.result(POLL_SECONDS))
                except TimeoutError:
                    if tell:
                        tell(ticket.job.share)
        finally:
            pool.leave(ticket)

    def keep_quick(self, key: K, result: R) -> None:
        """Keep a result that was computed beside the app."""
        self._quick.put(key, result)

    def is_quick(self, key: K) -> bool:
        """Whether the result is there already, or soon is."""
        return self._found(key) is not None or self.seconds(key) <= QUICK_SECONDS

    async def ready(self, key: K, visitor: str, gone: Gone) -> None:
        """Wait, without a thread, until `get` takes no more than a moment.

        Where ``gone()`` ends first it is a `LeftError`.

        Raises
        ------
        NotComputedError
            As `get`.
        """
        pool = pools.current()
        if pool is None or self.is_quick(key):
            return
        ticket = self._ticket(pool, key, visitor)
        leaving = asyncio.ensure_future(gone())
        try:
            result = asyncio.wrap_future(ticket.future)
            await asyncio.wait({result, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not result.done():
                raise LeftError
            result.result()
        finally:
            leaving.cancel()
            pool.leave(ticket)

    def _found(self, key: K) -> R | None:
        found = self._slow.find(key)
        return self._quick.find(key) if found is None else found

    def _ticket(self, pool: pools.Pool, key: K, visitor: str) -> Ticket:
        def keep(result: R) -> None:
            self._slow.put(key, result)
            self._keep_more(result)

        task = Task(self._away, (key, self._given(key)))
        return pool.ask(visitor, (self, key), task, self.seconds(key), keep)
