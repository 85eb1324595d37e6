"""A backend: registry, store, supervisor and a fleet of workers behind the small interface."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

from neural.config import TrainConfig
from neural.home import sweeps
from runs import log
from runs.backend import Command, Health, Mark, NotOwner, Points, Status, Summary
from runs.fleets.fleet import Fleet
from runs.limits import Limits, niceness
from runs.moments import Weights, unpack
from runs.registry import Registry
from runs.reports import ActiveRun
from runs.shelf import Shelf
from runs.store.folder import CheckpointFolder
from runs.store.store import Store
from runs.supervisor import Supervisor
from runs.sweep import Sweeps
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
        For a limit or a level of the environment that is out of its range.

    Attributes
    ----------
    sweeps : Sweeps
        Sweeps over these workers.
    shelf : Shelf
        What visitors keep of their runs and sweeps.
    """

    def __init__(self, fleet: Fleet, folder: Path | None = None, limits: Limits | None = None) -> None:
        log.level()
        niceness()
        limits = limits or Limits.read()
        self._store = Store(folder / "runs.sqlite" if folder else None, limits.store_mb)
        self._registry = Registry(self._store, limits)
        self._fleet = fleet
        self._limits = limits
        self._files = CheckpointFolder(folder, self._store)
        self._supervisor = Supervisor(self._registry, fleet, limits, self._files)
        self._supervisor.start()
        self.sweeps = Sweeps(self, self._store, fleet.capacity, sweeps(folder) if folder else None)
        self.shelf = Shelf(self._registry, self._store, self.sweeps)

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
        elif command.kind == "resume" and entry.status.state == "paused":
            self._registry.check_room_in_all()
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

    def moments(self, run: str) -> tuple[int, ...]:
        return tuple(self._store.moments(run))

    def weights(self, run: str, lane: int, step: int) -> Weights | None:
        data = self._store.moment_of(run, step)
        return None if data is None else unpack(data, lane)

    def config(self, run: str) -> TrainConfig | None:
        entry = self._registry.entry(run)
        return entry.config if entry else None

    def recent(self, owner: str, limit: int = 20) -> list[Summary]:
        hidden = self.shelf.hidden(owner)
        found = self._registry.recent(owner, limit + len(hidden))
        return [summary for summary in found if summary.run not in hidden][:limit]

    def devices(self) -> dict[str, str] | None:
        return self._fleet.devices()

    def notice(self) -> str:
        return self._store.notice

    def health(self) -> Health:
        return Health(
            store=not self._store.off,
            workers=self._fleet.ready(),
            trouble=self._fleet.trouble(),
            going=len(self._supervisor.active),
            waiting=len(self._supervisor.queue),
        )

    def subscribe(self, run: str, changed: Callable[[], object]) -> Callable[[], None]:
        return self._registry.subscribe(run, changed)

    def warm(self) -> None:
        self._supervisor.warm()

    def close(self) -> None:
        self.sweeps.close()
        self._supervisor.close()
        self._store.close()
        self._files.close()

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
        for_what = "a free worker" if self._fleet.ready() else "a worker to start"
        message = f"Waiting for {for_what}, {ahead + 1}. in the queue"
        if wait is not None:
            message += f", {wait_in_words(wait)} to go"
        return replace(status, position=ahead + 1, wait=wait, message=message)

    def _seconds_of(self, run: str, active: ActiveRun) -> tuple[float | None, float | None]:
        """Seconds that an active run still needs, and that all of it takes; None where that is not known."""
        most = 60 * self._limits.minutes
        left = max(0.0, active.ends - time.monotonic())
        entry = self._registry.entry(run)
        if entry is None:
            return None, None
        status = entry.status
        if status.rate > 0:
            seconds = (status.total - status.step) / status.rate
            return min(left, seconds), min(most, status.total / status.rate)
        return None, None
