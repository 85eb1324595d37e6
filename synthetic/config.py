"""How to run a comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic import checks, ranges
from synthetic.problem import Rows

EARLY = 50  # iterations recorded one by one before the spacing becomes logarithmic
LOG_RECORDS = 200
TARGET = 1e-6  # relative gap whose first iteration the tables tell


@dataclass(frozen=True)
class SimulationConfig:
    """How to run a comparison. Hashable.

    Parameters
    ----------
    iterations : number of steps, at least 1.
    batch_size : samples in a mini-batch; None for the true full batch (all samples once, no sampling).
    replacement : whether a mini-batch may hold a sample twice.
    trials : number of independent repetitions, at least 1.
    seed : of the start x⁰ and of the mini-batches, at least 0.
    record : iterations to record: "log" (the first 50, then about 200 log-spaced), "all", or a tuple of
        iterations. 0 and the last one are always recorded.
    draws : "common" (every method sees the same mini-batches) or "published" (one legacy generator
        RandomState(seed), drawn from by one method after the other and in it by one trial after the other,
        with replacement).
    target : a relative gap, at least 0: the first iteration at or below it is noted, recorded or not; None to
        note none.
    start : "shared" (all trials start at the same x⁰) or "per_trial".

    Raises
    ------
    ValueError
        For a value outside its range.
    """

    iterations: int = 1000
    batch_size: int | None = None
    replacement: bool = True
    trials: int = 1
    seed: int = 0
    record: str | tuple[int, ...] = "log"
    draws: str = "common"
    start: str = "shared"
    target: float | None = None

    def __post_init__(self) -> None:
        ranges.ITERATIONS.check("iterations", self.iterations)
        ranges.TRIALS.check("trials", self.trials)
        ranges.SEED.check("seed", self.seed)
        checks.flag("replacement", self.replacement)
        checks.choice("draws", self.draws, ("common", "published"))
        checks.choice("start", self.start, ("shared", "per_trial"))
        if self.batch_size is not None:
            ranges.BATCH_SIZE.check("batch_size", self.batch_size)
        if self.target is not None:
            ranges.TARGET.check("target", self.target)
        if self.draws == "published" and not self.replacement:
            raise ValueError("replacement must be True with draws='published', got False")
        if isinstance(self.record, tuple):
            for t in self.record:
                checks.whole("record", t, 0, self.iterations)
        else:
            checks.choice("record", self.record, ("log", "all"))

    def record_at(self) -> Rows:
        """The iterations recorded, ascending, with 0 and the last one."""
        T = self.iterations
        if self.record == "all" or (T <= EARLY and self.record == "log"):
            return np.arange(T + 1)
        if isinstance(self.record, tuple):
            chosen = np.array(self.record, dtype=np.int64)
        else:
            chosen = np.concatenate([np.arange(EARLY), np.rint(np.geomspace(EARLY, T, LOG_RECORDS))])
        return np.unique(np.append(chosen, [0, T]).astype(np.int64))


def every(step: int, iterations: int) -> tuple[int, ...]:
    """Iterations 0, step, 2 step, …, for `SimulationConfig.record`."""
    return tuple(range(0, iterations + 1, step))
