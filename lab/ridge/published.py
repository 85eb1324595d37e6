"""A published synthetic figure, computed from its recipe: one result for its picture, words and table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np

from lab.pool.work import Tell, Work
from lab.ridge.compute import MEASURED, Progress
from lab.ridge.guarantees import guarantees_of
from lab.ridge.spread import Spread, amplifies, nearby, spreads_of
from lab.ridge.summary import Summary, rounding_of, summaries
from lab.ridge.traces import FLOOR
from synthetic import FIGURES, PublishedFigure, Result, RidgeRegression, run_figure
from synthetic.problem import Array
from synthetic.result import Track

Key = tuple[str, str]  # name and edition

SECONDS = 3.0  # of a figure, about
APART = 1.1  # factor between the gaps of a run and one from a nearby start from which on it is named


@dataclass(frozen=True)
class Departure:
    """Where runs from nearby starts leave a curve: the first such record, and the largest factor between
    their gaps and its own there.
    """

    track: Track
    iteration: int
    factor: float


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
    def subtracted(self) -> float:
        """What the figure subtracts from the loss: f*, or the lowest loss of any method, trial and record."""
        if not self.recipe.subtracts_lowest_seen(self.edition):
            return self.measured.problem.f_min
        return min(float(np.nanmin(track.loss)) for track in self.tracks)

    def gap(self, track: Track) -> Array:
        """The relative gap as drawn, (trials, R)."""
        if not self.recipe.subtracts_lowest_seen(self.edition):
            return track.relative_gap
        return (track.loss - self.subtracted) / (track.loss[:, :1] - self.subtracted)

    def mean(self, track: Track) -> Array:
        """Mean of the gap over the trials, (R,); NaN from the first divergence on."""
        return np.mean(self.gap(track), 0)

    def lower_edge(self, track: Track) -> Array:
        """One standard deviation below the mean, (R,)."""
        return self.mean(track) - np.std(self.gap(track), 0)

    @cached_property
    def lowest(self) -> float:
        """The lowest mean that is drawn."""
        means = np.concatenate([self.mean(track) for track in self.tracks])
        return float(np.min(means[means >= self.rounding]))

    @cached_property
    def summaries(self) -> dict[str, Summary]:
        """The numbers of each method's row of the table, by its key."""
        return summaries(self.measured, guarantees_of(self.measured))

    @cached_property
    def spreads(self) -> dict[str, Spread | None]:
        """How far the counts and rates of each method are known, by its key."""
        return spreads_of(self.measured, rounding_of(self.measured.problem).fit)

    @cached_property
    def departures(self) -> list[Departure]:
        """The curves of a full-batch figure that runs from nearby starts leave by `APART` above rounding."""
        if self.measured.config.batch_size is not None:
            return []
        found = (self._departure(track) for track in self.tracks if amplifies(track.method))
        return [departure for departure in found if departure]

    def _departure(self, track: Track) -> Departure | None:
        measured, gap = self.measured, track.relative_gap[0]
        shown = gap >= self.rounding
        end = int(track.iterations[shown][-1])
        near = nearby(measured.problem, track.method, measured.config, measured.x0[0], end)
        if near is None:
            return None
        same = np.isin(near.iterations, track.iterations[shown])
        own = gap[np.searchsorted(track.iterations, near.iterations[same])]
        factors = np.exp(np.max(np.abs(np.log(near.relative_gap[:, same] / own)), axis=0))
        if not (factors > APART).any():
            return None
        at = int(np.argmax(factors > APART))
        return Departure(track, int(near.iterations[same][at]), float(factors[at]))


def compute_published(
    name: str, edition: str, progress: Tell | None = None, visitor: str = ""
) -> PublishedResult:
    """A published figure in one of its editions.

    Raises
    ------
    ValueError
        For an unknown name or edition.
    """
    return WORK.get((name, edition), progress, visitor)


def is_published_known(name: str, edition: str) -> bool:
    """Whether a published figure is computed already."""
    return WORK.has((name, edition))


def _computed(key: Key, progress: Progress | None) -> PublishedResult:
    name, edition = key
    measured = run_figure(name, edition, progress)
    return PublishedResult(FIGURES[name], edition, measured)


def _completed(key: Key, _given: None, progress: Progress) -> PublishedResult:
    """The figure, and all that its words and table ask of it."""
    result = _computed(key, lambda share: progress(MEASURED * share))
    for asked in ("rounding", "subtracted", "lowest", "summaries", "spreads", "departures"):
        getattr(result, asked)
    return result


WORK = Work(_computed, lambda _key: SECONDS, 8, away=_completed)
