"""What workers report of their runs, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runs.backend import Mark
from runs.entries import where_it_resumes
from runs.registry import Registry
from runs.store.checkpoint import Checkpoint


@dataclass
class ActiveRun:
    """A run at a worker: since when, and when it is stopped by force, None while nobody has stopped it."""

    began: float
    stop_by: float | None = None


class Reports:
    """Writes reports into the registry; one method a kind. All are called on the supervisor's thread.

    Parameters
    ----------
    registry : Registry
    active : dict
        The runs at workers, by id; a run that ends is removed, and reports of others are not heard.
    """

    def __init__(self, registry: Registry, active: dict[str, ActiveRun]) -> None:
        self._registry = registry
        self._active = active

    def __call__(self, kind: str, run: str, *content: Any) -> None:
        """Take a report; `kind` is the name of a method below."""
        if run in self._active:
            getattr(self, kind)(run, *content)

    def begun(self, run: str, step: int, total: int, message: str) -> None:
        """Training begins after `step` steps, of `total`."""
        self._registry.cut(run, step)
        self.status(run, {"state": "running", "step": step, "total": total, "message": message})

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

    def rewound(self, run: str, marks: list[Mark]) -> None:
        """The run is back at step 0, with these changes in force."""
        self._registry.cut(run, 0, marks=marks)

    def ended(self, run: str, state: str, message: str) -> None:
        """The run has ended, in the given state."""
        del self._active[run]
        self._registry.update(run, state=state, message=message, rate=0.0)

    def lost(self, run: str, reason: str) -> None:
        """The worker has gone without a word."""
        entry = self._registry.entry(run)
        if self._active[run].stop_by is not None or entry is None:
            self.ended(run, "stopped", "")
            return
        self.ended(run, "interrupted", f"{reason} Resume continues from {where_it_resumes(entry)}.")
