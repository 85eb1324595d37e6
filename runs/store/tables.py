"""The statements behind the store: each function takes an open connection."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import time
import tomllib
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from runs.backend import OVER, Mark, Status
from runs.store.checkpoint import Checkpoint
from runs.store.history import Array, Block, joined, pack, unpack

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@cache
def versions() -> str:
    """What computes here, as JSON: our version, Python's, and those of the packages that matter."""
    found = {"sam-sps-lab": tomllib.loads(PROJECT.read_text())["project"]["version"]}
    found["python"] = platform.python_version()
    for package in ("torch", "numpy", "scikit-learn", "distributed"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return json.dumps(found)


@cache
def machine() -> str:
    """This machine in a line."""
    return f"{platform.platform()}, {os.cpu_count()} cores"


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
    """Insert a chunk of steps. A run that was pruned meanwhile has no row, and gets no chunk."""
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


def pictures_of(db: sqlite3.Connection, run: str) -> str | None:
    """The newest pictures of a run."""
    row = db.execute("SELECT data FROM pictures WHERE run = ?", (run,)).fetchone()
    return zlib.decompress(row[0]).decode() if row else None


def cut(db: sqlite3.Connection, run: str, step: int, kept: Sequence[Mark], status: Status) -> None:
    """Remove the points after `step`, replace the marks, drop a checkpoint beyond."""
    straddling = db.execute(
        "SELECT start, data FROM chunks WHERE run = ? AND start < ? AND start + steps > ?", (run, step, step)
    ).fetchall()
    db.execute("DELETE FROM chunks WHERE run = ? AND start + steps > ?", (run, step))
    for start, data in straddling:
        lanes = unpack(data, lane_count(db, run))
        points(db, run, start, [{n: v[: step - start] for n, v in lane.items()} for lane in lanes])
    db.execute("DELETE FROM marks WHERE run = ?", (run,))
    marks(db, run, kept)
    db.execute(
        "UPDATE runs SET checkpoint_step = NULL, checkpoint_file = NULL"
        " WHERE run = ? AND checkpoint_step > ?",
        (run, step),
    )
    update(db, run, status)


def checkpoint(db: sqlite3.Connection, run: str, found: Checkpoint | None, _kept: Callable[[], None]) -> None:
    """Write the newest checkpoint, or that there is none."""
    db.execute(
        "UPDATE runs SET checkpoint_step = ?, checkpoint_file = ? WHERE run = ?",
        (found.step if found else None, found.file if found else None, run),
    )


def merged(batch: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The same actions, adjoining points of a run as one chunk."""
    waiting: dict[str, list[tuple[int, Sequence[Block]]]] = {}

    def flush(run: str) -> Iterator[tuple[Any, ...]]:
        if parts := waiting.pop(run, []):
            yield points, run, parts[0][0], joined([lanes for _, lanes in parts])

    for action, run, *content in batch:
        if action is points:
            waiting.setdefault(run, []).append((content[0], content[1]))
            continue
        yield from flush(run)
        yield action, run, *content
    for run in tuple(waiting):
        yield from flush(run)


def records(db: sqlite3.Connection, where: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The fields of `runs.store.store.Record` for every run that fits."""
    rows = db.execute(
        "SELECT run, owner, created, config, state, message, total, generation, checkpoint_step,"
        f" checkpoint_file FROM runs WHERE {where}",
        values,
    ).fetchall()
    return [_record(db, *row) for row in rows]


def _record(
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
) -> tuple[Any, ...]:
    (recorded,) = db.execute("SELECT COALESCE(SUM(steps), 0) FROM chunks WHERE run = ?", (run,)).fetchone()
    (pictures,) = db.execute("SELECT COUNT(*) FROM pictures WHERE run = ?", (run,)).fetchone()
    status = Status(
        state, message, recorded, total, recorded=recorded, generation=generation, pictures=pictures
    )
    known = db.execute("SELECT step, lane, name, value FROM marks WHERE run = ? ORDER BY rowid", (run,))
    found = Checkpoint(step, file) if step is not None and file is not None else None
    return run, owner, created, json.loads(config), status, tuple(Mark(*row) for row in known), found


def load(db: sqlite3.Connection, run: str, lanes: int) -> list[list[dict[str, Array]]]:
    """The chunks of a run in order, up to the first gap."""
    rows = db.execute("SELECT start, steps, data FROM chunks WHERE run = ? ORDER BY start", (run,))
    found, end = [], 0
    for start, steps, data in rows:
        if start != end:
            break
        found.append(unpack(data, lanes))
        end += steps
    return found


def files(db: sqlite3.Connection) -> list[str]:
    """The checkpoints that runs still need."""
    return [file for (file,) in db.execute("SELECT checkpoint_file FROM runs WHERE checkpoint_file NOT NULL")]


def lane_count(db: sqlite3.Connection, run: str) -> int:
    """Number of lanes of a run."""
    (config,) = db.execute("SELECT config FROM runs WHERE run = ?", (run,)).fetchone()
    return len(json.loads(config)["lanes"])


def interrupt(db: sqlite3.Connection) -> None:
    """Mark the runs that were going on when the app ended."""
    over = ", ".join(f"'{state}'" for state in (*OVER, "interrupted"))
    db.execute(
        "UPDATE runs SET state = 'interrupted', changed = ?, message ="
        " 'The app ended while this run went on. Resume continues from ' || CASE WHEN checkpoint_step > 0"
        " THEN 'step ' || checkpoint_step ELSE 'the beginning' END || '.'"
        f" WHERE state NOT IN ({over})",
        (time.time(),),
    )


def size(db: sqlite3.Connection) -> int:
    """Bytes in use."""
    pages, free, page = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * page)


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
