"""From the records of a method to the points of a line: trials gathered, long lines thinned, nothing hidden.

Long lines are thinned by the rule of `runs.thinning`, in stretches of equal width on screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.thinning import extremes
from synthetic.result import Track

Array = NDArray[Any]
STRETCHES = 90  # of a line; a chart is about 450 pixels wide
RAW = 200  # points up to which a line is drawn as it is


@dataclass(frozen=True, eq=False)
class Curve:
    """A line (R,), and the edges of the band around it; with one trial they are the line."""

    line: Array
    low: Array
    high: Array

    def at(self, index: NDArray[np.int64]) -> Curve:
        """Some of its points."""
        return Curve(self.line[index], self.low[index], self.high[index])


def gathered(track: Track, name: str, center: str) -> Curve:
    """The trials of one array of a track as one line with its band.

    "mean": mean ± one standard deviation, the lower edge not below the lowest trial (the mean minus the
    deviation is often below 0, which a log scale cannot show). "median": with the quantiles 10% and 90%. A
    trial that left the floats counts as infinite from there on: the mean ends, the median moves up.
    """
    values = getattr(track, name)
    if len(values) == 1:
        return Curve(values[0], values[0], values[0])
    gone = (track.diverged_at[:, None] >= 0) & (track.iterations[None, :] >= track.diverged_at[:, None])
    values = np.where(gone, np.inf, values)
    with np.errstate(invalid="ignore", over="ignore"):
        if center == "median":
            low, line, high = np.quantile(values, [0.1, 0.5, 0.9], axis=0, method="nearest")
            return Curve(line, low, high)
        line, spread = np.mean(values, 0), np.std(values, 0)
        return Curve(line, np.maximum(line - spread, np.min(values, 0)), line + spread)


def stretches(x: Array, log: bool, count: int = STRETCHES) -> NDArray[np.int64]:
    """Where each of up to `count` stretches of equal width on screen begins, among ascending x."""
    if len(x) <= RAW:
        return np.arange(len(x))
    shown = np.log(np.maximum(x, x[1])) if log else x
    edges = np.linspace(shown[0], shown[-1], count + 1)[:-1]
    return np.unique(np.searchsorted(shown, edges))


def thinned(x: Array, y: Array, log: bool) -> NDArray[np.int64]:
    """Indices of the points to draw."""
    starts = stretches(x, log)
    if len(starts) == len(x):
        return starts
    ends = np.append(starts[1:], len(x)) - 1
    counted = np.where(np.isnan(y), np.inf, y)  # a mean that left the floats
    # An extreme at the end of its stretch is left out: the next stretch begins beside it, and a line that
    # only falls needs one point a stretch. A peak of a single record there is therefore not drawn.
    inside = [found[found < ends] for found in extremes(counted, starts)]
    return np.unique(np.concatenate([starts, ends[-1:], *inside]))


@dataclass(frozen=True, eq=False)
class Range:
    """Of each stretch the middle x, the geometric mean, the lowest and the highest of the positive values."""

    x: Array
    mean: Array
    low: Array
    high: Array


def ranged(x: Array, y: Array, log: bool) -> Range:
    """The positive entries of y (trials, R), stretch by stretch; NaN where a stretch has none."""
    starts = stretches(x, log)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(y > 0, np.log(y), np.nan)
        known = np.isfinite(logs)
        count = np.add.reduceat(known.sum(0), starts)
        total = np.add.reduceat(np.where(known, logs, 0.0).sum(0), starts)
        mean = np.exp(total / np.where(count > 0, count, np.nan))
    low = np.minimum.reduceat(np.where(known, y, np.inf).min(0), starts)
    high = np.maximum.reduceat(np.where(known, y, -np.inf).max(0), starts)
    ends = np.append(starts[1:], len(x)) - 1
    missing = count == 0
    return Range(
        (x[starts] + x[ends]) / 2, mean, np.where(missing, np.nan, low), np.where(missing, np.nan, high)
    )
