"""A shelf that holds given runs and sweeps, without an engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from neural.config import LaneConfig, TrainConfig
from neural.sweep import SweepConfig, SweepMethod
from neural.sweep_result import RunResult
from neural.sweep_runs import runs_of
from runs.backend import Status, Summary
from runs.label import Label
from runs.outcome import Outcome
from runs.shelf import Array, KeptRun, KeptSweep, Shelf
from runs.sweep_state import Progress

LANES = (LaneConfig("sam_sps", rho=0.2), LaneConfig("sgd_constant", lr=0.5))
TWO = TrainConfig((*LANES, *(replace(lane, replica=1) for lane in LANES)), label_noise=0.3)
ONE = TrainConfig((LaneConfig("usam_sps", lambd=0.5),), network="mlp")
SWEEP = SweepConfig(
    (SweepMethod("sam_sps"), SweepMethod("sam_cosine", tuned=(("lr", (0.1, 1.0)),))),
    grid=(("rho", (0.1, 0.4)),),
    seeds=(0, 1),
    fixed=(("network", "mlp"),),
)


def end(accuracy: float | None, best: float | None = None, cost: int = 100) -> Outcome:
    return Outcome(50, accuracy, best, 0.5, cost, 1.5)


def run(
    config: TrainConfig | None, ends: Sequence[Outcome], *, name: str = "first", **label: object
) -> KeptRun:
    """A finished run, started `created` seconds after 1970."""
    created = float(label.pop("created", 1.0))  # type: ignore[arg-type]
    written = Label(**label)  # type: ignore[arg-type]
    return KeptRun(Summary(name, created, config, Status("finished")), written, tuple(ends), changes=0)


def sweep(accuracies: Sequence[float | None]) -> KeptSweep:
    """A sweep whose runs, in order, ended with these accuracies; None for one that is not done."""
    results = {}
    for one, accuracy in zip(runs_of(SWEEP), accuracies, strict=True):
        if accuracy is not None:
            results[one.name] = RunResult(
                one.name, 10, 20, 2.0, 0.25, accuracy, None, 0, 0, 0, f"run-{one.name}"
            )
    progress = Progress(len(accuracies), len(results), {}, {}, going=False, seconds_left=None)
    return KeptSweep("sweep", 5.0, SWEEP, "robustness?v=1&axis=rho", Label(), progress, results)


class Kept:
    """Answers as a shelf does."""

    def __init__(
        self,
        runs: Sequence[KeptRun] = (),
        sweeps: Sequence[KeptSweep] = (),
        curves: dict[str, tuple[Array, Array]] | None = None,
    ) -> None:
        self._runs, self._sweeps, self._curves = runs, sweeps, curves or {}
        self.asked: list[tuple[str, str]] = []

    def runs(self, owner: str, *, deleted: bool = False) -> list[KeptRun]:
        return [one for one in self._runs if (one.label.deleted is not None) == deleted]

    def sweeps(self, owner: str, *, deleted: bool = False) -> list[KeptSweep]:
        return [one for one in self._sweeps if (one.label.deleted is not None) == deleted]

    def curve(self, sources: Sequence[tuple[str, int]], x: str, y: str) -> tuple[Array, Array] | None:
        self.asked.append((x, y))
        return self._curves.get(sources[0][0]) if sources else None


def shelf(
    runs: Sequence[KeptRun] = (),
    sweeps: Sequence[KeptSweep] = (),
    curves: dict[str, tuple[Array, Array]] | None = None,
) -> Shelf:
    return cast(Shelf, Kept(runs, sweeps, curves))


LINE = (np.arange(3.0), np.array([1.0, 0.5, 0.25]))
