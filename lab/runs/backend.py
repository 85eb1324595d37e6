"""What a run is to the app, and the small interface that every backend offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from neural.config import TrainConfig

State = Literal["queued", "starting", "running", "paused", "stopping", "finished", "stopped", "failed"]
OVER: tuple[State, ...] = ("finished", "stopped", "failed")


class Busy(RuntimeError):  # noqa: N818 - reads as what it says
    """No room for another run just now; the message says why and what to do."""


@dataclass(frozen=True)
class Command:
    """Something to do to a run: pause, resume, stop, or set hyperparameters of one lane."""

    kind: Literal["pause", "resume", "stop", "set"]
    lane: int = 0
    values: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Status:
    """Where a run stands.

    Attributes
    ----------
    state : str
    message : str
        Plain words where the state alone does not say it; empty otherwise.
    step, total : int
        Steps of every lane done, and to do in all (0 while unknown).
    rate : float
        Steps per second lately, all lanes making one step each.
    recorded : int
        Steps in the history so far.
    """

    state: State = "queued"
    message: str = ""
    step: int = 0
    total: int = 0
    rate: float = 0.0
    recorded: int = 0

    @property
    def over(self) -> bool:
        """Whether the run has ended, one way or another."""
        return self.state in OVER


class Backend(Protocol):
    """Where runs live. Run ids are unguessable; an unknown id gives None, never an exception."""

    def submit(self, config: TrainConfig) -> str:
        """Queue a run and return its id; raises `Busy` when the queue is full."""

    def send(self, run: str, command: Command) -> None:
        """Pass a command on; a run that is over ignores it."""

    def points(self, run: str, since: int, limit: int) -> tuple[int, list[dict[str, list[Any]]]] | None:
        """Number of the next step, and for each lane the columns of steps ``since`` … ``since + limit``."""

    def status(self, run: str) -> Status | None:
        """Where the run stands."""

    def config(self, run: str) -> TrainConfig | None:
        """What the run was started with."""

    def subscribe(self, run: str, changed: Callable[[], object]) -> Callable[[], None]:
        """Call `changed` (from any thread) whenever the run has news; returns how to leave."""

    def warm(self) -> None:
        """Make a worker ready in the background, so that the first run starts at once."""

    def close(self) -> None:
        """End every worker; no process stays behind."""
