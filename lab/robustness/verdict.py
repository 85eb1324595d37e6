"""Who wins where, and what collapses where: from the table of a sweep, by rules that are the same for all."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lab.robustness.compute import RobustnessResult, is_adaptive
from neural.sweep import SweepMethod
from neural.sweep_table import Row

COLLAPSED = 2 / 3  # of a method's own best accuracy on the grid


@dataclass(frozen=True)
class Comparison:
    """An adaptive method beside the best baseline of its family at one place.

    Attributes
    ----------
    place : float
    baseline : str
        The label of the best one.
    gap : float
        Accuracy of the adaptive method minus that of the baseline.
    outcome : {"ahead", "behind", "level"}
        "level" where the gap is not above twice the standard error of the difference of the means.
    """

    place: float
    baseline: str
    gap: float
    outcome: Literal["ahead", "behind", "level"]


def comparisons(result: RobustnessResult, method: SweepMethod, family: str) -> list[Comparison]:
    """At every place where all runs of the family are done."""
    found = []
    rivals = [one for one in result.family(family) if not is_adaptive(one)]
    for index, place in enumerate(result.places):
        own = result.by_method[method][index]
        others = [result.by_method[one][index] for one in rivals]
        if others and all(row["done"] == row["runs"] for row in (own, *others)):
            best = max(others, key=_accuracy(result))
            found.append(_compared(result, place, own, best))
    return found


def collapsed(result: RobustnessResult, method: SweepMethod) -> dict[float, float]:
    """Accuracy where the method has less than two thirds of its own best, by place; of its complete rows."""
    rows = [row for row in result.by_method[method] if row["done"] == row["runs"]]
    known = {row[result.axis]: row[result.measure] or 0.0 for row in rows}
    best = max(known.values(), default=0.0)
    return {place: mean for place, mean in known.items() if mean < COLLAPSED * best}


def best_rows(result: RobustnessResult) -> tuple[Row, Row] | None:
    """The best of the adaptive methods and of the baselines on the whole grid; None without either."""
    ours = [row for method, rows in result.by_method.items() if is_adaptive(method) for row in rows]
    others = [row for method, rows in result.by_method.items() if not is_adaptive(method) for row in rows]
    if not ours or not others:
        return None
    return max(ours, key=_accuracy(result)), max(others, key=_accuracy(result))


def mostly(result: RobustnessResult, method: SweepMethod, what: str) -> list[float]:
    """Places at which more than half of all steps were capped, or clamped."""
    return [row[result.axis] for row in result.by_method[method] if (row[what] or 0.0) > 0.5]


def _accuracy(result: RobustnessResult) -> Callable[[Row], float]:
    return lambda row: row[result.measure] or 0.0


def _compared(result: RobustnessResult, place: float, own: Row, best: Row) -> Comparison:
    gap = (own[result.measure] or 0.0) - (best[result.measure] or 0.0)
    variances = [((row[f"{result.measure}_std"] or 0.0) ** 2) / max(1, row["seeds"]) for row in (own, best)]
    level = abs(gap) <= 2 * math.sqrt(sum(variances))
    return Comparison(place, best["label"], gap, "level" if level else "ahead" if gap > 0 else "behind")
