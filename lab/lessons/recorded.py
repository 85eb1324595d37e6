"""Finished sweeps that ship with the app, as rows: accuracy of each method at each ρ."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from neural.sweep import SweepConfig
from neural.sweep_result import RunResult
from neural.sweep_table import Row, table

FOLDER = Path(__file__).parents[2] / "assets" / "examples" / "sweeps"


@cache
def rows_of(name: str) -> tuple[Row, ...]:
    """The table of a sweep by the name of its file."""
    kept = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    found = [RunResult(**dict(zip(kept["columns"], row, strict=True))) for row in kept["results"]]
    return tuple(table(SweepConfig.from_dict(kept["sweep"]), {one.name: one for one in found}))
