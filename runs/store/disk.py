"""The database as something that may go away and come back: what is noted meanwhile waits for it."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from runs import log
from runs.store import database, writes

RETRY_SECONDS = 2.0  # after the first failure; twice as long after each other one, up to:
MAX_RETRY_SECONDS = 60.0
MOST_WAITING = 10_000_000  # numbers that wait while the disk is away; points beyond are not kept
T = TypeVar("T")


class Disk:
    """Reads from any thread; writes from one.

    Parameters
    ----------
    path : Path or None
        The database, made with its folder if it is not there; None keeps nothing.
    most : float
        Bytes beyond which the oldest finished runs are removed.

    Attributes
    ----------
    away : str
        Why nothing can be written, in words; empty while it can.
    pruned : int
        Runs that were removed to make room.
    back_since : float or None
        When it came back, in seconds since 1970; None where it never was away.
    torn : set of str
        Runs of which something could not be kept.
    """

    def __init__(self, path: Path | None, most: float) -> None:
        self.away = ""
        self.pruned = 0
        self.back_since: float | None = None
        self.torn: set[str] = set()
        self._path, self._most = path, most
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._interrupted = False  # whether runs of an earlier time are marked
        self._waiting: deque[tuple[Any, ...]] = deque()
        self._numbers = 0  # that wait
        self._patience, self._retry_at = RETRY_SECONDS, 0.0  # the latter only while it is away
        if path is not None:
            try:
                self._open(path)
            except (sqlite3.Error, OSError) as error:
                self._lose(error)

    @property
    def off(self) -> bool:
        """Whether nothing is kept now."""
        return self._path is None or bool(self.away)

    def read(self, read: Callable[[sqlite3.Connection], T]) -> T | None:
        """What a function finds in the database; None where it is away or cannot be read."""
        with self._lock:
            if self._db is None:
                return None
            try:
                return read(self._db)
            except (sqlite3.Error, ValueError, KeyError):
                log.note("error", "error", where="store")
                return None

    def write(self, batch: Sequence[tuple[Any, ...]], *, at_once: bool = False) -> float | None:
        """Write a batch after what still waits; raises nothing.

        Returns
        -------
        float or None
            Seconds after which this should be called again, even without a batch; None for never.
        """
        if self._path is None:
            return None
        for write in self._merged(batch):
            self._wait(write)
        if not (self._waiting or self.away):
            return None
        if self.away and not at_once and (left := self._retry_at - time.monotonic()) > 0:
            return left
        try:
            db = self._open(self._path)
            with self._lock:
                self._write_all(db)
                self.pruned += self._prune(db)
        except (sqlite3.Error, OSError) as error:
            self._lose(error)
            return self._patience
        if self.away:
            self.away, self.back_since, self._retry_at = "", time.time(), 0.0
            log.note("history on")
        return None

    def close(self) -> None:
        """Try a last time to write what waits, and let go of the file."""
        if self._waiting:
            self.write((), at_once=True)
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    # ---- inside: the thread that writes ----

    def _open(self, path: Path) -> sqlite3.Connection:
        """The connection, had again if need be; without the lock, since it may wait for another app."""
        if self._db is None:
            db = database.opened(path)
            try:
                if not self._interrupted:
                    writes.interrupt(db)
            except (sqlite3.Error, OSError):
                db.close()
                raise
            self._db, self._interrupted = db, True
        return self._db

    def _lose(self, error: Exception) -> None:
        self.away = database.reason_in_words(error)
        log.note("history off", "error", message=self.away)
        self._waiting = deque(write for write in self._waiting if write[0] not in writes.OPTIONAL)
        self._patience = min(2 * self._patience, MAX_RETRY_SECONDS) if self._retry_at else RETRY_SECONDS
        self._retry_at = time.monotonic() + self._patience
        with self._lock:
            if self._db is not None and not database.is_full(error):  # a full disk can be read
                self._db.close()
                self._db = None

    @staticmethod
    def _merged(batch: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The batch in fewer writes; as it is where something in it does not fit."""
        try:
            return [*writes.merged(batch)]
        except Exception:
            log.note("error", "error", where="store")
            return [*batch]

    def _wait(self, write: tuple[Any, ...]) -> None:
        """Have it wait; while the disk is away, in the place of what it makes superfluous."""
        if self.away and write[0] in writes.OPTIONAL:
            return
        if self.away and write[0] in writes.REPLACING:
            self._waiting = deque(other for other in self._waiting if other[:2] != write[:2])
        numbers = writes.numbers(write)
        if self.away and numbers and self._numbers + numbers > MOST_WAITING:
            self.torn.add(write[1])
            return
        self._numbers += numbers
        self._waiting.append(write)

    def _write_all(self, db: sqlite3.Connection) -> None:
        """Write what waits: together, or one by one where something in it cannot be written at all."""
        try:
            writes.execute(db, self._waiting)
            self._waiting.clear()
        except Exception as error:
            if database.passes(error):
                raise
        while self._waiting:
            try:
                writes.execute(db, [self._waiting[0]])
            except Exception as error:
                if database.passes(error):
                    raise
                self.torn.add(self._waiting[0][1])
                log.note("error", "error", where="store", run=self._waiting[0][1])
            self._waiting.popleft()
        self._numbers = 0

    def _prune(self, db: sqlite3.Connection) -> int:
        """Keep within the bound; how many runs were removed."""
        try:
            return writes.prune(db, self._most)
        except sqlite3.DatabaseError as error:
            if database.passes(error):
                raise
            log.note("error", "error", where="store")
            return 0
