"""What the words of the Theory page say in numbers: counts and medians over all problems."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lab.theory.measure import Sample


@dataclass(frozen=True)
class Summary:
    """Numbers over all problems; those of a `Sample` of the same name are summed.

    Attributes
    ----------
    judged, above, undecided, unjudged : comparisons of measured with bound. broken : problems with one above.
    records : iterations compared in each problem, after the start.
    tightest : largest ratio of all problems, NaN if nothing could be compared, with its problem (from 1) and
        iteration.
    end_ratio : ratio at the last comparison in the median problem, NaN where no problem has one.
    beside : largest ratio to the published form beside a tighter bound, NaN where there is none.
    promised, fitted : factor of the squared distance in one step in the median problem, NaN where the bound
        is not a contraction. contracts : whether any problem's speed can be compared with the promise.
    median_end, worst_end : the measured quantity at the end, in units of its start, NaN where all diverged.
    floor : the resolution of double precision in these units, the highest of all problems.
    clamped, steps, diverged : what the safeguard did, and the runs that left the floats.
    noise : whether σ² > 0 in any problem.
    """

    judged: int
    above: int
    undecided: int
    unjudged: int
    broken: int
    records: int
    tightest: float
    tightest_problem: int
    tightest_at: int
    end_ratio: float
    beside: float
    promised: float
    fitted: float
    contracts: bool
    median_end: float
    worst_end: float
    floor: float
    clamped: int
    steps: int
    diverged: int
    noise: bool


def summarise(samples: Sequence[Sample]) -> Summary:
    """Count over the problems; there is at least one."""
    tightest = np.array([sample.tightest for sample in samples])
    nearest = int(np.nanargmax(tightest)) if np.isfinite(tightest).any() else 0
    promised = np.array([sample.promised for sample in samples])
    contracting = np.isfinite(promised).any()
    ends = _finite([float(sample.measured[-1]) for sample in samples])
    ratios = _finite([sample.end for sample in samples])
    return Summary(
        judged=sum(sample.judged for sample in samples),
        above=sum(sample.above for sample in samples),
        undecided=sum(sample.undecided for sample in samples),
        unjudged=sum(sample.unjudged for sample in samples),
        broken=sum(sample.above > 0 for sample in samples),
        records=max(sample.judged + sample.unjudged for sample in samples),
        tightest=float(tightest[nearest]),
        tightest_problem=nearest + 1,
        tightest_at=samples[nearest].tightest_at,
        end_ratio=float(np.median(ratios)) if ratios.size else math.nan,
        beside=max((sample.beside_tightest for sample in samples), default=math.nan),
        promised=float(np.nanmedian(promised)) if contracting else math.nan,
        fitted=float(np.nanmedian([sample.fitted for sample in samples])) if contracting else math.nan,
        contracts=any(math.isfinite(sample.speed) for sample in samples),
        median_end=float(np.median(ends)) if ends.size else math.nan,
        worst_end=float(ends.max()) if ends.size else math.nan,
        floor=max(sample.floor for sample in samples),
        clamped=sum(sample.clamped for sample in samples),
        steps=sum(sample.steps for sample in samples),
        diverged=sum(sample.diverged for sample in samples),
        noise=any(sample.sigma_sq > 0 for sample in samples),
    )


def _finite(values: list[float]) -> np.ndarray:
    found = np.array(values)
    return found[np.isfinite(found)]
