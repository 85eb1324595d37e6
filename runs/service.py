"""A backend: registry, store, supervisor and a fleet of workers behind the small interface."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

from neural.config import TrainConfig
from runs.backend import Command, Mark, NotOwner, Points, Status, Summary
from runs.fleets.fleet import Fleet
from runs.limits import Limits
from runs.registry import Registry
from runs.reports import ActiveRun
from runs.store import checkpoint, home
from runs.store.store import Store
from runs.supervisor import Supervisor
from runs.wait_times import expected_waits, wait_in_words


class Service:
    """Runs on a fleet of workers; `runs.backend.Backend` documents the methods.

    Parameters
    ----------
    fleet : Fleet
    folder : Path, optional
        Where runs are kept; without one they are in memory only. Workers on another machine can go on from a
        checkpoint only if they see this folder under the same path.
    limits : Limits, optional
        By default those of the environment.

    Raises
    ------
    ValueError
        For a limit of the environment that is out of its range.
    """

    def __init__(self, fleet: Fleet, folder: Path | None = None, limits: Limits | None = None) -> None:
        limits = limits or Limits.read()
        self._folder = folder
        self._store = Store(folder / "runs.sqlite" if folder else None, limits.store_mb)
        self._registry = Registry(self._store, limits)
        self._fleet = fleet
        self._limits = limits
        self._files = home.checkpoints(None if self._store.off else folder)
        checkpoint.tidy(self._files, self._store.checkpoint_files())
        self._supervisor = Supervisor(self._registry, fleet, limits, self._files)
        self._supervisor.start()

    def submit(self, config: TrainConfig, *, owner: str) -> str:
        run = self._registry.add(config, owner)
        self._supervisor.submit(run)
        return run

    def send(self, run: str, command: Command, *, owner: str) -> None:
        entry = self._registry.entry(run)
        if entry is None:
            return
        if entry.owner != owner:
            raise NotOwner
        if command.kind == "resume" and entry.status.state == "interrupted":
            self._registry.check_room(owner)
        self._supervisor.command(run, command)

    def owns(self, run: str, owner: str) -> bool:
        entry = self._registry.entry(run)
        return entry is not None and entry.owner == owner

    def points(self, run: str, since: int, limit: int, buckets: int | None = None) -> Points | None:
        return self._registry.points(run, since, limit, buckets)

    def marks(self, run: str) -> tuple[Mark, ...]:
        entry = self._registry.entry(run)
        return tuple(entry.marks) if entry else ()

    def status(self, run: str) -> Status | None:
        entry = self._registry.entry(run)
        if entry is None or entry.status.state != "queued":
            return entry.status if entry else None
        queue = tuple(self._supervisor.queue)
        return self._waiting(entry.status, queue.index(run)) if run in queue else entry.status

    def pictures(self, run: str) -> str | None:
        return self._registry.pictures(run)

    def config(self, run: str) -> TrainConfig | None:
        entry = self._registry.entry(run)
        return entry.config if entry else None

    def recent(self, owner: str, limit: int = 20) -> list[Summary]:
        return self._registry.recent(owner, limit)

    def devices(self) -> dict[str, str] | None:
        return self._fleet.devices()

    def notice(self) -> str:
        return self._store.notice

    def subscribe(self, run: str, changed: Callable[[], object]) -> Callable[[], None]:
        return self._registry.subscribe(run, changed)

    def warm(self) -> None:
        self._supervisor.warm()

    def close(self) -> None:
        self._supervisor.close()
        self._store.close()
        if self._files.parent != self._folder:
            shutil.rmtree(self._files, ignore_errors=True)

    def _waiting(self, status: Status, ahead: int) -> Status:
        """The status of a waiting run, with its place in the queue and the time that is likely to pass."""
        remaining: list[float | None] = []
        lasting: list[float] = []
        for run, active in tuple(self._supervisor.active.items()):
            left, lasts = self._seconds_of(run, active)
            remaining.append(left)
            if lasts is not None:
                lasting.append(lasts)
        wait = expected_waits(remaining, 0, median(lasting) if lasting else None, ahead + 1)[ahead]
        message = f"Waiting for a free worker, {ahead + 1}. in the queue"
        if wait is not None:
            message += f", {wait_in_words(wait)} to go"
        return replace(status, position=ahead + 1, wait=wait, message=message)

    def _seconds_of(self, run: str, active: ActiveRun) -> tuple[float | None, float | None]:
        """Seconds that an active run still needs, and that all of it takes; None where that is not known."""
        most = 60 * self._limits.minutes
        left = max(0.0, active.began + most - time.monotonic())
        entry = self._registry.entry(run)
        if entry is None:
            return None, None
        status = entry.status
        if status.rate > 0:
            seconds = (status.total - status.step) / status.rate
            return min(left, seconds), min(most, status.total / status.rate)
        return (left if status.state == "paused" else None), None
