"""One row for each method of a comparison: how fast, where it ended, how often cap and safeguard decided."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lab.ridge.cost import evaluations
from lab.ridge.guarantees import factor
from synthetic import PolyakStep, Result
from synthetic.problem import Array
from synthetic.result import Track

TARGET = 1e-6
ROUNDING = {True: 1e-28, False: 1e-13}  # relative gap that rounding spoils: of a quadratic, of another loss
FLOOR = {True: 1e-32, False: 1e-15}  # a final gap below it is rounding of f − f*, in the same two cases
FIT_SHARE = (
    0.5  # of the records above the rounding floor: the last part, where the rate is the asymptotic one
)
FIT_LEAST = 8
COLUMNS = (
    "method",
    "rate, measured",
    "rate, guaranteed",
    "final gap",
    "iterations to 1e-6",
    "capped",
    "clamped",
    "gradients",
    "diverged",
)


@dataclass(frozen=True)
class Row:
    """One method's line of the table."""

    key: str
    cells: tuple[str, ...]


def summary(result: Result) -> list[Row]:
    """The table of a comparison, in the columns `COLUMNS`."""
    return [row(result, track) for track in result.tracks.values()]


def row(result: Result, track: Track) -> Row:
    """The line of one method; of several trials medians, and how many got where."""
    polyak = isinstance(track.method, PolyakStep)
    guaranteed = factor(result, track)
    cells = (
        track.method.name,
        rate(fitted_factor(track, ROUNDING[result.problem.spectrum is not None])),
        f"{rate(guaranteed[1])} ({guaranteed[0]})" if guaranteed else "–",
        final(track, FLOOR[result.problem.spectrum is not None]),
        reached(track),
        percent(track.capped_share) if polyak and track.method.gamma_b < math.inf else "–",  # type: ignore[attr-defined]
        percent(track.clamped_share) if polyak else "–",
        f"{int(evaluations(track)[-1]):,}",
        divergence(track),
    )
    return Row(track.method.key, cells)


def fitted_factor(track: Track, rounding: float) -> float:
    """Factor of the relative gap in one iteration: least squares on its logarithm; NaN where there is no fit.

    Over the last `FIT_SHARE` of the iterations up to the first at which the gap has fallen to `rounding`
    (below it a run shows rounding), and before any divergence; of several trials the mean of the logarithms.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.mean(np.log(track.relative_gap), axis=0)
    usable = np.isfinite(logs) & (logs > math.log(rounding))
    end = len(usable) if usable.all() else int(np.argmin(usable))
    t = track.iterations[:end].astype(float)
    if end < FIT_LEAST:
        return math.nan
    last = t >= (1 - FIT_SHARE) * t[-1]
    if last.sum() < FIT_LEAST:
        return math.nan
    centred = t[last] - t[last].mean()
    return math.exp(float(centred @ logs[:end][last] / (centred @ centred)))


def rate(value: float) -> str:
    """A factor, near 1 by its distance from 1."""
    if not math.isfinite(value):
        return "–"
    if abs(1 - value) < 1e-9:
        return "1"
    if 0.9 < value < 1.1:
        return f"1 {'−' if value < 1 else '+'} {abs(1 - value):.1e}"
    return f"{value:.3g}"


def final(track: Track, floor: float) -> str:
    """The last relative gap, as the table shows it; below `floor` only that it is."""
    middle = final_gap(track)
    if not math.isfinite(middle):
        return "–"
    return f"{middle:.1e}" if middle > floor else f"below {floor:.0e}"


def final_gap(track: Track) -> float:
    """The last relative gap; the median of the trials, a diverged one counting as infinite."""
    last = np.where(np.isnan(track.relative_gap[:, -1]), np.inf, track.relative_gap[:, -1])
    return float(np.quantile(last, 0.5, method="nearest"))


def first_below(track: Track, target: float) -> Array:
    """First recorded iteration of each trial with a gap of at most `target`; inf where there is none."""
    below = track.relative_gap <= target
    return np.where(below.any(1), track.iterations[np.argmax(below, 1)], np.inf)


def reached(track: Track) -> str:
    """Iterations to the target: the median of the trials that got there, and how many did."""
    first = first_below(track, TARGET)
    there = first[np.isfinite(first)]
    if not there.size:
        return "not reached"
    count = f" ({there.size} of {first.size})" if there.size < first.size else ""
    return f"{int(np.quantile(there, 0.5, method='nearest')):,}{count}"


def divergence(track: Track) -> str:
    """When iterates left the floats, or whether they are on their way."""
    gone = track.diverged_at[track.diverged_at >= 0]
    if gone.size:
        count = f", {gone.size} of {track.diverged_at.size}" if track.diverged_at.size > 1 else ""
        return f"at {int(gone.min()):,}{count}"
    above = int(np.sum(track.relative_gap[:, -1] > 1))
    if above:
        return "above its start" if above == len(track.loss) else f"{above} of {len(track.loss)} above start"
    return "no"


def percent(shares: Array) -> str:
    """The mean over the trials of the last known share, as a percentage."""
    last: Sequence[float] = [line[np.isfinite(line)][-1] for line in shares if np.isfinite(line).any()]
    return f"{100 * float(np.mean(last)):.1f}%" if len(last) else "–"
