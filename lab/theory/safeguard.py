"""Proposition 2.1, counted over many random problems and points: how often N < 0, as a function of ρL."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lab.params import TheoryConfig
from lab.theory.check import build, relevant
from synthetic.problem import Array
from synthetic.theory.safeguard import lower_bound, numerator, random_points, steepest_point

POINTS = 20  # random points of each problem
REACH = np.round(np.linspace(0.0, 2.0, 41), 2)  # ρL as drawn


@dataclass(frozen=True, eq=False)
class SignCount:
    """Where N < 0: at random points, and at one point of each problem along the top eigenvector.

    Attributes
    ----------
    rho_L : (R,), the radii drawn. problems : how many.
    random_share, steepest_share : (R,), share of the points with N < 0.
    random_smallest, steepest_smallest : (R,), smallest N/(f(x) − f*). bound : (R,), 1 − L²ρ².
    chosen : the radius set on the page, in units of 1/L. chosen_random, chosen_steepest : points with N < 0
        there.
    """

    rho_L: Array
    problems: int
    random_share: Array
    random_smallest: Array
    steepest_share: Array
    steepest_smallest: Array
    bound: Array
    chosen: float
    chosen_random: int
    chosen_steepest: int

    @property
    def random_points(self) -> int:
        """Random points at each ρL, over all problems."""
        return POINTS * self.problems


def count(config: TheoryConfig) -> SignCount:
    """Count over the page's problems, with labels that x_true fits exactly: N does not depend on them."""
    family = relevant(config).family
    recipe = TheoryConfig(kappa=config.kappa, family=family, labels="exact", seed=config.seed)
    drawn = [signs(recipe, index, tuple(REACH.tolist())) for index in range(config.problems)]
    here = [signs(recipe, index, (config.rho_L,)) for index in range(config.problems)]
    negative = np.stack([one[0] for one in drawn])  # (problems, R, points), the steepest point last
    relative = np.stack([one[1] for one in drawn])
    at_chosen = np.stack([one[0] for one in here])[:, 0]
    return SignCount(
        rho_L=REACH,
        problems=config.problems,
        random_share=negative[:, :, :-1].mean((0, 2)),
        random_smallest=relative[:, :, :-1].min((0, 2)),
        steepest_share=negative[:, :, -1].mean(0),
        steepest_smallest=relative[:, :, -1].min(0),
        bound=lower_bound(1.0, REACH),
        chosen=config.rho_L,
        chosen_random=int(at_chosen[:, :-1].sum()),
        chosen_steepest=int(at_chosen[:, -1].sum()),
    )


@lru_cache(maxsize=2000)
def signs(recipe: TheoryConfig, index: int, rho_L: tuple[float, ...]) -> tuple[np.ndarray, Array]:
    """Whether N < 0, and N/(f(x) − f*), at each ρL and point of one problem: (R, POINTS + 1)."""
    problem = build(recipe, index)
    points = np.concatenate([random_points(problem, POINTS, index), steepest_point(problem)])
    found = numerator(problem, points, np.array(rho_L) / problem.L)
    return found.negative, found.relative
