"""What an offset of the pixels does to the curvature, as measured by `benchmarks/conditioning.py`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parents[2] / "assets" / "conditioning.json"


def measured(dataset: str, network: str, offset: float) -> tuple[float, float] | None:
    """The condition numbers without the offset and with it; None where they were not measured."""
    row = _table().get(dataset, {}).get(network, {})
    now = row.get(f"{offset:g}")
    return None if now is None else (row["0"], now)


@cache
def _table() -> dict[str, dict[str, dict[str, float]]]:
    return json.loads(TABLE.read_text())
