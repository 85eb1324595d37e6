"""What the Theory page computes: one guarantee held against many random ridge problems, and N < 0 counted.

Each problem is measured by itself and kept, so that more problems cost only the new ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from lab.params import TheoryConfig
from lab.params.guarantees import GUARANTEES, Guarantee
from lab.pool.work import Tell, Work
from lab.theory.check import relevant
from lab.theory.measure import SAMPLES, Sample, measure
from lab.theory.safeguard import SignCount, count
from lab.theory.summary import Summary, summarise
from synthetic.problem import Array
from synthetic.theory.theorems import Theorem

Progress = Callable[[float], None]
Key = tuple[TheoryConfig, int]

# Of a problem, of each run on it, of each step
PROBLEM_SECONDS, LANE_SECONDS, STEP_SECONDS = 1.5e-3, 5e-4, 4e-7


@dataclass(frozen=True, eq=False)
class TheoryResult:
    """Everything that the Theory page shows of one configuration.

    Attributes
    ----------
    config : what was asked for. guarantee : the promise that it names, with its theorem.
    samples : what was measured, a `Sample` for each problem.
    applies : whether the theorem applies to every problem. reasons : plain sentences on why it does not.
    has_bound : whether there is a bound to compare with: a limit such as Theorem 3.4 has none.
    noisy : whether the labels are noisy. runs : simulated runs, all trials of all problems.
    summary : the numbers over all problems.
    count : how often N < 0, for Proposition 2.1.
    """

    config: TheoryConfig
    guarantee: Guarantee
    samples: tuple[Sample, ...]
    applies: bool
    reasons: tuple[str, ...]
    has_bound: bool
    noisy: bool
    runs: int
    summary: Summary
    count: SignCount

    @property
    def beside(self) -> bool:
        """Whether a tighter bound is compared with, and the published form stands beside it."""
        return self.has_bound and not math.isnan(self.summary.beside)

    @property
    def theorem(self) -> Theorem:
        """What is compared with."""
        return self.samples[0].found.theorem

    @property
    def sinks(self) -> bool:
        """Whether a problem comes below the resolution of double precision."""
        return bool(np.any(self.curves("measured") <= self.summary.floor))

    @property
    def climbs(self) -> bool:
        """Whether a problem ends above its start, or left the floats."""
        return self.summary.diverged > 0 or self.summary.worst_end > 1

    def curves(self, name: str) -> Array:
        """One curve of every problem, (P, R)."""
        return np.stack([getattr(sample, name) for sample in self.samples])


def compute(config: TheoryConfig, progress: Tell | None = None, visitor: str = "") -> TheoryResult:
    """Measure every problem that the configuration describes; `progress` hears the share done."""
    return WORK.get(config, progress, visitor)


def is_quick(config: TheoryConfig) -> bool:
    """Whether it takes no more than a moment."""
    return WORK.is_quick(config)


def _computed(config: TheoryConfig, progress: Progress | None) -> TheoryResult:
    guarantee, measured, samples = GUARANTEES[config.guarantee], relevant(config), []
    for index in range(config.problems):
        samples.append(measure(measured, index))
        if progress:
            progress((index + 1) / config.problems)
    summary, applies = summarise(samples), all(sample.found.applies for sample in samples)
    return TheoryResult(
        config=config,
        guarantee=guarantee,
        samples=tuple(samples),
        applies=applies,
        reasons=next((sample.found.reasons for sample in samples if not sample.found.applies), ()),
        has_bound=applies and summary.records > 0,
        noisy=measured.labels == "noisy",
        runs=config.problems * (config.trials if guarantee.stochastic else 1),
        summary=summary,
        count=count(config),
    )


def _seconds(config: TheoryConfig) -> float:
    """Of the problems that are not measured yet."""
    measured, trials = relevant(config), config.trials if GUARANTEES[config.guarantee].stochastic else 1
    new = sum(not SAMPLES.has((measured, index)) for index in range(config.problems))
    return new * (PROBLEM_SECONDS + trials * (LANE_SECONDS + config.iterations * STEP_SECONDS))


def _known(config: TheoryConfig) -> list[tuple[Hashable, Sample]]:
    """The problems that are measured already."""
    measured = relevant(config)
    return [(key, sample) for key, sample in SAMPLES.items() if cast(Key, key)[0] == measured]


def _away(config: TheoryConfig, known: Sequence[tuple[Hashable, Sample]], progress: Progress) -> TheoryResult:
    for key, sample in known:
        SAMPLES.put(key, sample)
    return _computed(config, progress)


def _keep(result: TheoryResult) -> None:
    """Keep the problems that were measured elsewhere."""
    measured = relevant(result.config)
    for index, sample in enumerate(result.samples):
        SAMPLES.put((measured, index), sample)


WORK = Work(_computed, _seconds, 24, away=_away, given=_known, keep=_keep)
