"""The database file: opened for this process alone, and brought to the newest schema."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from runs.store.schema import Newer, migrate

PASSING = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOMEM,
}
LOCKED_SECONDS = 2.0  # how long to wait while another process holds the file


def opened(path: Path) -> sqlite3.Connection:
    """Open a database, made with its folder if it is not there.

    Raises
    ------
    sqlite3.Error, OSError
        Where it cannot be had; `reason_in_words` says why.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=LOCKED_SECONDS, check_same_thread=False, isolation_level=None)
    try:
        db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # has an effect in a new file only
        db.execute("PRAGMA locking_mode = EXCLUSIVE")  # two apps would mark each other's runs as interrupted
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA foreign_keys = ON")
        migrate(db)
    except (sqlite3.Error, OSError):
        db.close()
        raise
    return db


def reason_in_words(error: Exception) -> str:
    """Why the history cannot be kept."""
    text = str(error)
    if isinstance(error, Newer):
        return f"its file is newer than this app ({text})"
    for sign, words in (
        ("full", "the disk is full"),
        ("No space left", "the disk is full"),
        ("locked", "another app is using its file"),
        ("readonly", "its file is read-only"),
        ("malformed", "its file is damaged"),
        ("not a database", "its file is damaged"),
        ("unable to open", "its file cannot be opened"),
    ):
        if sign in text:
            return words
    return f"{type(error).__name__}: {text}"


def passes(error: Exception) -> bool:
    """Whether the same write may succeed another time: the disk was in the way, not what was written."""
    return isinstance(error, OSError) or _code(error) in PASSING


def is_full(error: Exception) -> bool:
    """Whether the disk is full: what is on it can be read."""
    return _code(error) == sqlite3.SQLITE_FULL


def _code(error: Exception) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what SQLite adds to it
