"""The one result of the Ridge lab: all that its figures, words and tables show, each computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lab.params import RidgeConfig
from lab.ridge.falls import GammaPicture, gamma_picture
from lab.ridge.guarantees import BOUNDED, BoundLine, Guarantees, guarantees_of
from lab.ridge.spread import Spread, spreads_of
from lab.ridge.summary import Summary, rounding_of, summaries
from synthetic import Problem, Result, resolution
from synthetic.result import Track


@dataclass(frozen=True, eq=False)
class RidgeResult:
    """A comparison of methods on one problem.

    Attributes
    ----------
    config : the configuration that was run: one whose values fit together.
    notices : a sentence for each value that had to be changed and each method that was left out.
    measured : the curves of every method, as the engine gives them.
    """

    config: RidgeConfig
    notices: tuple[str, ...]
    measured: Result

    @property
    def problem(self) -> Problem:
        """The problem."""
        return self.measured.problem

    @property
    def tracks(self) -> dict[str, Track]:
        """The curves of each method, by its key."""
        return self.measured.tracks

    @cached_property
    def guarantees(self) -> dict[str, Guarantees]:
        """What the theorems say of each method, by its key."""
        return guarantees_of(self.measured, self.config.bounds != "published")

    @cached_property
    def bound_lines(self) -> list[BoundLine]:
        """The bounds over what is held against them, method by method."""
        by_method = [found.lines(self.config.held) for found in self.guarantees.values()]
        if self.config.bounds == "lowest":
            by_method = [[min(lines, key=lambda line: line.values[-1])] for lines in by_method if lines]
        return [line for lines in by_method for line in lines]

    @cached_property
    def resolution(self) -> float:
        """What double precision can tell from 0, of what is held against the bounds."""
        return resolution(self.problem, self.measured.x0)[BOUNDED[self.config.held]]

    @cached_property
    def sinks(self) -> bool:
        """Whether a line of what is held against the bounds, or a bound, comes below the resolution."""
        measured = [getattr(track, BOUNDED[self.config.held]) for track in self.tracks.values()]
        lines = [*measured, *(line.values for line in self.bound_lines)]
        return any(bool(np.any(line <= self.resolution)) for line in lines)

    @cached_property
    def gamma_picture(self) -> GammaPicture:
        """How the step sizes are shown: guide lines, where the picture ends, which curves leave it."""
        return gamma_picture(self.measured, self.config.gamma_b)

    @cached_property
    def summaries(self) -> dict[str, Summary]:
        """The numbers of each method's row of the table, by its key."""
        return summaries(self.measured, self.guarantees)

    @cached_property
    def spreads(self) -> dict[str, Spread | None]:
        """How far the counts and rates of each method are known, by its key: only the table needs it."""
        return spreads_of(self.measured, rounding_of(self.problem).fit)
