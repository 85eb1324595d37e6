"""A worker's check of its own limits of time and memory."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil

from runs.limits import minutes_in_words

MEMORY_SECONDS = 0.25  # how often the memory is looked at


def resident_mb() -> float:
    """Resident memory of this process in 10⁶ bytes."""
    return float(psutil.Process().memory_info().rss / 1e6)


class LimitCheck:
    """Says which limit was reached, if any.

    Parameters
    ----------
    minutes : float
        At workers, in [0, inf).
    worker_mb : float
        Most resident memory of this process in 10⁶ bytes.
    seconds_left : float
        Until the limit on time is reached, from now on.
    is_newest : callable
        Whether no run of this process has begun later: the last one was too much for the memory.

    Attributes
    ----------
    out_of_memory : bool
        Whether the limit on memory was reached.
    """

    def __init__(
        self, minutes: float, worker_mb: float, seconds_left: float, is_newest: Callable[[], bool]
    ) -> None:
        self._minutes, self._mb = minutes, worker_mb
        self._end = time.monotonic() + seconds_left
        self._is_newest = is_newest
        self._next_look = 0.0
        self.out_of_memory = False

    def reached(self) -> str:
        """The limit that was reached, in words; empty while none is."""
        now = time.monotonic()
        if now >= self._end:
            return f"Ended at the time limit of {minutes_in_words(self._minutes)}"
        if now >= self._next_look:
            self._next_look = now + MEMORY_SECONDS
            if self._is_newest() and resident_mb() > self._mb:
                self.out_of_memory = True
                return f"Ended at the memory limit of {self._mb:g} MB for a worker"
        return ""
