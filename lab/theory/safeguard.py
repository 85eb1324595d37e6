"""Proposition 2.1, counted over many random problems and points: how often N < 0, as a function of ρL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lab.params import Value, real, whole
from lab.theory.check import build, check_of
from synthetic.problem import Array
from synthetic.theory.safeguard import lower_bound, numerator, random_points, steepest_point

POINTS = 20  # random points of each problem
REACH = np.round(np.linspace(0.0, 2.0, 41), 2)  # ρL as drawn


@dataclass(frozen=True, eq=False)
class Count:
    """Share of points with N < 0 and the smallest N/(f(x) − f*), by ρL: at random points, and along the top
    eigenvector. `bound` is 1 − L²ρ².
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


def count(values: Mapping[str, Value]) -> Count:
    """Count over the problems that the screen's values describe."""
    check, chosen, problems = check_of(values), real(values, "rho_L"), whole(values, "problems")
    recipe = (check.kappa, check.convex, check.seed)
    grid = [look(*recipe, index, tuple(REACH.tolist())) for index in range(problems)]
    here = [look(*recipe, index, (chosen,)) for index in range(problems)]
    negative = np.stack([one[0] for one in grid])  # (problems, R, points), the steepest point last
    relative = np.stack([one[1] for one in grid])
    at_chosen = np.stack([one[0] for one in here])[:, 0]
    return Count(
        rho_L=REACH,
        problems=problems,
        random_share=negative[:, :, :-1].mean((0, 2)),
        random_smallest=relative[:, :, :-1].min((0, 2)),
        steepest_share=negative[:, :, -1].mean(0),
        steepest_smallest=relative[:, :, -1].min(0),
        bound=lower_bound(1.0, REACH),
        chosen=chosen,
        chosen_random=int(at_chosen[:, :-1].sum()),
        chosen_steepest=int(at_chosen[:, -1].sum()),
    )


@lru_cache(maxsize=2000)
def look(
    kappa: float, convex: bool, seed: int, index: int, rho_L: tuple[float, ...]
) -> tuple[np.ndarray, Array]:
    """Whether N < 0, and N/(f(x) − f*), at each ρL and point of one problem: (R, POINTS + 1)."""
    problem = build(kappa, convex, False, seed, index)
    points = np.concatenate([random_points(problem, POINTS, index), steepest_point(problem)])
    found = numerator(problem, points, np.array(rho_L) / problem.L)
    return found.negative, found.relative
