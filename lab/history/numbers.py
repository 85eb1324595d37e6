"""The curves of the chart as a file."""

from __future__ import annotations

from typing import Any

from lab.export.about import about
from lab.export.numbers import Numbers
from lab.history.compute import Overlay


def numbers(overlay: Overlay) -> Numbers:
    """A long table: the name of each curve, where it comes from, x and y as drawn."""
    config = overlay.config
    columns: dict[str, list[Any]] = {"curve": [], "from": [], config.x: [], config.y: []}
    for curve in overlay.curves:
        columns["curve"] += [curve.label] * len(curve.x)
        columns["from"] += [curve.key] * len(curve.x)
        columns[config.x] += curve.x.tolist()
        columns[config.y] += curve.y.tolist()
    return Numbers(file_name(overlay), about(config), columns)


def file_name(overlay: Overlay) -> str:
    """Measure and axis."""
    return f"history_{overlay.config.y}_over_{overlay.config.x}"
