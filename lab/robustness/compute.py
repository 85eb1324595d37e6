"""What the Robustness page shows, found out once: a sweep, its results so far, and its table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Protocol

from lab.params import RobustnessConfig
from lab.robustness.shipped import shipped
from lab.robustness.sweep import sweep_of
from neural.catalog import NETWORKS
from neural.methods import METHODS
from neural.sweep import SweepConfig, SweepMethod, points
from neural.sweep_result import RunResult
from neural.sweep_runs import configs_of
from neural.sweep_size import Size, size_of
from neural.sweep_table import Measure, Row, table
from runs.sweep_state import Progress

FAMILIES = ("SAM", "USAM")


class Engine(Protocol):
    """What the page asks the run engine for (`runs.sweeps()`)."""

    def progress(self, sweep: SweepConfig) -> Progress:
        """Where a sweep stands."""

    def results(self, sweep: SweepConfig) -> Mapping[str, RunResult]:
        """What is known of its runs."""

    @property
    def workers(self) -> int:
        """How many runs train side by side."""


@dataclass(frozen=True)
class RobustnessResult:
    """The page's state at one moment.

    Attributes
    ----------
    config : RobustnessConfig
    sweep : SweepConfig
    results : mapping of str to RunResult
        By the name of the run, as far as they are done.
    shipped : bool
        Whether they ship with the app.
    progress : Progress
    workers : int
        How many runs train side by side.
    rows : tuple of dict
        See `neural.sweep_table.table`.
    """

    config: RobustnessConfig
    sweep: SweepConfig
    results: Mapping[str, RunResult]
    shipped: bool
    progress: Progress
    workers: int
    rows: tuple[Row, ...]

    @cached_property
    def name(self) -> str:
        """Eight hexadecimal digits that stand for the sweep, in names of files and charts."""
        return sha256(json.dumps(self.sweep.to_dict()).encode()).hexdigest()[:8]

    @cached_property
    def size(self) -> Size:
        """Of the whole sweep."""
        return size_of(configs_of(self.sweep).values(), self.workers, self.results.values())

    @cached_property
    def left(self) -> Size:
        """Of what has no result yet."""
        missing = [one for name, one in configs_of(self.sweep).items() if name not in self.results]
        return size_of(missing, self.workers, self.results.values())

    @property
    def paced(self) -> bool:
        """Whether it is known how fast the runs go: a CPU was measured, another device by its first run."""
        return self.config.device == "cpu" or bool(self.results)

    @property
    def complete(self) -> bool:
        """Whether every run has a result."""
        return self.progress.done == self.progress.runs

    @property
    def axis(self) -> str:
        """The parameter that varies."""
        return self.sweep.grid[0][0]

    @property
    def places(self) -> tuple[float, ...]:
        """Its values."""
        return tuple(float(value) for value in self.sweep.grid[0][1])

    @property
    def place(self) -> float:
        """The value at which costs are compared: the nearest to the chosen one."""
        return min(self.places, key=lambda value: abs(value - float(self.config.place)))

    @property
    def measure(self) -> Measure:
        """The evaluation that is shown."""
        return measure_of(self.config, self.sweep)

    @property
    def both(self) -> bool:
        """Whether the evaluation with recomputed statistics is shown beside it."""
        return self.config.measure == "both" and self.batch_norm

    @property
    def batch_norm(self) -> bool:
        """Whether the network has BatchNorm."""
        return has_batch_norm(self.sweep)

    @property
    def tuned(self) -> bool:
        """Whether a rate of any method is tuned."""
        return any(map(is_tuned, self.sweep.methods))

    @cached_property
    def by_method(self) -> dict[SweepMethod, list[Row]]:
        """The rows of each method, in the order of the places."""
        count = len(points(self.sweep.grid))
        return {
            method: list(self.rows[index * count : (index + 1) * count])
            for index, method in enumerate(self.sweep.methods)
        }

    def family(self, name: str) -> list[SweepMethod]:
        """The methods of a family, SAM or USAM."""
        return [method for method in self.sweep.methods if family_of(method) == name]


def compute(config: RobustnessConfig, engine: Engine) -> RobustnessResult:
    """Find out all that the page shows; the engine is not asked for what ships with the app.

    Raises
    ------
    ValueError
        Where the controls make no sweep; it says what to choose.
    """
    sweep = sweep_of(config)
    results = shipped().get(sweep)
    if results is not None:
        progress = Progress(len(results), len(results), {}, {}, going=False, seconds_left=None)
    else:
        progress = engine.progress(sweep)
    found = engine.results(sweep) if results is None else results
    rows = tuple(table(sweep, found, measure=measure_of(config, sweep)))
    return RobustnessResult(config, sweep, found, results is not None, progress, engine.workers, rows)


def has_batch_norm(sweep: SweepConfig) -> bool:
    """Whether the sweep's network has BatchNorm."""
    return NETWORKS[str(dict(sweep.fixed)["network"])].batch_norm


def measure_of(config: RobustnessConfig, sweep: SweepConfig) -> Measure:
    """The chosen evaluation; without BatchNorm there is one only."""
    recomputed = config.measure == "recomputed" and has_batch_norm(sweep)
    return "recomputed" if recomputed else "test_accuracy"


def family_of(method: SweepMethod) -> str:
    """USAM where λ is 0, SAM otherwise."""
    return "USAM" if ("lambd", 0.0) in METHODS[method.method].fixed else "SAM"


def is_tuned(method: SweepMethod) -> bool:
    """Whether there is more than one rate to choose from."""
    return any(len(many) > 1 for _, many in method.tuned)


def is_adaptive(method: SweepMethod) -> bool:
    """Whether γ is the Polyak ratio under a cap."""
    return METHODS[method.method].adaptive
