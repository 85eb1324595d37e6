"""A computation that waits or goes on, and those who wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from lab.pool.task import Task


@dataclass(eq=False)
class Job:
    """One computation.

    Attributes
    ----------
    key : what is computed; who asks for the same waits for the same job.
    task : how. keep : is given the result, once, before anybody hears of it.
    seconds : how long it takes, as estimated.
    visitor : whose turn it takes.
    tickets : who waits. share : how much is done, 0 to 1. began : when, 0 while it waits.
    """

    key: Hashable
    task: Task
    seconds: float
    keep: Callable[[Any], None]
    visitor: str
    tickets: list[Ticket] = field(default_factory=list)
    share: float = 0.0
    began: float = 0.0

    def tell(self, share: float) -> None:
        """Take note of the share done."""
        self.share = share

    def left(self) -> float:
        """Seconds that it still takes, about."""
        if not self.began:
            return self.seconds
        gone = time.monotonic() - self.began
        return gone * (1 / self.share - 1) if self.share else max(0.0, self.seconds - gone)


@dataclass(eq=False)
class Ticket:
    """One who waits for a job. `future` has the result, or a `NotComputedError`."""

    visitor: str
    job: Job
    future: Future[Any] = field(default_factory=Future)

    def __post_init__(self) -> None:
        self.future.set_running_or_notify_cancel()  # from now on nobody else may cancel it
        self.job.tickets.append(self)
