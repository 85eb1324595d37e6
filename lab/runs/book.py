"""The app's record of its runs: what each was started with, where it stands, what it has measured.

Any thread may read; the supervisor writes. Listeners are called after the lock is given back.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from lab.runs.backend import Status
from lab.runs.record import Columns, History
from neural.config import TrainConfig

MAX_KEPT = 50


@dataclass
class Entry:
    """One run."""

    config: TrainConfig
    history: History
    status: Status = field(default_factory=Status)
    listeners: set[Callable[[], object]] = field(default_factory=set)


class Book:
    """All runs of this app, by id; the oldest that are over are forgotten beyond `MAX_KEPT`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, Entry] = OrderedDict()

    def add(self, config: TrainConfig) -> str:
        """Note a new run under an unguessable id."""
        run = secrets.token_urlsafe(9)
        with self._lock:
            self._entries[run] = Entry(config, History(len(config.lanes)))
            over = [known for known, entry in self._entries.items() if entry.status.over]
            for known in over[: max(0, len(self._entries) - MAX_KEPT)]:
                del self._entries[known]
        return run

    def status(self, run: str) -> Status | None:
        """Where the run stands, None if it is not known."""
        entry = self._entries.get(run)
        return entry.status if entry else None

    def config(self, run: str) -> TrainConfig | None:
        """What the run was started with, None if it is not known."""
        entry = self._entries.get(run)
        return entry.config if entry else None

    def points(self, run: str, since: int, limit: int) -> tuple[int, list[Columns]] | None:
        """Recorded steps from `since` on, None if the run is not known."""
        with self._lock:
            entry = self._entries.get(run)
            return entry.history.since(since, limit) if entry else None

    def extend(self, run: str, lanes: list[Columns], step: int, rate: float) -> None:
        """Append measurements."""
        with self._lock:
            entry = self._entries[run]
            entry.history.extend(lanes)
        self.update(run, step=step, rate=rate, recorded=len(entry.history))

    def update(self, run: str, **changes: Any) -> None:
        """Change the status and tell whoever watches."""
        with self._lock:
            entry = self._entries[run]
            entry.status = replace(entry.status, **changes)
            listeners = tuple(entry.listeners)
        for changed in listeners:
            changed()

    def subscribe(self, run: str, changed: Callable[[], object]) -> Callable[[], None]:
        """Call `changed` at every news of the run; returns how to leave."""
        with self._lock:
            entry = self._entries.get(run)
            if entry is not None:
                entry.listeners.add(changed)

        def leave() -> None:
            with self._lock:
                if entry is not None:
                    entry.listeners.discard(changed)

        return leave
