"""The one engine of this process, made at its first use; routes and script share it."""

from __future__ import annotations

import os
import threading

from runs.backend import Backend
from runs.fleets.fleet import Fleet
from runs.fleets.local import LocalFleet
from runs.service import Service
from runs.store import home

_lock = threading.Lock()
_engine: Backend | None = None


def engine() -> Backend:
    """The engine, started if it is not running.

    Its runs are trained on a Dask cluster where SAM_SPS_SCHEDULER holds the address of one, else in worker
    processes of this machine.

    Raises
    ------
    ValueError
        For a limit of the environment that is out of its range.
    """
    global _engine
    with _lock:
        if _engine is None:
            _engine = Service(_fleet(), home.folder())
        return _engine


def _fleet() -> Fleet:
    if scheduler := os.environ.get("SAM_SPS_SCHEDULER"):
        from runs.fleets.dask import DaskFleet  # distributed is loaded only where it is wanted

        return DaskFleet(scheduler)
    return LocalFleet()


def shutdown() -> None:
    """End the engine and its workers; the next `engine()` starts a new one."""
    global _engine
    with _lock:
        running, _engine = _engine, None
    if running is not None:
        running.close()
