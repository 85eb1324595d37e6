"""Clocks of a run: how fast it goes, how fast it may go."""

from __future__ import annotations

import time
from collections import deque

RATE_SECONDS = 2.0


class Rate:
    """Steps per second over the last two seconds."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def update(self, step: int) -> float:
        """Note the step that has been reached; 0 until there are two marks."""
        now = time.monotonic()
        self._marks.append((now, step))
        while len(self._marks) > 2 and now - self._marks[0][0] > RATE_SECONDS:
            self._marks.popleft()
        (_, first), seconds = self._marks[0], now - self._marks[0][0]
        return (step - first) / seconds if seconds > 0 else 0.0


class Pace:
    """A speed that a loop keeps to: due times a fixed interval apart, without running after lost ones."""

    def __init__(self) -> None:
        self.speed = 0.0
        self._due = 0.0

    def set(self, speed: float) -> None:
        """Steps per second, 0 for as fast as it goes."""
        self.speed = speed
        self._due = time.monotonic() + (1 / speed if speed else 0.0)

    def left(self) -> float:
        """Seconds until the next step is due; at most 0 if it is."""
        return self._due - time.monotonic() if self.speed else 0.0

    def step(self) -> None:
        """A step begins now."""
        if self.speed:
            self._due = max(self._due, time.monotonic() - 1 / self.speed) + 1 / self.speed
