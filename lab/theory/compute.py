"""What the Theory page computes: one guarantee held against many random ridge problems, and N < 0 counted.

Each problem is measured by itself and kept, so that more problems cost only the new ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lab.params import TheoryConfig
from lab.params.guarantees import GUARANTEES, Guarantee
from lab.theory.check import relevant
from lab.theory.measure import Sample, measure
from lab.theory.safeguard import SignCount, count
from lab.theory.summary import Summary, summarise
from synthetic.problem import Array


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

    def curves(self, name: str) -> Array:
        """One curve of every problem, (P, R)."""
        return np.stack([getattr(sample, name) for sample in self.samples])


def compute(config: TheoryConfig, progress: Callable[[float], None] | None = None) -> TheoryResult:
    """Measure every problem that the configuration describes; `progress` hears the share done."""
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
