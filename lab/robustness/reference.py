"""The digits sweep held against an independent measurement of the same recipe."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lab.robustness.shipped import file_of, read
from neural.methods import METHODS
from neural.sweep_table import Row, table

FILE = Path(__file__).parents[2] / "assets" / "examples" / "digits_reference.json"


@dataclass(frozen=True)
class Pair:
    """A mean of ours beside that of the reference; all in points of accuracy.

    Attributes
    ----------
    key, label, rho : the method and its radius.
    ours, ours_std, theirs, theirs_std : means and standard deviations over three seeds.
    """

    key: str
    label: str
    rho: float
    ours: float
    ours_std: float
    theirs: float
    theirs_std: float

    @property
    def within(self) -> bool:
        """Whether ours lies within their mean ± one standard deviation, as both are rounded."""
        return round(abs(self.ours - self.theirs), 1) <= self.theirs_std

    @property
    def apart(self) -> bool:
        """Whether the means differ by more than two standard errors of the difference."""
        return abs(self.ours - self.theirs) > 2 * math.hypot(self.ours_std, self.theirs_std) / math.sqrt(3)


@cache
def pairs(key: str) -> tuple[Pair, ...]:
    """All pairs of the finished sweep "digits", or "digits_noise", row by row."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    rows = {(row["method"], row["rho"]): row for row in rows_of(key)}
    lines: dict[float, Any] = {0.05: kept["noise"]}
    if key == "digits":
        lines = {float(rho): line for rho, line in kept["rows"].items()}
    return tuple(
        _pair(rows[method, rho], rho, *cell)
        for rho, line in lines.items()
        for method, cell in zip(kept["columns"], line, strict=True)
    )


@cache
def rows_of(key: str) -> tuple[Row, ...]:
    """The table of a finished sweep."""
    return tuple(table(*read(file_of(key).read_text(encoding="utf-8"))))


def _pair(row: Row, rho: float, mean: float, std: float) -> Pair:
    ours, spread = (round(100 * row[name], 1) for name in ("test_accuracy", "test_accuracy_std"))
    return Pair(row["method"], METHODS[row["method"]].label, rho, ours, spread, mean, std)
