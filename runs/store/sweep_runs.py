"""The statements about runs of sweeps, by their stable names: each function takes an open connection."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

AT_ONCE = 500  # names in one statement


@dataclass(frozen=True)
class SweepEntry:
    """A run of a sweep on disk: what it trains, its id, and its result, None until it has one."""

    name: str
    config: dict[str, Any]
    run: str
    result: dict[str, Any] | None


def put(
    db: sqlite3.Connection, run: str, name: str, config: dict[str, Any], result: dict[str, Any] | None
) -> None:
    """Note which run has a name, in the place of an earlier one, and its result."""
    db.execute(
        "INSERT OR REPLACE INTO sweep_runs (name, config, run, result) VALUES (?, ?, ?, ?)",
        (name, json.dumps(config), run, None if result is None else json.dumps(result)),
    )


def find(db: sqlite3.Connection, names: Sequence[str]) -> list[SweepEntry]:
    """Those of the names that are known."""
    found = []
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = db.execute(f"SELECT name, config, run, result FROM sweep_runs WHERE name IN ({marks})", some)
        found += [
            SweepEntry(name, json.loads(config), run, json.loads(result) if result else None)
            for name, config, run, result in rows
        ]
    return found
