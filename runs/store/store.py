"""The runs on disk: SQLite in WAL mode, written by one thread a few times a second.

Nothing here stops a run: when the disk is full, read-only or locked, `notice` says so and the app goes on
without history.
"""

from __future__ import annotations

import sqlite3
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from runs.backend import Mark, Status
from runs.store import database, reads, writes
from runs.store.checkpoint import Checkpoint
from runs.store.history import Block, History
from runs.store.reads import StoredRun
from runs.store.writer import Writer


class Store:
    """Runs and their metrics on disk; every method may be called from any thread.

    Parameters
    ----------
    path : Path or None
        The database, made with its folder if it is not there; None keeps nothing.
    most_mb : float
        Size in 10⁶ bytes, in (0, inf), beyond which the oldest finished runs are removed.

    Attributes
    ----------
    notice : str
        What a visitor should know; empty mostly.
    """

    def __init__(self, path: Path | None, most_mb: float = 1000.0) -> None:
        self.notice = ""
        self._most = most_mb * 1e6
        self._pruned = 0
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        if path is not None:
            try:
                self._db = database.opened(path)
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)
        self._writer = Writer(self._commit)

    @property
    def off(self) -> bool:
        """Whether nothing is kept."""
        return self._db is None

    # ---- writing: noted here, done by the writer's thread ----

    def add(self, run: str, owner: str, created: float, config: dict[str, Any], status: Status) -> None:
        """Note a new run."""
        self._writer.note(writes.add, run, owner, created, config, status)

    def update(self, run: str, status: Status) -> None:
        """Note where a run stands."""
        self._writer.note(writes.update, run, status)

    def points(self, run: str, start: int, lanes: Sequence[Block]) -> None:
        """Append steps from `start` on."""
        self._writer.note(writes.points, run, start, lanes)

    def marks(self, run: str, marks: Sequence[Mark]) -> None:
        """Append changes."""
        self._writer.note(writes.marks, run, marks)

    def pictures(self, run: str, pictures: str) -> None:
        """Have these pictures instead of the known ones."""
        self._writer.note(writes.pictures, run, pictures)

    def cut(self, run: str, step: int, marks: Sequence[Mark], status: Status) -> None:
        """Forget the points after `step`, and have these marks instead of the known ones."""
        self._writer.note(writes.cut, run, step, marks, status)

    def checkpoint(self, run: str, checkpoint: Checkpoint | None, then: Callable[[], None]) -> None:
        """Note a checkpoint; call `then` once all that came before is on disk (or nothing ever will be)."""
        self._writer.note(writes.checkpoint, run, checkpoint, then=then)

    def sync(self) -> None:
        """Wait until all that was noted is written."""
        self._writer.sync()

    def close(self) -> None:
        """Write what is still to be written and let go of the file."""
        self._writer.close()
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    # ---- reading ----

    def find(self, run: str) -> StoredRun | None:
        """A stored run, None if it is not known."""
        found = self._read(lambda db: reads.stored_runs(db, "run = ?", (run,)))
        return found[0] if found else None

    def recent(self, owner: str, limit: int) -> list[StoredRun]:
        """The last runs of an owner, newest first."""
        where = "owner = ? ORDER BY created DESC LIMIT ?"
        return self._read(lambda db: reads.stored_runs(db, where, (owner, limit))) or []

    def load(self, run: str, history: History) -> bool:
        """Put the points of a stored run into an empty history.

        Returns
        -------
        bool
            Whether these are all; False where the file is damaged, and then they are those before the damage.
        """
        parts, whole = self._read(lambda db: reads.chunks(db, run, history.lanes)) or ([], False)
        for part in parts:
            history.extend(part)
        return whole

    def pictures_of(self, run: str) -> str | None:
        """The last pictures of a stored run."""
        found: str | None = self._read(lambda db: reads.pictures(db, run))
        return found

    def checkpoint_files(self) -> set[str]:
        """Names of the checkpoints that runs still need."""
        return set(self._read(reads.checkpoint_files) or ())

    # ---- inside ----

    def _read(self, read: Callable[[sqlite3.Connection], Any]) -> Any:
        with self._lock:
            if self._db is None:
                return None
            try:
                return read(self._db)
            except (sqlite3.Error, ValueError, KeyError):  # a damaged row is one run less, not an app less
                traceback.print_exc()
                return None

    def _commit(self, batch: Sequence[tuple[Any, ...]]) -> None:
        with self._lock:
            db = self._db
            if db is None or not batch:
                return
            try:
                with db:
                    db.execute("BEGIN IMMEDIATE")
                    for write, *content in writes.merged(batch):
                        write(db, *content)
                self._prune(db)
            except Exception as error:  # whatever it is, it must not end the writer's thread
                if not isinstance(error, sqlite3.Error | OSError):  # those are said in plain words
                    traceback.print_exc()
                self._give_up(error)
                self._db = None
                db.close()

    def _give_up(self, error: Exception) -> None:
        reason = database.reason_in_words(error)
        self.notice = f"The history of runs is off: {reason}. Runs go on, but nothing is kept."

    def _prune(self, db: sqlite3.Connection) -> None:
        removed = writes.prune(db, self._most)
        if removed:
            self._pruned += removed
            runs = (
                "the oldest finished run was"
                if self._pruned == 1
                else f"the {self._pruned} oldest finished runs were"
            )
            self.notice = f"The history has reached its bound of {self._most / 1e6:g} MB: {runs} removed."
