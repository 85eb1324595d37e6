"""The one engine of this process, made at first use; routes and script share it."""

from __future__ import annotations

import os
import threading

from runs.backend import Backend
from runs.fleets.local import LocalBackend
from runs.store import home

_lock = threading.Lock()
_engine: Backend | None = None


def engine() -> Backend:
    """The engine, started if it is not running: on a Dask cluster where SAM_SPS_SCHEDULER names one."""
    global _engine
    with _lock:
        if _engine is None:
            _engine = _made()
        return _engine


def _made() -> Backend:
    if scheduler := os.environ.get("SAM_SPS_SCHEDULER"):
        from runs.fleets.dask import DaskBackend  # distributed is loaded only where it is wanted

        return DaskBackend(scheduler, home.folder())
    return LocalBackend(folder=home.folder())


def shutdown() -> None:
    """End the engine and its workers; the next `engine()` starts a new one."""
    global _engine
    with _lock:
        running, _engine = _engine, None
    if running is not None:
        running.close()
