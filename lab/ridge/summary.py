"""What the table says of each method of a comparison, as numbers: how fast, where it ended, what decided."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lab.ridge.guarantees import Guarantees
from lab.ridge.rates import Rate, rate_of
from synthetic import Problem, Result
from synthetic.problem import Array
from synthetic.result import Track


@dataclass(frozen=True)
class Rounding:
    """Relative gaps that rounding spoils: no rate is fitted below `fit`, below `floor` a gap is rounding."""

    fit: float
    floor: float


ON_QUADRATICS = Rounding(1e-28, 1e-32)
ON_OTHERS = Rounding(1e-13, 1e-15)


@dataclass(frozen=True, eq=False)
class Summary:
    """The numbers of one method.

    Attributes
    ----------
    track : its curves.
    rounding : what rounding spoils on this problem.
    rate : factor of the relative gap in one iteration, or where the line stalls.
    guaranteed : a theorem's key, and its factor of ‖x − x*‖²; None where none applies.
    final_gap : last relative gap, the median of the trials, a diverged one counting as infinite.
    second_half : factor of the gap in the second half of the iterations; 0 where the gap is gone, inf after a
        divergence.
    reached : (trials,), first iteration with a relative gap of at most `TARGET`; inf where there is none.
    capped, clamped : mean share of the steps that the cap cut and the safeguard raised to 0, at the end.
    """

    track: Track
    rounding: Rounding
    rate: Rate
    guaranteed: tuple[str, float] | None
    final_gap: float
    second_half: float
    reached: Array
    capped: float
    clamped: float

    @property
    def name(self) -> str:
        """The method's name."""
        return self.track.method.name


def rounding_of(problem: Problem) -> Rounding:
    """What rounding spoils on a problem."""
    return ON_QUADRATICS if problem.spectrum is not None else ON_OTHERS


def summaries(measured: Result, guarantees: dict[str, Guarantees]) -> dict[str, Summary]:
    """The numbers of every method of a comparison, by its key."""
    rounding = rounding_of(measured.problem)
    return {
        key: Summary(
            track=track,
            rounding=rounding,
            rate=rate_of(track.iterations, track.relative_gap, rounding.fit),
            guaranteed=guarantees[key].factor,
            final_gap=_final_gap(track),
            second_half=_second_half(track),
            reached=track.reached,
            capped=last_share(track.capped_share),
            clamped=last_share(track.clamped_share),
        )
        for key, track in measured.tracks.items()
    }


def last_share(shares: Array) -> float:
    """The mean over the trials of the last known share of each; NaN where none is known."""
    last = [line[np.isfinite(line)][-1] for line in shares if np.isfinite(line).any()]
    return float(np.mean(last)) if last else math.nan


def _final_gap(track: Track) -> float:
    last = np.where(np.isnan(track.relative_gap[:, -1]), np.inf, track.relative_gap[:, -1])
    return float(np.quantile(last, 0.5, method="nearest"))


def _second_half(track: Track) -> float:
    gap = np.median(np.where(np.isnan(track.relative_gap), np.inf, track.relative_gap), axis=0)
    middle = float(gap[np.searchsorted(track.iterations, track.iterations[-1] / 2)])
    return float(gap[-1]) / middle if 0 < middle < math.inf else (0.0 if middle <= 0 else math.inf)
