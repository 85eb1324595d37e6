"""The database of runs: its tables, version by version.

Version v is reached from version v − 1 by the statements of ``MIGRATIONS[v - 1]``; SQLite's ``user_version``
says where a file stands. A published entry is never changed: a new version is added.
"""

from __future__ import annotations

import sqlite3

from runs.store import labels

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE runs (
            run TEXT PRIMARY KEY, owner TEXT NOT NULL, created REAL NOT NULL,
            config TEXT NOT NULL, seed INTEGER NOT NULL, device TEXT NOT NULL,
            machine TEXT NOT NULL, versions TEXT NOT NULL,
            state TEXT NOT NULL, message TEXT NOT NULL, total INTEGER NOT NULL, changed REAL NOT NULL
        )""",
        """CREATE TABLE chunks (
            run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
            start INTEGER NOT NULL, steps INTEGER NOT NULL, data BLOB NOT NULL,
            PRIMARY KEY (run, start)
        )""",
    ),
    (
        "ALTER TABLE runs ADD COLUMN generation INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE runs ADD COLUMN checkpoint_step INTEGER",
        "ALTER TABLE runs ADD COLUMN checkpoint_file TEXT",
        """CREATE TABLE marks (
            run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
            step INTEGER NOT NULL, lane INTEGER NOT NULL, name TEXT NOT NULL, value REAL NOT NULL
        )""",
        "CREATE INDEX marks_of_run ON marks (run)",
        "CREATE INDEX runs_of_owner ON runs (owner, created)",
    ),
    ("CREATE TABLE pictures (run TEXT PRIMARY KEY REFERENCES runs ON DELETE CASCADE, data BLOB NOT NULL)",),
    # A result is small, and outlives its run when that is pruned.
    (
        """CREATE TABLE sweep_runs (
            name TEXT PRIMARY KEY, config TEXT NOT NULL, run TEXT NOT NULL, result TEXT
        )""",
    ),
    # Weights at a few steps of a run: see `runs.moments`.
    (
        """CREATE TABLE moments (
            run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
            step INTEGER NOT NULL, data BLOB NOT NULL,
            PRIMARY KEY (run, step)
        )""",
    ),
    labels.TABLES,
)
VERSION = len(MIGRATIONS)


class Newer(sqlite3.DatabaseError):
    """The file was written by a newer version of this app."""


def migrate(db: sqlite3.Connection) -> None:
    """Bring a database to `VERSION`, all or nothing; raises `Newer` for one that is beyond it."""
    (found,) = db.execute("PRAGMA user_version").fetchone()
    if found > VERSION:
        raise Newer(f"its schema has version {found}, this app knows {VERSION}")
    with db:
        db.execute("BEGIN IMMEDIATE")
        for statements in MIGRATIONS[found:]:
            for statement in statements:
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION:d}")
