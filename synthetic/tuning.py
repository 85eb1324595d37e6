"""Grids for the adaptive baselines, so that a reader can tune them as fairly as the published comparison did.

Tune with one seed and report with another: the best of many runs on one seed is partly luck.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from synthetic import checks
from synthetic.adaptive import adasam, lightsam_1, lightsam_2, lightsam_3, sa_sam
from synthetic.config import SimulationConfig
from synthetic.methods import Method
from synthetic.problem import Array, Problem
from synthetic.simulator import simulate

GAMMAS = (0.001, 0.01, 0.1, 0.5, 1.0, 5.0)
RADII = (0.001, 0.01, 0.1)


def _products(make: Callable[[float, float], Method]) -> tuple[Method, ...]:
    return tuple(make(gamma, rho) for gamma in GAMMAS for rho in RADII)


GRIDS: dict[str, tuple[Method, ...]] = {
    "adasam": _products(adasam),
    "lightsam_1": _products(lightsam_1),
    "lightsam_2": _products(lightsam_2),
    "lightsam_3": _products(lightsam_3),
    "sa_sam": tuple(sa_sam(eta0) for eta0 in (0.001, 0.01, 0.1, 1.0)),
}


@dataclass(frozen=True, eq=False)
class Tuned:
    """Outcome of a search.

    Attributes
    ----------
    best : the candidate with the lowest score.
    candidates, scores : all of them, (K,), and the mean over the trials of the loss at the end; inf where a
        trial diverged.
    """

    best: Method
    candidates: tuple[Method, ...]
    scores: Array


def tune(
    problem: Problem,
    key: str,
    config: SimulationConfig,
    x0: Array | None = None,
    progress: Callable[[float], None] | None = None,
) -> Tuned:
    """Run the grid of one baseline, all candidates from the same x⁰ on the same mini-batches.

    Raises
    ------
    ValueError
        For a key without a grid.
    """
    candidates = GRIDS[checks.choice("key", key, tuple(GRIDS))]
    numbered = [replace(method, key=str(index)) for index, method in enumerate(candidates)]
    result = simulate(problem, numbered, replace(config, record=()), x0, progress)
    ends = np.array([np.mean(track.loss[:, -1]) for track in result.tracks.values()])
    scores = np.where(np.isnan(ends), np.inf, ends)
    return Tuned(candidates[int(np.argmin(scores))], candidates, scores)
