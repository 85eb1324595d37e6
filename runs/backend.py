"""What a run is to the app, and the small interface that every backend offers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol, get_args

from neural.config import TrainConfig
from runs.moments import Weights
from runs.record import Columns

State = Literal[
    "queued", "starting", "running", "paused", "stopping", "interrupted", "finished", "stopped", "failed"
]
OVER: tuple[State, ...] = ("finished", "stopped", "failed")
Kind = Literal["pause", "resume", "stop", "set", "step", "speed", "rewind", "release"]


class Busy(RuntimeError):  # noqa: N818 - a name that callers read
    """No room for another run just now; the message says why and what to do."""


class NotOwner(RuntimeError):  # noqa: N818 - a name that callers read
    """Somebody else started this run."""

    def __init__(self) -> None:
        super().__init__("Only the browser that started this run can steer it. You can watch.")


@dataclass(frozen=True)
class Command:
    """Something to do to a run.

    Parameters
    ----------
    kind : str
        "pause"; "resume" (a paused run, or an interrupted one from its last checkpoint); "stop"; "set"
        (hyperparameters of one lane, from its next step on); "step" (a paused run makes one step of every
        lane and pauses again); "speed"; "rewind" (back to step 0 and the same initial weights, with the
        hyperparameters now in force; its history is cut); "release" (leave the worker and go on at another,
        which the engine itself asks for).
    lane : int
        Of "set".
    values : dict
        Of "set", the new values by name; of "speed", ``{"steps_per_second": s}``, s in [0, inf), 0 for as
        fast as it goes.

    Raises
    ------
    ValueError
        For an unknown kind, or a speed out of its range.
    """

    kind: Kind
    lane: int = 0
    values: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind must be one of {', '.join(get_args(Kind))}, got {self.kind!r}")
        if self.kind == "speed":
            speed = self.values.get("steps_per_second", math.nan)
            if not (math.isfinite(speed) and speed >= 0):
                raise ValueError(f"steps_per_second must be a finite number in [0, inf), got {speed!r}")


@dataclass(frozen=True)
class Mark:
    """A hyperparameter was changed while the run went on; `step` is the first step with the new value."""

    step: int
    lane: int
    name: str
    value: float


@dataclass(frozen=True)
class Status:
    """Where a run stands.

    Attributes
    ----------
    state : str
        One of `State`. An interrupted run waits for "resume" or "stop".
    message : str
        Plain words where the state alone does not say it; empty otherwise, also when its owner stopped it.
    step, total : int
        Steps of every lane done, and to do in all (0 while unknown).
    rate : float
        Steps per second lately, all lanes making one step each.
    recorded : int
        Steps in the history so far.
    generation : int
        Counts how often the history was cut (rewind, resume from a checkpoint).
    position : int
        Place in the queue, from 1; 0 for a run that does not wait.
    wait : float or None
        Seconds until a waiting run is expected to begin; None while nobody can tell.
    speed : float
        Steps per second asked for; 0 for as fast as it goes.
    pictures : int
        Counts the times that there were newer pictures.
    """

    state: State = "queued"
    message: str = ""
    step: int = 0
    total: int = 0
    rate: float = 0.0
    recorded: int = 0
    generation: int = 0
    position: int = 0
    wait: float | None = None
    speed: float = 0.0
    pictures: int = 0

    @property
    def over(self) -> bool:
        """Whether the run has ended for good."""
        return self.state in OVER

    @property
    def open(self) -> bool:
        """Whether it holds a place: waiting for a worker, or at one."""
        return not self.over and self.state != "interrupted"


class Points(NamedTuple):
    """A piece of a run's history: each lane's columns for the steps up to `next`.

    `left_out` counts the points between that were thinned away (0 where none were).
    """

    next: int
    lanes: list[Columns]
    generation: int
    left_out: int = 0


@dataclass(frozen=True)
class Summary:
    """A run in a list: id, when it was started (seconds since 1970), with what, and where it stands.

    One that is stored and cannot be read has no configuration, and perhaps no id.
    """

    run: str
    created: float
    config: TrainConfig | None
    status: Status


@dataclass(frozen=True)
class Health:
    """What a person on duty asks first.

    Attributes
    ----------
    store : bool
        Whether the history of runs is written.
    workers : int
        That are ready; none need be where nothing trains.
    trouble : str
        Why no worker can be had; empty while they can.
    going, waiting : int
        Runs at workers, and in the queue.
    """

    store: bool
    workers: int
    trouble: str
    going: int
    waiting: int

    @property
    def well(self) -> bool:
        """Whether nothing needs attention."""
        return self.store and not self.trouble


class Backend(Protocol):
    """Where runs live. Run ids are unguessable; an unknown id gives None, never an exception."""

    def submit(self, config: TrainConfig, *, owner: str) -> str:
        """Queue a run and return its id; raises `Busy` when there is no room."""

    def send(self, run: str, command: Command, *, owner: str) -> None:
        """Pass a command on; a run that is over ignores it. Raises `NotOwner`, and `Busy` for a resume."""

    def owns(self, run: str, owner: str) -> bool:
        """Whether the run was started by `owner`."""

    def points(self, run: str, since: int, limit: int, buckets: int | None = None) -> Points | None:
        """Each lane's columns of steps ``since`` … ``since + limit``.

        With `buckets` only the first step of each of so many buckets is kept and, for every column, the
        steps of its lowest and highest value there.
        """

    def marks(self, run: str) -> tuple[Mark, ...]:
        """Every change made while the run went on."""

    def status(self, run: str) -> Status | None:
        """Where the run stands."""

    def pictures(self, run: str) -> str | None:
        """The newest pictures, as JSON (see `runs.worker.pictures`); None while there are none."""

    def moments(self, run: str) -> tuple[int, ...]:
        """The steps at which the weights of its lanes are kept, ascending; see `runs.moments`."""

    def weights(self, run: str, lane: int, step: int) -> Weights | None:
        """The weights of a lane after `step` steps, BatchNorm's statistics too; None where not kept."""

    def config(self, run: str) -> TrainConfig | None:
        """What the run was started with."""

    def recent(self, owner: str, limit: int = 20) -> list[Summary]:
        """The owner's last runs, newest first, without those that are deleted."""

    def devices(self) -> dict[str, str] | None:
        """The devices of the workers: from the name in a configuration to what it is.

        None while no worker has said what it has; `warm` has one started.
        """

    def notice(self) -> str:
        """What a visitor should know about the history (it is off, it was pruned); empty mostly."""

    def health(self) -> Health:
        """Whether the store is written and workers can be had."""

    def subscribe(self, run: str, changed: Callable[[], object]) -> Callable[[], None]:
        """Call `changed`, from any thread, whenever the run has news; returns a function that ends this."""

    def warm(self) -> None:
        """Make a worker ready in the background, so that the first run starts at once."""

    def close(self) -> None:
        """End every worker; no process stays behind."""
