"""Sweeps whose results are made up, to know what the page must say of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from lab.params import RobustnessConfig
from lab.robustness.compute import RobustnessResult, compute
from lab.robustness.presets import PRESETS
from lab.robustness.sweep import sweep_of
from neural.sweep import SweepConfig
from neural.sweep_result import RunResult
from neural.sweep_runs import SweepRun, configs_of, runs_of
from runs.sweep_state import Progress

STEPS = 1000


@dataclass
class MadeUp:
    """An engine with these results, in the place of `runs.sweeps()`."""

    known: Mapping[str, RunResult] = field(default_factory=dict)
    going: bool = False
    failed: Mapping[str, str] = field(default_factory=dict)
    workers: int = 2

    def progress(self, sweep: SweepConfig) -> Progress:
        done = len(self.results(sweep))
        left = 83.0 if self.going else None
        return Progress(len(configs_of(sweep)), done, {}, self.failed, self.going, left)

    def results(self, sweep: SweepConfig) -> Mapping[str, RunResult]:
        return {name: one for name, one in self.known.items() if name in configs_of(sweep)}


def run_result(run: SweepRun, accuracy: float, **more: object) -> RunResult:
    """A run that ended with this accuracy."""
    values = {
        "steps": STEPS, "grad_evals": 2 * STEPS, "seconds": 1.0, "test_loss": 1.0, "test_accuracy": accuracy,
        "test_accuracy_recomputed": None, "capped": 0, "clamped": 0, "skipped": 0,
        "run": f"id-{run.name}",
    }  # fmt: skip
    return RunResult(run.name, **(values | more))  # type: ignore[arg-type]


def made_up(key: str, accuracy: Callable[[SweepRun], float | RunResult], **more: object) -> RobustnessResult:
    """A ready sweep whose runs ended with these accuracies; without those for which it is NaN.

    With a weight decay of its own, so that none of those that ship with the app is shown in its place.
    """
    found = {}
    config = made_of(key, **more)
    for run in runs_of(sweep_of(config)):
        end = accuracy(run)
        if end == end:
            found[run.name] = end if isinstance(end, RunResult) else run_result(run, end)
    return compute(config, MadeUp(found))


def made_of(key: str, **more: object) -> RobustnessConfig:
    """The controls of a ready sweep, at a weight decay at which nothing ships with the app."""
    return replace(PRESETS[key].config, weight_decay=1e-3, **more)  # type: ignore[arg-type]


def rho(run: SweepRun) -> float:
    """The run's place on the grid."""
    return float(dict(run.point)["rho"])


def seed(run: SweepRun) -> int:
    """The run's seed."""
    return run.config.seed
