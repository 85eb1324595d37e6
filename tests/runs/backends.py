"""Every backend with two workers, as the tests of what they all do need it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from runs.backend import Backend
from runs.fleets.dask import DaskFleet
from runs.limits import Limits
from runs.service import Service
from tests.runs.kept import KeptFleet

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
def local(folder: Path, kept: KeptFleet) -> Iterator[Made]:
    """Worker processes of this machine."""
    running = Service(kept.lent(PER_WORKER), folder, LIMITS)
    kept.fill()
    yield Made(running, folder, kept.pid_of, "The worker process died.", notices=1)
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
