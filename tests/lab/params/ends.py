"""Every row of a page at both its ends: to hold the table against what the page can compute."""

from __future__ import annotations

import math
import sys
from typing import TypeVar

from lab.params import Config, Param, Value

C = TypeVar("C", bound=Config)


def ends(row: Param) -> list[Value]:
    """The lowest and highest value of a row; every choice; of a set none, each, all; no run, and one."""
    if row.kind == "bool":
        return [False, True]
    if row.kind == "choice":
        return list(row.choices or {})
    if row.kind == "set":
        keys = tuple(row.choices or {})
        return [(), *((key,) for key in keys), keys[: int(row.high)]]
    if row.kind == "id":
        return ["", "a-run_8c"]
    if row.kind == "digest":
        return [row.default]
    if row.kind == "numbers":
        return [(), (row.low,), (row.high,)]
    largest = [sys.float_info.max, math.inf] if row.high == math.inf else [row.high]
    return [row.check(end) for end in (row.low, *largest)]


def at_both_ends(base: C) -> dict[str, C]:
    """Configurations that differ from `base` in one row each, which stands at one of its ends.

    By a name that says which, to be the id of a test. A row of a nested part is moved like any other.
    """
    found = {}
    for key, row in base.rows().items():
        for end in ends(row):
            found[f"{key}={row.format(end)}"] = type(base).from_values(base.values() | {key: end})
    return found
