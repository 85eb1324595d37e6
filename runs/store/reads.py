"""The statements by which the store reads: each function takes an open connection."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zlib
from dataclasses import dataclass
from typing import Any

from runs import log
from runs.backend import Mark, Status
from runs.store.checkpoint import Checkpoint
from runs.store.chunks import DamagedError, unpack
from runs.store.history import Array


@dataclass(frozen=True)
class StoredRun:
    """A run as it is on disk, its points apart.

    Attributes
    ----------
    config : dict or None
        None where the row is damaged: then nothing else is known but `owner` and `created`.
    """

    run: str
    owner: str
    created: float
    config: dict[str, Any] | None
    status: Status
    marks: tuple[Mark, ...] = ()
    checkpoint: Checkpoint | None = None


def find(db: sqlite3.Connection, run: str) -> StoredRun | None:
    """A run by its id; None for one that is not known, or whose row is damaged."""
    row = db.execute("SELECT rowid FROM runs WHERE run = ?", (run,)).fetchone()
    return _stored_run(db, *row) if row else None


def recent(db: sqlite3.Connection, owner: str, limit: int) -> list[StoredRun]:
    """The last runs of an owner, newest first, damaged ones too: the index knows that they are there."""
    rows = db.execute(
        "SELECT rowid, created FROM runs INDEXED BY runs_of_owner WHERE owner = ?"
        " ORDER BY created DESC LIMIT ?",
        (owner, limit),
    ).fetchall()
    unknown = Status("failed")
    return [_stored_run(db, row) or StoredRun("", owner, created, None, unknown) for row, created in rows]


def _stored_run(db: sqlite3.Connection, row: int) -> StoredRun | None:
    """The run of a row; None where it is damaged."""
    try:
        run, owner, created, config, state, message, total, generation, step, file = db.execute(
            "SELECT run, owner, created, config, state, message, total, generation, checkpoint_step,"
            " checkpoint_file FROM runs WHERE rowid = ?",
            (row,),
        ).fetchone()
        known = json.loads(config)
        if not isinstance(known, dict):
            raise DamagedError(f"a stored configuration is no mapping: {config}")
    except (sqlite3.DatabaseError, ValueError, TypeError):
        log.note("error", "error", where="store", row=row)
        return None
    recorded = _of_part(db, run, "SELECT COALESCE(SUM(steps), 0) FROM chunks WHERE run = ?", [(0,)])[0][0]
    pictures = _of_part(db, run, "SELECT COUNT(*) FROM pictures WHERE run = ?", [(0,)])[0][0]
    marks = _of_part(db, run, "SELECT step, lane, name, value FROM marks WHERE run = ? ORDER BY rowid", [])
    status = Status(
        state, message, recorded, total, recorded=recorded, generation=generation, pictures=pictures
    )
    checkpoint = Checkpoint(step, file) if step is not None and file is not None else None
    return StoredRun(run, owner, created, known, status, tuple(Mark(*mark) for mark in marks), checkpoint)


def _of_part(
    db: sqlite3.Connection, run: str, query: str, otherwise: list[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """What a query says of a part of a run, or `otherwise` where that part is damaged."""
    try:
        return db.execute(query, (run,)).fetchall()
    except sqlite3.DatabaseError:
        log.note("error", "error", where="store", run=run)
        return otherwise


def chunks(db: sqlite3.Connection, run: str, lanes: int) -> tuple[list[list[dict[str, Array]]], bool]:
    """The chunks of a run in order, up to the first that is missing or damaged; whether these are all."""
    found: list[list[dict[str, Array]]] = []
    end = 0
    try:
        for start, steps, data in db.execute(
            "SELECT start, steps, data FROM chunks WHERE run = ? ORDER BY start", (run,)
        ):
            if start != end:
                return found, False
            found.append(unpack(data, lanes, steps))
            end += steps
    except (sqlite3.DatabaseError, DamagedError):
        log.note("error", "error", where="store", run=run)
        return found, False
    return found, True


def pictures(db: sqlite3.Connection, run: str) -> str | None:
    """The newest pictures of a run; None where there are none, or none that can be read."""
    try:
        row = db.execute("SELECT data FROM pictures WHERE run = ?", (run,)).fetchone()
        return zlib.decompress(row[0]).decode() if row else None
    except (sqlite3.DatabaseError, zlib.error, ValueError, TypeError):
        log.note("error", "error", where="store", run=run)
        return None


def moments(db: sqlite3.Connection, run: str) -> list[int]:
    """The steps at which the weights of a run are kept, ascending."""
    return [step for (step,) in db.execute("SELECT step FROM moments WHERE run = ? ORDER BY step", (run,))]


def moment(db: sqlite3.Connection, run: str, step: int) -> bytes | None:
    """The weights of a step, as they were packed."""
    row = db.execute("SELECT data FROM moments WHERE run = ? AND step = ?", (run, step)).fetchone()
    return bytes(row[0]) if row else None


def own_datasets(db: sqlite3.Connection) -> set[str]:
    """The data sets of visitors' in the configurations of runs; a damaged one has none."""
    found = set()
    for (config,) in db.execute("""SELECT config FROM runs WHERE config LIKE '%"dataset": "own-%'"""):
        with contextlib.suppress(ValueError, TypeError, KeyError):
            found.add(str(json.loads(config)["dataset"]))
    return found


def checkpoint_files(db: sqlite3.Connection) -> set[str]:
    """The checkpoints that runs still need."""
    return {file for (file,) in db.execute("SELECT checkpoint_file FROM runs WHERE checkpoint_file NOT NULL")}


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
