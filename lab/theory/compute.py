"""What the Theory page computes: one guarantee held against many random ridge problems.

Each problem is measured by itself and kept, so that more problems cost only the new ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from lab.params import Value, whole
from lab.theory.check import Check, check_of
from lab.theory.measure import Sample, measure
from synthetic import Bound
from synthetic.problem import Array


@dataclass(frozen=True, eq=False)
class Outcome:
    """The live check over all problems."""

    check: Check
    samples: tuple[Sample, ...]

    @property
    def found(self) -> Bound:
        """The bound on the first problem: its theorem, and why it does not apply."""
        return self.samples[0].found

    @property
    def applies(self) -> bool:
        """Whether the bound applies to every problem."""
        return all(sample.found.applies for sample in self.samples)

    @property
    def has_values(self) -> bool:
        """Whether there is a bound to compare with: Theorem 3.4 has none."""
        return self.applies and any(sample.judged or sample.unjudged for sample in self.samples)

    @property
    def records(self) -> int:
        """Iterations compared in each problem, after the start."""
        return max(sample.judged + sample.unjudged for sample in self.samples)

    @property
    def contracts(self) -> bool:
        """Whether promised and measured speed can be compared."""
        return any(math.isfinite(sample.speed) for sample in self.samples)

    def curves(self, name: str) -> Array:
        """One curve of every problem, (P, R)."""
        return np.stack([getattr(sample, name) for sample in self.samples])

    def total(self, name: str) -> int:
        """A count, summed over the problems."""
        return int(sum(getattr(sample, name) for sample in self.samples))


def compute(values: Mapping[str, Value], progress: Callable[[float], None] | None = None) -> Outcome:
    """Measure every problem that the screen's values describe; `progress` hears the share done."""
    check, count, samples = check_of(values), whole(values, "problems"), []
    for index in range(count):
        samples.append(measure(check, index))
        if progress:
            progress((index + 1) / count)
    return Outcome(check, tuple(samples))
