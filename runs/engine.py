"""The one engine of this process, made at its first use; routes and script share it."""

from __future__ import annotations

import os
import threading

from runs.backend import Backend
from runs.fleets.fleet import Fleet
from runs.fleets.local import LocalFleet
from runs.service import Service
from runs.shelf import Shelf
from runs.store import home
from runs.sweep import Sweeps

_lock = threading.Lock()
_engine: Service | None = None


def engine() -> Backend:
    """The engine, started if it is not running.

    Its runs are trained on a Dask cluster where SAM_SPS_SCHEDULER holds the address of one, else in worker
    processes of this machine.

    Raises
    ------
    ValueError
        For a limit of the environment that is out of its range.
    """
    return _service()


def sweeps() -> Sweeps:
    """The sweeps of the engine, which is started if it is not running; see `engine`."""
    return _service().sweeps


def shelf() -> Shelf:
    """What visitors keep of their runs and sweeps; the engine is started if it is not running."""
    return _service().shelf


def _service() -> Service:
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
    """End the engine and its workers, whoever began to; the next `engine()` starts a new one."""
    global _engine
    with _lock:  # while it closes nobody has another one, and nobody leaves
        running, _engine = _engine, None
        if running is not None:
            running.close()
