"""The statements about what visitors keep: labels, sweeps they have started, deletions, handovers.

Each function takes an open connection.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runs.label import Label

TABLES = (
    """CREATE TABLE labels (
        item TEXT PRIMARY KEY, name TEXT NOT NULL, note TEXT NOT NULL, tags TEXT NOT NULL,
        pinned INTEGER NOT NULL, deleted REAL
    )""",
    """CREATE TABLE sweeps (
        sweep TEXT PRIMARY KEY, owner TEXT NOT NULL, created REAL NOT NULL,
        config TEXT NOT NULL, link TEXT NOT NULL
    )""",
    "CREATE INDEX sweeps_of_owner ON sweeps (owner, created)",
    "CREATE TABLE handovers (nonce TEXT PRIMARY KEY, spent REAL NOT NULL)",
    """CREATE TRIGGER labels_of_runs AFTER DELETE ON runs
        BEGIN DELETE FROM labels WHERE item = OLD.run; END""",
    """CREATE TRIGGER labels_of_sweeps AFTER DELETE ON sweeps
        BEGIN DELETE FROM labels WHERE item = OLD.sweep; END""",
)
OWNED = {"runs": "run", "sweeps": "sweep"}  # tables of what belongs to somebody, and their keys


@dataclass(frozen=True)
class StoredSweep:
    """A sweep that somebody has started: what it trains, and the link that shows it."""

    sweep: str
    owner: str
    created: float
    config: dict[str, Any]
    link: str


def put(db: sqlite3.Connection, item: str, label: Label) -> None:
    """Write a label in the place of an earlier one."""
    db.execute(
        "INSERT OR REPLACE INTO labels (item, name, note, tags, pinned, deleted) VALUES (?, ?, ?, ?, ?, ?)",
        (item, label.name, label.note, json.dumps(label.tags), label.pinned, label.deleted),
    )


def of_owner(db: sqlite3.Connection, owner: str) -> dict[str, Label]:
    """The labels of all that belongs to an owner."""
    found: dict[str, Label] = {}
    for table, key in OWNED.items():
        for row in db.execute(
            "SELECT item, name, note, tags, pinned, deleted FROM labels"
            f" JOIN {table} ON item = {key} WHERE owner = ?",
            (owner,),
        ):
            found |= _read(row)
    return found


def deleted(db: sqlite3.Connection, before: float) -> list[str]:
    """What was deleted before this time."""
    return [item for (item,) in db.execute("SELECT item FROM labels WHERE deleted < ?", (before,))]


def remove(db: sqlite3.Connection, item: str) -> None:
    """Forget a run or a sweep, and all that belongs to it."""
    for table, key in OWNED.items():
        db.execute(f"DELETE FROM {table} WHERE {key} = ?", (item,))
    db.execute("DELETE FROM labels WHERE item = ?", (item,))


def add_sweep(
    db: sqlite3.Connection, sweep: str, owner: str, created: float, config: dict[str, Any], link: str
) -> None:
    """Note who has started a sweep, in the place of an earlier start."""
    db.execute(
        "INSERT INTO sweeps (sweep, owner, created, config, link) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (sweep) DO UPDATE SET created = excluded.created, link = excluded.link",
        (sweep, owner, created, json.dumps(config), link),
    )


def sweeps(db: sqlite3.Connection, owner: str, limit: int) -> list[StoredSweep]:
    """The last sweeps of an owner, newest first."""
    rows = db.execute(
        "SELECT sweep, owner, created, config, link FROM sweeps WHERE owner = ?"
        " ORDER BY created DESC LIMIT ?",
        (owner, limit),
    )
    return [
        StoredSweep(sweep, whose, created, json.loads(config), link)
        for sweep, whose, created, config, link in rows
    ]


def hand_over(db: sqlite3.Connection, nonce: str, owner: str, new: str, before: float, now: float) -> None:
    """Give an owner's runs and sweeps that began before some time to another one; the nonce is spent."""
    db.execute("INSERT OR IGNORE INTO handovers (nonce, spent) VALUES (?, ?)", (nonce, now))
    for table in OWNED:
        db.execute(
            f"UPDATE {table} SET owner = ? WHERE owner = ? AND created <= ?",
            (new, owner, before),
        )


def is_spent(db: sqlite3.Connection, nonce: str) -> bool:
    """Whether a handover was taken already."""
    return db.execute("SELECT 1 FROM handovers WHERE nonce = ?", (nonce,)).fetchone() is not None


def owner_of_sweep(db: sqlite3.Connection, sweep: str) -> str | None:
    """Who has started a sweep; None for one that is not known."""
    row: Sequence[str] | None = db.execute("SELECT owner FROM sweeps WHERE sweep = ?", (sweep,)).fetchone()
    return row[0] if row else None


def _read(row: Sequence[Any]) -> dict[str, Label]:
    """A label by its item; none where the row is damaged."""
    item, name, note, tags, pinned, when = row
    try:
        return {str(item): Label(name, note, tuple(json.loads(tags)), bool(pinned), when)}
    except (ValueError, TypeError, AttributeError):
        return {}
