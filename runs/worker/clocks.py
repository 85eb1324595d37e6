"""Clocks of a run: how fast it goes, how fast it may go, and when its upkeep is due."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

RATE_SECONDS = 2.0


class StepRate:
    """Steps per second over the last two seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def update(self, step: int) -> float:
        """Note the step that has been reached; the rate, 0 until two were noted."""
        now = time.monotonic()
        self._seen.append((now, step))
        while len(self._seen) > 2 and now - self._seen[0][0] > RATE_SECONDS:
            self._seen.popleft()
        (_, first), seconds = self._seen[0], now - self._seen[0][0]
        return (step - first) / seconds if seconds > 0 else 0.0


class Throttle:
    """Keeps a loop to a speed: steps are due a fixed interval apart, and lost time is not made up for."""

    def __init__(self) -> None:
        self.speed = 0.0
        self._due = 0.0

    def set(self, speed: float) -> None:
        """Steps per second, in [0, inf); 0 for as fast as it goes."""
        self.speed = speed
        self._due = time.monotonic() + (1 / speed if speed else 0.0)

    def left(self) -> float:
        """Seconds until the next step is due; at most 0 if it is due."""
        return self._due - time.monotonic() if self.speed else 0.0

    def step(self) -> None:
        """A step begins now."""
        if self.speed:
            self._due = max(self._due, time.monotonic() - 1 / self.speed) + 1 / self.speed


class Upkeep:
    """Something that costs a run time again and again, such as a checkpoint.

    Parameters
    ----------
    seconds : float
        From the end of one time to the next, at least.
    share : float
        Of the run's time that it may cost at most: it is due more rarely where it takes long.
    spent : callable
        The seconds that the run has had to itself so far: among many that take turns these go slowly.
    at_once : bool
        Whether it is due at the beginning.
    """

    def __init__(
        self, seconds: float, share: float, spent: Callable[[], float], *, at_once: bool = False
    ) -> None:
        self._seconds, self._share, self._spent = seconds, share, spent
        self._cost = 0.0
        self.put_off()
        if at_once:
            self._last = -math.inf

    def due(self) -> bool:
        """Whether it is time."""
        if time.monotonic() - self._last < self._seconds:
            return False
        return self._spent() - self._spent_then >= self._cost / self._share

    def put_off(self) -> None:
        """Count from now on."""
        self._last, self._spent_then = time.monotonic(), self._spent()

    @contextmanager
    def done(self) -> Iterator[None]:
        """It is done within this block."""
        start = self._spent()
        try:
            yield
        finally:
            self.put_off()
            self._cost = self._spent_then - start
