"""What a link of One step shows: the picture and the parabola of its first step, the numbers of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab.export.about import about
from lab.export.numbers import Numbers
from lab.export.taken import Taken
from lab.one_step import figures
from lab.one_step.compute import OneStepResult, compute
from lab.one_step.filled import axes_at, filled
from lab.one_step.frames import frames
from lab.params import OneStepConfig
from synthetic.walk import NUMBERS


def taken(config: OneStepConfig, run: str | None, progress: Callable[[float], None]) -> Taken:
    """The page as it opens."""
    result = compute(config)
    moving, name = frames(result), f"step_{config.function}"
    parabola, ends = filled(figures.parabola(result), moving, 0), axes_at(moving, 0)
    parabola.update_layout(xaxis_range=ends["gamma"], yaxis_range=ends["distance"])
    drawn = {"picture": filled(figures.picture(result), moving, 0), "parabola": parabola}
    return Taken(name, drawn, Numbers(name, about(config), _columns(result)))


def _columns(result: OneStepResult) -> dict[str, list[Any]]:
    """A row for each step of each method; of points both coordinates."""
    columns: dict[str, list[Any]] = {"method": [], "step": [], "decided": []}
    for way in result.ways:
        columns["method"] += [way.plan.name] * way.steps
        columns["step"] += range(way.steps)
        columns["decided"] += way.decided
        for name in NUMBERS:
            values = getattr(way, name)
            sides = {name: values} if values.ndim == 1 else {f"{name}_{k + 1}": values[:, k] for k in (0, 1)}
            for column, numbers in sides.items():
                columns.setdefault(column, []).extend(numbers.tolist())
    return columns
