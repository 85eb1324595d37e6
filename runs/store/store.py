"""The runs on disk: SQLite in WAL mode, written by one thread a few times a second.

Nothing here stops a run: when the disk is full, read-only or locked, `notice` says so and the app goes on
without history.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from runs.backend import Mark, Status
from runs.store import tables
from runs.store.checkpoint import Checkpoint
from runs.store.history import Block, History
from runs.store.schema import Newer, migrate

GATHER_SECONDS = 0.4  # what is written within this time makes one transaction
LOCKED_SECONDS = 2.0  # how long to wait for whoever holds the file


@dataclass(frozen=True)
class Record:
    """A stored run, its points apart."""

    run: str
    owner: str
    created: float
    config: dict[str, Any]
    status: Status
    marks: tuple[Mark, ...]
    checkpoint: Checkpoint | None


class Store:
    """Runs and their metrics on disk; every method may be called from any thread.

    Parameters
    ----------
    path : Path or None
        The database, made with its folder if it is not there; None keeps nothing.
    most_mb : float
        Size in 10⁶ bytes beyond which the oldest finished runs are removed.

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
        self._inbox: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
        self._db = self._open(path) if path is not None else None
        self._writer = threading.Thread(target=self._write, name="runs-store", daemon=True)
        self._writer.start()

    @property
    def off(self) -> bool:
        """Whether nothing is kept."""
        return self._db is None

    # ---- writing: noted here, done by the writer ----

    def add(self, run: str, owner: str, created: float, config: dict[str, Any], status: Status) -> None:
        """Note a new run."""
        self._inbox.put((tables.add, run, owner, created, config, status))

    def update(self, run: str, status: Status) -> None:
        """Note where a run stands."""
        self._inbox.put((tables.update, run, status))

    def points(self, run: str, start: int, lanes: Sequence[Block]) -> None:
        """Append steps from `start` on."""
        self._inbox.put((tables.points, run, start, lanes))

    def marks(self, run: str, marks: Sequence[Mark]) -> None:
        """Append changes."""
        self._inbox.put((tables.marks, run, marks))

    def pictures(self, run: str, pictures: str) -> None:
        """Have these pictures instead of the known ones."""
        self._inbox.put((tables.pictures, run, pictures))

    def cut(self, run: str, step: int, marks: Sequence[Mark], status: Status) -> None:
        """Forget the points after `step`, and have these marks instead of the known ones."""
        self._inbox.put((tables.cut, run, step, marks, status))

    def checkpoint(self, run: str, checkpoint: Checkpoint | None, kept: Callable[[], None]) -> None:
        """Note a checkpoint and call `kept` once all that came before is on disk (or nothing ever will)."""
        self._inbox.put((tables.checkpoint, run, checkpoint, kept))

    def sync(self) -> None:
        """Wait until all that was noted is written."""
        done = threading.Event()
        self._inbox.put((None, done))
        done.wait(timeout=10)

    def close(self) -> None:
        """Write what is left and let go of the file."""
        self._inbox.put((None, None))
        self._writer.join(timeout=10)
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    # ---- reading ----

    def record(self, run: str) -> Record | None:
        """A stored run, None if it is not known."""
        found = self._read(lambda db: tables.records(db, "run = ?", (run,)))
        return Record(*found[0]) if found else None

    def recent(self, owner: str, limit: int) -> list[Record]:
        """The last runs of an owner, newest first."""
        where = "owner = ? ORDER BY created DESC LIMIT ?"
        return [
            Record(*row) for row in self._read(lambda db: tables.records(db, where, (owner, limit))) or []
        ]

    def load(self, run: str, history: History) -> None:
        """Put the points of a stored run into an empty history."""
        lanes = history.lanes
        for part in self._read(lambda db: tables.load(db, run, lanes)) or []:
            history.extend(part)

    def pictures_of(self, run: str) -> str | None:
        """The last pictures of a stored run."""
        found: str | None = self._read(lambda db: tables.pictures_of(db, run))
        return found

    def files(self) -> set[str]:
        """Names of the checkpoints that runs still need."""
        return set(self._read(tables.files) or ())

    # ---- inside ----

    def _open(self, path: Path) -> sqlite3.Connection | None:
        db: sqlite3.Connection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(path, timeout=LOCKED_SECONDS, check_same_thread=False, isolation_level=None)
            prepare(db)
            tables.interrupt(db)
            return db
        except (sqlite3.Error, OSError) as error:
            if db is not None:
                db.close()
            self._give_up(error)
            return None

    def _give_up(self, error: Exception) -> None:
        self.notice = f"The history of runs is off: {in_words(error)}. Runs go on, but nothing is kept."

    def _read(self, read: Callable[[sqlite3.Connection], Any]) -> Any:
        with self._lock:
            if self._db is None:
                return None
            try:
                return read(self._db)
            except (sqlite3.Error, ValueError, KeyError):  # a damaged row is one run less, not an app less
                traceback.print_exc()
                return None

    def _write(self) -> None:
        ending = False
        while not ending:
            batch = [self._inbox.get()]
            deadline = time.monotonic() + GATHER_SECONDS
            while batch[-1][0] is not None and (left := deadline - time.monotonic()) > 0:
                try:
                    batch.append(self._inbox.get(timeout=left))
                except Empty:
                    break
            self._commit([entry for entry in batch if entry[0] is not None])
            for entry in batch:
                if entry[0] is tables.checkpoint:
                    entry[3]()
            if batch[-1][0] is None:
                done = batch[-1][1]
                ending = done is None
                if done is not None:
                    done.set()

    def _commit(self, batch: list[tuple[Any, ...]]) -> None:
        with self._lock:
            db = self._db
            if db is None or not batch:
                return
            try:
                with db:
                    db.execute("BEGIN IMMEDIATE")
                    for action, *content in tables.merged(batch):
                        action(db, *content)
                self._prune(db)
            except (sqlite3.Error, OSError) as error:
                self._give_up(error)
                self._db = None
                db.close()

    def _prune(self, db: sqlite3.Connection) -> None:
        removed = tables.prune(db, self._most)
        if removed:
            self._pruned += removed
            runs = (
                "the oldest finished run was"
                if self._pruned == 1
                else (f"the {self._pruned} oldest finished runs were")
            )
            self.notice = f"The history has reached its bound of {self._most / 1e6:g} MB: {runs} removed."


def prepare(db: sqlite3.Connection) -> None:
    """Take the file for this process, in WAL mode, and bring it to the newest schema."""
    db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # in a new file only
    db.execute("PRAGMA locking_mode = EXCLUSIVE")  # two apps would mark each other's runs as interrupted
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA foreign_keys = ON")
    migrate(db)


def in_words(error: Exception) -> str:
    """Why the history cannot be kept."""
    text = str(error)
    if isinstance(error, Newer):
        return f"its file is newer than this app ({text})"
    for sign, words in (
        ("full", "the disk is full"),
        ("No space left", "the disk is full"),
        ("locked", "another app is using its file"),
        ("readonly", "its file is read-only"),
        ("unable to open", "its file cannot be opened"),
    ):
        if sign in text:
            return words
    return f"{type(error).__name__}: {text}"
