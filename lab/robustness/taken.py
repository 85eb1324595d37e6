"""What a link of the Robustness page shows, of a sweep that ships with the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lab.export.about import about
from lab.export.numbers import Numbers
from lab.export.taken import Taken
from lab.params import RobustnessConfig
from lab.robustness import figures
from lab.robustness.compute import FAMILIES, RobustnessResult, compute, is_adaptive
from lab.robustness.sweep import unfit
from neural.sweep import SweepConfig
from neural.sweep_result import RunResult
from neural.sweep_runs import configs_of
from neural.sweep_table import run_rows
from runs.sweep_state import Progress

NOT_SHIPPED = (
    "The sweep of this link does not ship with the app: its page gives it as a JSON file, "
    "and python -m neural sweep FILE --out DIR trains it."
)


class Untrained:
    """In the place of an engine: of what does not ship with the app nothing is known."""

    workers = 1

    def progress(self, sweep: SweepConfig) -> Progress:
        """Nothing is done."""
        return Progress(len(configs_of(sweep)), 0, {}, {}, going=False, seconds_left=None)

    def results(self, sweep: SweepConfig) -> Mapping[str, RunResult]:
        """None."""
        return {}


def taken(config: RobustnessConfig, run: str | None, progress: Callable[[float], None]) -> Taken:
    """The charts, and every run; ValueError for a sweep that is none, or does not ship with the app."""
    if text := unfit(config):
        raise ValueError(text)
    result = compute(config, Untrained())
    if not result.shipped:
        raise ValueError(NOT_SHIPPED)
    drawn = {
        f"accuracy-{family}": figures.accuracy(result, family) for family in FAMILIES if result.family(family)
    }
    if result.tuned:
        drawn["cost"] = figures.cost(result)
    if any(map(is_adaptive, result.sweep.methods)):
        drawn["decided"] = figures.decided(result)
    return Taken(f"sweep-{result.name}", drawn, _numbers(result))


def _numbers(result: RobustnessResult) -> Numbers:
    """A row for every run and each of its places in the sweep."""
    rows = run_rows(result.sweep, result.results)
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name) for row in rows] for name in names}
    return Numbers(f"sweep-{result.name}", about(result.config), columns)
