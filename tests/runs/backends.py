"""Every backend with two workers, as the tests of what they all do need it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runs.backend import Backend
from runs.fleets.dask import DaskFleet
from runs.fleets.local import LocalFleet
from runs.limits import Limits
from runs.service import Service

LIMITS = Limits(per_visitor=4, in_all=6)
PER_WORKER = 2  # runs; more of them wait


@dataclass
class Made:
    """A backend with two workers, its folder, which process trains a run, and what is said of its death."""

    backend: Backend
    folder: Path
    pid_of: Callable[[str], int]
    died: str
    notices: float
    """Seconds until a death is said, at most."""


@contextmanager
def local(folder: Path) -> Iterator[Made]:
    """Worker processes of this machine."""
    fleet = LocalFleet(2, PER_WORKER)
    running = Service(fleet, folder, LIMITS)

    def pid_of(run: str) -> int:
        return next(worker.process.pid for worker in fleet.workers if run in worker.runs)

    yield Made(running, folder, pid_of, "The worker process died.", notices=1)
    running.close()


@contextmanager
def dask(folder: Path, address: str) -> Iterator[Made]:
    """The Dask cluster at this address, with two workers."""
    fleet = DaskFleet(address, PER_WORKER)
    running = Service(fleet, folder, LIMITS)
    client = fleet.client()

    def pid_of(run: str) -> int:
        return int(client.run(os.getpid)[fleet.attempts[run].worker])

    yield Made(running, folder, pid_of, "The Dask worker went away.", notices=60)
    running.close()
