"""How fast a relative gap falls: the factor of one iteration, or the level at which it no longer falls."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from synthetic.problem import Array, Rows

FIT_SHARE = 0.5  # of the iterations above rounding: the last part, where the rate is the asymptotic one
FIT_LEAST = 8  # records
FLAT = 0.01  # a fall of the logarithm over a quarter of the iterations that is no more than this is flat, …
STILL = 1e-9  # a fall of the logarithm over all of the part that is no more than this is rounding
BRAKED = 0.25  # … if it is also less than this share of the fall in the quarter before


@dataclass(frozen=True)
class Rate:
    """Factor of the relative gap in one iteration, and the gap where a line stalls; NaN where none is."""

    factor: float = math.nan
    stalled_at: float = math.nan


def rate_of(iterations: Rows, relative_gap: Array, rounding: float) -> Rate:
    """The rate of a line, or where it stalls. `relative_gap` is (trials, R).

    Least squares on the mean of the logarithms over the trials, in the last `FIT_SHARE` of the iterations up
    to the first at which the gap has fallen to `rounding` (below it a run shows rounding), and before any
    divergence. There a line stalls whose trend over all of this part is no more than its scatter about it
    (noise, or a line that does not move), or which has braked to a halt (`FLAT`, `BRAKED`).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.mean(np.log(relative_gap), axis=0)
    usable = np.isfinite(logs) & (logs > math.log(rounding))
    end = len(usable) if usable.all() else int(np.argmin(usable))
    if end < FIT_LEAST:
        return Rate()
    t, logs = iterations[:end].astype(float), logs[:end]
    last = t >= (1 - FIT_SHARE) * t[-1]
    if last.sum() < FIT_LEAST:
        return Rate()
    t, logs = t[last], logs[last]
    slope, scatter = _line(t, logs)
    if end == len(usable) and (abs(slope) * (t[-1] - t[0]) <= max(scatter, STILL) or _has_braked(t, logs)):
        return Rate(stalled_at=math.exp(float(np.mean(logs))))
    return Rate(factor=math.exp(slope))


def _line(t: Array, logs: Array) -> tuple[float, float]:
    """Slope of the line of least squares, and the standard deviation about it."""
    centred = t - t.mean()
    slope = float(centred @ logs / (centred @ centred))
    return slope, float(np.std(logs - slope * centred))


def _has_braked(t: Array, logs: Array) -> bool:
    """Whether the line is flat in the later half of this part, and was steeper in the earlier one."""
    later = t >= (t[0] + t[-1]) / 2
    if min(later.sum(), (~later).sum()) < FIT_LEAST // 2:
        return False
    before, now = (abs(_line(t[half], logs[half])[0]) for half in (~later, later))
    return now * (t[-1] - t[0]) / 2 <= FLAT and now <= BRAKED * before
