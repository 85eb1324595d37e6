"""The one result of the Ridge lab: all that its figures, words and tables show, each computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lab.params import RidgeConfig
from lab.ridge.falls import GammaPicture, gamma_picture
from lab.ridge.guarantees import BoundLine, Guarantees, guarantees_of
from lab.ridge.summary import Summary, summaries
from synthetic import Problem, Result
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
        return guarantees_of(self.measured)

    @cached_property
    def bound_lines(self) -> list[BoundLine]:
        """The bounds over what is held against them, method by method."""
        return [line for found in self.guarantees.values() for line in found.lines(self.config.held)]

    @cached_property
    def gamma_picture(self) -> GammaPicture:
        """How the step sizes are shown: guide lines, where the picture ends, which curves leave it."""
        return gamma_picture(self.measured, self.config.gamma_b)

    @cached_property
    def summaries(self) -> dict[str, Summary]:
        """The numbers of each method's row of the table, by its key."""
        return summaries(self.measured, self.guarantees)
