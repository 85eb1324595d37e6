"""A published synthetic figure, computed from its recipe: one result for its picture, words and table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from lab.ridge.compute import Progress
from lab.ridge.guarantees import guarantees_of
from lab.ridge.summary import Summary, summaries
from lab.ridge.traces import FLOOR
from lab.ui.cache import Cache
from synthetic import FIGURES, PublishedFigure, Result, RidgeRegression, run_figure
from synthetic.problem import Array
from synthetic.result import Track


@dataclass(frozen=True, eq=False)
class PublishedResult:
    """One edition of a published figure.

    Attributes
    ----------
    recipe, edition : the figure, and which edition of it.
    measured : the curves of every method, as the engine gives them.
    """

    recipe: PublishedFigure
    edition: str
    measured: Result

    @property
    def tracks(self) -> list[Track]:
        """The curves of each method, in the published order."""
        return list(self.measured.tracks.values())

    @cached_property
    def rounding(self) -> float:
        """The relative gap below which double precision cannot tell f(x) from f*.

        The residual ⟨a_i, x⟩ − b_i at x* is only known to ε(⟨|a_i|, |x*|⟩ + |b_i|), ε = 2⁻⁵²: half the mean
        of its square, over the gap at x⁰. At least `lab.ridge.traces.FLOOR`, where each figure of a relative
        gap ends.
        """
        problem = cast(RidgeRegression, self.measured.problem)
        spread = np.finfo(float).eps * (np.abs(problem.A) @ np.abs(problem.x_star) + np.abs(problem.b))
        return max(FLOOR, float(np.mean(spread**2) / 2 / self.tracks[0].gap[0, 0]))

    @cached_property
    def lowest(self) -> float:
        """The lowest mean that is drawn."""
        means = np.concatenate([mean(track) for track in self.tracks])
        return float(np.min(means[means >= self.rounding]))

    @cached_property
    def summaries(self) -> dict[str, Summary]:
        """The numbers of each method's row of the table, by its key."""
        return summaries(self.measured, guarantees_of(self.measured))


_RESULTS: Cache[PublishedResult] = Cache(8)


def compute_published(name: str, edition: str, progress: Progress | None = None) -> PublishedResult:
    """A published figure in one of its editions.

    Raises
    ------
    ValueError
        For an unknown name or edition.
    """
    return _RESULTS.get(
        (name, edition),
        lambda: PublishedResult(FIGURES[name], edition, run_figure(name, edition, progress)),
    )


def is_published_known(name: str, edition: str) -> bool:
    """Whether a published figure is computed already."""
    return _RESULTS.has((name, edition))


def mean(track: Track) -> Array:
    """Mean of the relative gap over the trials, (R,); NaN from the first divergence on."""
    return np.mean(track.relative_gap, 0)


def lower_edge(track: Track) -> Array:
    """One standard deviation below the mean, (R,)."""
    return mean(track) - np.std(track.relative_gap, 0)
