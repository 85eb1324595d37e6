"""The statements by which the store reads: each function takes an open connection."""

from __future__ import annotations

import json
import sqlite3
import traceback
import zlib
from dataclasses import dataclass
from typing import Any

from runs.backend import Mark, Status
from runs.store.checkpoint import Checkpoint
from runs.store.chunks import DamagedError, unpack
from runs.store.history import Array


@dataclass(frozen=True)
class StoredRun:
    """A run as it is on disk, its points apart."""

    run: str
    owner: str
    created: float
    config: dict[str, Any]
    status: Status
    marks: tuple[Mark, ...]
    checkpoint: Checkpoint | None


def stored_runs(db: sqlite3.Connection, where: str, values: tuple[Any, ...]) -> list[StoredRun]:
    """Every run that fits a condition in SQL."""
    rows = db.execute(
        "SELECT run, owner, created, config, state, message, total, generation, checkpoint_step,"
        f" checkpoint_file FROM runs WHERE {where}",
        values,
    ).fetchall()
    return [_stored_run(db, *row) for row in rows]


def _stored_run(
    db: sqlite3.Connection,
    run: str,
    owner: str,
    created: float,
    config: str,
    state: Any,
    message: str,
    total: int,
    generation: int,
    step: int | None,
    file: str | None,
) -> StoredRun:
    (recorded,) = db.execute("SELECT COALESCE(SUM(steps), 0) FROM chunks WHERE run = ?", (run,)).fetchone()
    (pictures,) = db.execute("SELECT COUNT(*) FROM pictures WHERE run = ?", (run,)).fetchone()
    status = Status(
        state, message, recorded, total, recorded=recorded, generation=generation, pictures=pictures
    )
    marks = db.execute("SELECT step, lane, name, value FROM marks WHERE run = ? ORDER BY rowid", (run,))
    checkpoint = Checkpoint(step, file) if step is not None and file is not None else None
    return StoredRun(
        run, owner, created, json.loads(config), status, tuple(Mark(*row) for row in marks), checkpoint
    )


def chunks(db: sqlite3.Connection, run: str, lanes: int) -> tuple[list[list[dict[str, Array]]], bool]:
    """The chunks of a run in order, up to the first that is missing or damaged; whether these are all."""
    rows = db.execute("SELECT start, steps, data FROM chunks WHERE run = ? ORDER BY start", (run,))
    found: list[list[dict[str, Array]]] = []
    end = 0
    for start, steps, data in rows:
        if start != end:
            return found, False
        try:
            found.append(unpack(data, lanes, steps))
        except DamagedError:
            traceback.print_exc()
            return found, False
        end += steps
    return found, True


def pictures(db: sqlite3.Connection, run: str) -> str | None:
    """The newest pictures of a run; None where there are none, or none that can be read."""
    row = db.execute("SELECT data FROM pictures WHERE run = ?", (run,)).fetchone()
    try:
        return zlib.decompress(row[0]).decode() if row else None
    except (zlib.error, ValueError, TypeError):
        traceback.print_exc()
        return None


def checkpoint_files(db: sqlite3.Connection) -> list[str]:
    """The checkpoints that runs still need."""
    return [file for (file,) in db.execute("SELECT checkpoint_file FROM runs WHERE checkpoint_file NOT NULL")]


def lane_count(db: sqlite3.Connection, run: str) -> int:
    """Number of lanes of a run."""
    (config,) = db.execute("SELECT config FROM runs WHERE run = ?", (run,)).fetchone()
    return len(json.loads(config)["lanes"])


def size(db: sqlite3.Connection) -> int:
    """Bytes in use."""
    pages, free, page = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * page)
