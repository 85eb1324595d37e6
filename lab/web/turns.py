"""The scripts of many visitors take turns: one after the other they are through sooner than all at once.

All scripts run in one interpreter, so two at a time are no quicker than one after the other. Fifty at a time
are slower: they pass the interpreter around, all of them end late, and the figures of a slider that moves
wait among them.
"""

from __future__ import annotations

import threading

LONGEST_SECONDS = 0.1  # some five times what a script takes that waits for nothing


class Turn:
    """One script's turn: ``with turn:`` waits for it, and has it until the end of the block."""

    def __init__(self, before: Turn | None, longest: float) -> None:
        self._before, self._longest = before, longest
        self._begun, self._over = threading.Event(), threading.Event()

    @property
    def is_over(self) -> bool:
        """Whether its block has ended."""
        return self._over.is_set()

    def __enter__(self) -> None:
        if self._before is not None:
            self._before._begun.wait()
            self._before._over.wait(self._longest)
            self._before = None  # nor those before it
        self._begun.set()

    def __exit__(self, *_error: object) -> None:
        self._over.set()


class Turns:
    """Turns in the order of `next`.

    One that takes longer than `longest` seconds, as that of a script that waits for a computation, goes on
    beside those after it: nobody waits for ever.
    """

    def __init__(self, longest: float = LONGEST_SECONDS) -> None:
        self._longest = longest
        self._lock = threading.Lock()
        self._last: Turn | None = None

    @property
    def going(self) -> bool:
        """Whether somebody has a turn or waits for one."""
        return self._last is not None and not self._last.is_over

    def next(self) -> Turn:
        """The turn after all that were given so far; it must be waited for."""
        with self._lock:
            self._last = Turn(self._last, self._longest)
            return self._last


SCRIPTS = Turns()
