"""The statements by which the store writes: each function takes an open connection."""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from runs import log
from runs.backend import OVER, Mark, Status
from runs.moments import kept as kept_moments
from runs.store.checkpoint import Checkpoint
from runs.store.chunks import DamagedError, joined, pack, unpack
from runs.store.history import Block
from runs.store.origin import machine, versions
from runs.store.reads import lane_count, size


def execute(db: sqlite3.Connection, batch: Iterable[tuple[Any, ...]]) -> None:
    """Execute writes, each a function and its arguments, as one transaction."""
    with db:
        db.execute("BEGIN IMMEDIATE")
        for write, *content in batch:
            write(db, *content)


def numbers(write: tuple[Any, ...]) -> int:
    """How many numbers a write holds: what points take in memory."""
    if write[0] is not points:
        return 0
    return sum(len(values) for lane in write[3] for values in lane.values())


def add(
    db: sqlite3.Connection, run: str, owner: str, created: float, config: dict[str, Any], status: Status
) -> None:
    """Insert a run."""
    values = (
        run,
        owner,
        created,
        json.dumps(config),
        config["seed"],
        config["device"],
        machine(),
        versions(),
    )
    db.execute(
        "INSERT INTO runs (run, owner, created, config, seed, device, machine, versions,"
        " state, message, total, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*values, status.state, status.message, status.total, time.time()),
    )


def update(db: sqlite3.Connection, run: str, status: Status) -> None:
    """Write where a run stands."""
    db.execute(
        "UPDATE runs SET state = ?, message = ?, total = ?, generation = ?, changed = ? WHERE run = ?",
        (status.state, status.message, status.total, status.generation, time.time(), run),
    )


def points(db: sqlite3.Connection, run: str, start: int, lanes: Sequence[Block]) -> None:
    """Insert a chunk of steps; nothing for a run that was pruned meanwhile, which has no row any more."""
    db.execute(
        "INSERT INTO chunks (run, start, steps, data) SELECT run, ?, ?, ? FROM runs WHERE run = ?",
        (start, len(lanes[0]["step"]), pack(lanes), run),
    )


def marks(db: sqlite3.Connection, run: str, marks: Sequence[Mark]) -> None:
    """Insert changes."""
    db.executemany(
        "INSERT INTO marks (run, step, lane, name, value) SELECT run, ?, ?, ?, ? FROM runs WHERE run = ?",
        [(mark.step, mark.lane, mark.name, mark.value, run) for mark in marks],
    )


def pictures(db: sqlite3.Connection, run: str, data: str) -> None:
    """Write the newest pictures."""
    db.execute(
        "INSERT OR REPLACE INTO pictures (run, data) SELECT run, ? FROM runs WHERE run = ?",
        (zlib.compress(data.encode()), run),
    )


def moment(db: sqlite3.Connection, run: str, step: int, data: bytes, most: int) -> None:
    """Keep the weights of a step, and of the earlier ones those that `runs.moments` keeps."""
    db.execute(
        "INSERT OR REPLACE INTO moments (run, step, data) SELECT run, ?, ? FROM runs WHERE run = ?",
        (step, data, run),
    )
    steps = {found for (found,) in db.execute("SELECT step FROM moments WHERE run = ?", (run,))}
    gone = steps - kept_moments(steps, most) if steps else set()
    db.executemany("DELETE FROM moments WHERE run = ? AND step = ?", [(run, one) for one in gone])


def cut(db: sqlite3.Connection, run: str, step: int, kept: Sequence[Mark], status: Status) -> None:
    """Remove points and weights after `step`, replace the marks, forget a checkpoint of a later step."""
    across = db.execute(
        "SELECT start, steps, data FROM chunks WHERE run = ? AND start < ? AND start + steps > ?",
        (run, step, step),
    ).fetchall()
    db.execute("DELETE FROM chunks WHERE run = ? AND start + steps > ?", (run, step))
    for start, steps, data in across:
        try:
            lanes = unpack(data, lane_count(db, run), steps)
        except DamagedError:  # its points are lost already; the writer goes on
            log.note("error", "error", where="store", run=run)
            continue
        points(db, run, start, [{n: v[: step - start] for n, v in lane.items()} for lane in lanes])
    db.execute("DELETE FROM moments WHERE run = ? AND step > ?", (run, step))
    db.execute("DELETE FROM marks WHERE run = ?", (run,))
    marks(db, run, kept)
    db.execute(
        "UPDATE runs SET checkpoint_step = NULL, checkpoint_file = NULL"
        " WHERE run = ? AND checkpoint_step > ?",
        (run, step),
    )
    update(db, run, status)


def checkpoint(db: sqlite3.Connection, run: str, found: Checkpoint | None) -> None:
    """Write the newest checkpoint, or that there is none."""
    db.execute(
        "UPDATE runs SET checkpoint_step = ?, checkpoint_file = ? WHERE run = ?",
        (found.step if found else None, found.file if found else None, run),
    )


REPLACING = (update, pictures, checkpoint)
"""Writes after which an earlier one of the same kind and run is superfluous."""


OPTIONAL = (moment,)
"""Writes that do not wait while the disk is away: they are large, and nothing else needs them."""


def merged(batch: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The same writes, each a function and its arguments, with adjoining points of a run as one chunk."""
    waiting: dict[str, list[tuple[int, Sequence[Block]]]] = {}

    def flush(run: str) -> Iterator[tuple[Any, ...]]:
        if parts := waiting.pop(run, []):
            yield points, run, parts[0][0], joined([lanes for _, lanes in parts])

    for write, run, *content in batch:
        if write is points:
            waiting.setdefault(run, []).append((content[0], content[1]))
            continue
        yield from flush(run)
        yield write, run, *content
    for run in tuple(waiting):
        yield from flush(run)


def interrupt(db: sqlite3.Connection) -> None:
    """Mark the runs that were going on when the app ended, one by one: a row may be damaged."""
    over = ", ".join(f"'{state}'" for state in (*OVER, "interrupted"))
    for (row,) in db.execute("SELECT rowid FROM runs INDEXED BY runs_of_owner").fetchall():
        try:
            db.execute(
                "UPDATE runs SET state = 'interrupted', changed = ?, message ="
                " 'The app ended while this run went on. Resume continues from ' ||"
                " CASE WHEN checkpoint_step > 0 THEN 'step ' || checkpoint_step ELSE 'the beginning' END"
                f" || '.' WHERE rowid = ? AND state NOT IN ({over})",
                (time.time(), row),
            )
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            log.note("error", "error", where="store", row=row)


def prune(db: sqlite3.Connection, most: float) -> int:
    """Remove the oldest runs that are over until the rest fits; returns how many were removed."""
    removed = 0
    over = ", ".join(f"'{state}'" for state in OVER)
    while size(db) > most:
        oldest = db.execute(
            f"SELECT run FROM runs WHERE state IN ({over}) ORDER BY created LIMIT 1"
        ).fetchone()
        if oldest is None:
            break
        db.execute("DELETE FROM runs WHERE run = ?", oldest)
        removed += 1
    if removed:
        db.execute("PRAGMA incremental_vacuum").fetchall()
    return removed
