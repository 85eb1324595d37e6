"""Step sizes that fall far below all others: where the picture of γ ends, and which curves leave it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lab.ridge.curves import Array
from lab.ui.theme import CAP
from synthetic import Result
from synthetic.result import Track

DEEP = 1e-4  # a picture that reaches further below the reference than this is cut


@dataclass(frozen=True)
class Fall:
    """A curve that leaves the picture: the first iteration below it, and the lowest positive γ."""

    track: Track
    iteration: int
    lowest: float


def guides(result: Result, gamma_b: float) -> list[tuple[float, str]]:
    """The guide lines of a picture of γ: value and label."""
    L = result.problem.L
    known = [(1 / L, "1/L"), (1 / (2 * L), "1/(2L)")] if L > 0 else []
    return [*known, *([(gamma_b, CAP)] if 0 < gamma_b < math.inf else [])]


def falls(result: Result, gamma_b: float) -> tuple[list[int], list[Fall]]:
    """The powers of ten at which the picture of γ ends, none if all is shown, and the curves that leave it.

    The reference is the lowest of the guide lines and of each method's largest γ, so every method is in the
    picture. Where some γ > 0 is below `DEEP` times it, the picture ends at the power of ten at or below a
    tenth of it. Whole powers stay the same for most moves of a slider, so that a zoom survives.
    """
    known = {key: _positive(track) for key, track in result.tracks.items()}
    largest = [float(np.nanmax(g)) for g in known.values() if not np.isnan(g).all()]
    scale = [*largest, *(value for value, _ in guides(result, gamma_b))]
    reference = min(scale, default=0.0)
    lowest = {key: float(np.nanmin(g)) for key, g in known.items() if not np.isnan(g).all()}
    if not reference or min(lowest.values(), default=math.inf) >= DEEP * reference:
        return [], []
    ends = [math.floor(math.log10(reference / 10)), math.ceil(math.log10(max(scale)))]
    end = 10.0 ** ends[0]
    return ends, [
        Fall(result[key], int(result[key].iterations[np.argmax(np.any(known[key] < end, 0))]), low)
        for key, low in lowest.items()
        if low < end
    ]


def _positive(track: Track) -> Array:
    """γ of every recorded step, (trials, R − 1); NaN where it is not above 0."""
    gamma = track.gamma[:, :-1]
    return np.where(gamma > 0, gamma, np.nan)
