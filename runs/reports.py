"""What workers report of their runs, and what follows from it for the registry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from runs.backend import Command, Mark
from runs.entries import where_it_resumes
from runs.registry import Registry
from runs.store.checkpoint import Checkpoint


@dataclass
class ActiveRun:
    """A run at a worker.

    Attributes
    ----------
    began : float
        When; of `time.monotonic`, as all times here.
    ends : float
        When it reaches its limit on time.
    start : Checkpoint or None
        From which it began.
    stop_by : float or None
        When it is stopped by force; None while nobody has stopped it.
    sent : list of Command
        What was passed on to the worker.
    """

    began: float
    ends: float
    start: Checkpoint | None = None
    stop_by: float | None = None
    sent: list[Command] = field(default_factory=list)


class Reports:
    """Writes reports into the registry; one method a kind. All are called on the supervisor's thread.

    Parameters
    ----------
    registry : Registry
    active : dict
        The runs at workers, by id; a run that leaves is removed, and reports of others are not heard.
    left : callable
        ``left(run, active, checkpoint, paused, unheard)`` is called for a run that has left its worker and
        can go on from `checkpoint`, with the commands that came too late for the worker.
    """

    def __init__(
        self,
        registry: Registry,
        active: dict[str, ActiveRun],
        left: Callable[[str, ActiveRun, Checkpoint | None, bool, list[Command]], None],
    ) -> None:
        self._registry = registry
        self._active = active
        self._left = left

    def __call__(self, kind: str, run: str, *content: Any) -> None:
        """Take a report; `kind` is the name of a method below."""
        if run in self._active:
            getattr(self, kind)(run, *content)

    def begun(self, run: str, step: int, total: int, message: str, state: str) -> None:
        """Training begins after `step` steps, of `total`, in the given state."""
        self._registry.cut(run, step)
        self.status(run, {"state": state, "step": step, "total": total, "message": message})

    def points(self, run: str, lanes: list[Any], step: int, rate: float) -> None:
        """Measurements up to `step`, made at `rate` steps per second."""
        self._registry.extend(run, lanes, step, rate)

    def status(self, run: str, changes: dict[str, Any]) -> None:
        """Fields of the status have changed."""
        if self._active[run].stop_by is not None:  # "stopping" stands until the end
            changes = {name: value for name, value in changes.items() if name != "state"}
        self._registry.update(run, **changes)

    def marked(self, run: str, marks: list[Mark]) -> None:
        """Hyperparameters were changed."""
        self._registry.mark(run, marks)

    def checkpoint(self, run: str, step: int, file: str) -> None:
        """A checkpoint was written."""
        self._registry.keep(run, Checkpoint(step, file))

    def pictures(self, run: str, pictures: str) -> None:
        """There are newer pictures, as JSON."""
        self._registry.picture(run, pictures)

    def moment(self, run: str, step: int, data: bytes, most: int) -> None:
        """The weights after `step` steps, of which `most` are kept."""
        self._registry.moment(run, step, data, most)

    def rewound(self, run: str, marks: list[Mark]) -> None:
        """The run is back at step 0, with these changes in force."""
        self._registry.cut(run, 0, marks=marks)

    def ended(self, run: str, state: str, message: str) -> None:
        """The run has ended, in the given state."""
        del self._active[run]
        self._registry.update(run, state=state, message=message, rate=0.0)

    def set_aside(self, run: str, step: int, file: str, paused: bool, obeyed: int) -> None:
        """The run has left its worker with this checkpoint, after it obeyed so many commands."""
        active = self._active.pop(run)
        if active.stop_by is not None:
            self._registry.update(run, state="stopped", message="", rate=0.0)
        else:
            self._left(run, active, Checkpoint(step, file), paused, active.sent[obeyed:])

    def displaced(self, run: str) -> None:
        """The worker was ended for the sake of another run: this one goes on elsewhere."""
        entry, active = self._registry.entry(run), self._active.pop(run)
        if active.stop_by is not None:
            self._registry.update(run, state="stopped", message="", rate=0.0)
        elif entry is not None:
            self._left(run, active, entry.start or active.start, entry.status.state == "paused", [])

    def lost(self, run: str, reason: str) -> None:
        """The worker has gone without a word."""
        entry = self._registry.entry(run)
        if self._active[run].stop_by is not None or entry is None:
            self.ended(run, "stopped", "")
            return
        self.ended(run, "interrupted", f"{reason} Resume continues from {where_it_resumes(entry)}.")
