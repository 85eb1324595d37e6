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


@dataclass(frozen=True)
class GammaPicture:
    """The picture of γ: its guide lines, value and label; the powers of ten at which it ends, none if all is
    shown; the curves that leave it.
    """

    guides: tuple[tuple[float, str], ...]
    ends: tuple[int, int] | None
    falls: tuple[Fall, ...]


def gamma_picture(measured: Result, gamma_b: float) -> GammaPicture:
    """How to show the step sizes of a comparison.

    The reference is the lowest of the guide lines and of each method's largest γ, so every method is in the
    picture. Where some γ > 0 is below `DEEP` times it, the picture ends at the power of ten at or below a
    tenth of it. Whole powers stay the same for most moves of a slider, so that a zoom survives.
    """
    guides = _guides(measured.problem.L, gamma_b)
    known = {key: _positive(track) for key, track in measured.tracks.items()}
    known = {key: gamma for key, gamma in known.items() if not np.isnan(gamma).all()}
    scale = [float(np.nanmax(gamma)) for gamma in known.values()] + [value for value, _ in guides]
    lowest = {key: float(np.nanmin(gamma)) for key, gamma in known.items()}
    reference = min(scale, default=0.0)
    if not reference or min(lowest.values(), default=math.inf) >= DEEP * reference:
        return GammaPicture(guides, None, ())
    ends = (math.floor(math.log10(reference / 10)), math.ceil(math.log10(max(scale))))
    end = 10.0 ** ends[0]
    falls = (
        Fall(measured[key], int(measured[key].iterations[np.argmax(np.any(known[key] < end, 0))]), low)
        for key, low in lowest.items()
        if low < end
    )
    return GammaPicture(guides, ends, tuple(falls))


def _guides(L: float, gamma_b: float) -> tuple[tuple[float, str], ...]:
    curvature = ((1 / L, "1/L"), (1 / (2 * L), "1/(2L)")) if L > 0 else ()
    return (*curvature, *(((gamma_b, CAP),) if 0 < gamma_b < math.inf else ()))


def _positive(track: Track) -> Array:
    """γ of every recorded step, (trials, R − 1); NaN where it is not above 0."""
    gamma = track.gamma[:, :-1]
    return np.where(gamma > 0, gamma, np.nan)
