"""The one engine of this process, made at first use; routes and script share it."""

from __future__ import annotations

import threading

from lab.runs import home
from lab.runs.backend import Backend
from lab.runs.local import LocalBackend

_lock = threading.Lock()
_engine: Backend | None = None


def engine() -> Backend:
    """The engine, started if it is not running."""
    global _engine
    with _lock:
        if _engine is None:
            _engine = LocalBackend(folder=home.folder())
        return _engine


def shutdown() -> None:
    """End the engine and its workers; the next `engine()` starts a new one."""
    global _engine
    with _lock:
        running, _engine = _engine, None
    if running is not None:
        running.close()
