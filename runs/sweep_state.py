"""What the engine knows of sweeps that go on, and what it tells of them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from neural.config import TrainConfig


@dataclass(frozen=True)
class Progress:
    """Where a sweep stands.

    Attributes
    ----------
    runs, done : int
        Different runs in all; those with a result.
    training : mapping of str to str
        Ids of the runs that train now, or wait for a worker, by name.
    failed : mapping of str to str
        Why runs have no result, by name; `start` tries them again.
    going : bool
        Whether the rest is being trained.
    seconds_left : float or None
        At the pace since the start; None while nobody can tell, and when nothing goes on.
    """

    runs: int
    done: int
    training: Mapping[str, str]
    failed: Mapping[str, str]
    going: bool
    seconds_left: float | None


@dataclass
class Going:
    """A sweep that goes on, and for whom; the names that are still to be trained, in order."""

    owners: set[str]
    waiting: list[str]
    began: float = field(default_factory=time.monotonic)
    ended: int = 0  # runs since then


@dataclass
class Flight:
    """A run that waits or trains.

    Attributes
    ----------
    run : str
    config : TrainConfig
    leave : callable
        Ends the subscription to its news.
    tries : int
        How often it began, or went on after its worker had died.
    asked : float
        When it was asked to go on, by `time.monotonic`.
    """

    run: str
    config: TrainConfig
    leave: Callable[[], None]
    tries: int = 1
    asked: float = -math.inf

    def may_ask(self, seconds: float) -> bool:
        """Whether it was last asked so long ago: what is asked takes a moment to be seen."""
        return time.monotonic() - self.asked >= seconds
