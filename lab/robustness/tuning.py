"""What tuning buys: accuracy of the best of k rates; what is lost where it is done once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

from lab.robustness.compute import RobustnessResult, is_tuned
from neural.sweep import SweepMethod, Values
from neural.sweep_result import RunResult
from neural.sweep_runs import runs_of
from neural.sweep_table import table


@dataclass(frozen=True)
class Tuning:
    """What k trainings of a method lead to, k = 1, 2, ...

    Attributes
    ----------
    costs : tuple of float
        Gradient evaluations of k trainings.
    accuracies : tuple of float
        Of the best of k rates, the mean over all choices of k rates from the grid.
    """

    costs: tuple[float, ...]
    accuracies: tuple[float, ...]


def tuning(result: RobustnessResult, method: SweepMethod) -> Tuning | None:
    """The method's curve at the result's place; None while a run of it is missing."""
    found: dict[Values, list[RunResult]] = {}
    for run in runs_of(result.sweep):
        if run.method == method and float(run.point[0][1]) == result.place:
            if (one := result.results.get(run.name)) is None:
                return None
            found.setdefault(run.tuned, []).append(one)
    means = [fmean(getattr(one, result.measure) or 0.0 for one in many) for many in found.values()]
    cost = fmean(one.grad_evals for many in found.values() for one in many)
    counts = range(1, len(means) + 1)
    return Tuning(tuple(count * cost for count in counts), tuple(_best_of(means, count) for count in counts))


def lost_by_tuning_once(result: RobustnessResult) -> dict[SweepMethod, float]:
    """The most accuracy that each tuned method loses at any place if its choice at the first one is kept."""
    once = table(result.sweep, result.results, measure=result.measure, tune_once=True)
    lost: dict[SweepMethod, float] = {}
    for index, (method, rows) in enumerate(result.by_method.items()):
        kept = once[index * len(rows) : (index + 1) * len(rows)]
        if is_tuned(method):
            pairs = zip(rows, kept, strict=True)
            lost[method] = max(own[result.measure] - fixed[result.measure] for own, fixed in pairs)
    return lost


def _best_of(means: list[float], count: int) -> float:
    """Expectation of the largest of `count` different ones."""
    return fmean(max(chosen) for chosen in combinations(means, count))
