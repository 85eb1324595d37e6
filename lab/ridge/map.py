"""The map: iterations to a target over a grid of ρ and κ, computed only when asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lab.params import RidgeConfig
from lab.pool.work import Tell, Work
from lab.ridge import methods
from lab.ridge.compute import Progress, neutral, track_of
from lab.ridge.cost import seconds
from lab.ridge.problem import fit, problem_of, recipe_of, simulation_of
from lab.ridge.spread import amplifies, nearby
from synthetic import starting_points
from synthetic.problem import Array

RADIUS = {"usam_ps": "rho", "sam_ps": "sam_ps_rho", "usam": "usam_rho", "sam": "sam_rho"}
KAPPAS = (1.0, 1e4)
RADII = (1e-2, 1e1)
DIVERGED = -1.0  # in `MapResult.iterations`; NaN: not reached
SHOWN = ("x", "log_x", "center", "held", "map", "figure", "edition")
SET_BY_THE_MAP = ("methods", "iterations", "kappa", "trials")


@dataclass(frozen=True, eq=False)
class MapResult:
    """First iteration at or below the target, (ρ, κ). NaN: not reached; −1: it ended above its start.

    `config` is the configuration of the map, with the defaults in the place of what it does not depend on.
    `low` and `high` are the range over this run and those from nearby starts, inf where one does not reach
    the target; `iterations` itself where rounding does not grow, NaN where the run is too long to repeat.
    """

    config: RidgeConfig
    radii: Array
    kappas: Array
    iterations: Array
    low: Array
    high: Array


def map_config(config: RidgeConfig) -> RidgeConfig:
    """What the map depends on: the key under which it is kept."""
    return fit(neutral(config, (*SHOWN, *SET_BY_THE_MAP)))[0]


def is_known(config: RidgeConfig) -> bool:
    """Whether the map of this configuration is there already."""
    return MAPS.has(map_config(config))


def compute_map(config: RidgeConfig, progress: Tell | None = None, visitor: str = "") -> MapResult:
    """The map of the chosen method, one trial a cell; ρ in the unit chosen, κ as chosen, the rest as set."""
    return MAPS.get(map_config(config), progress, visitor)


def _computed(config: RidgeConfig, progress: Progress | None) -> MapResult:
    size = config.map_size
    radii, kappas = np.geomspace(*RADII, size), np.geomspace(*KAPPAS, size)
    found, low, high = np.full((3, size, size), np.nan)
    for column, kappa in enumerate(kappas.tolist()):
        for line, rho in enumerate(radii.tolist()):
            cell = replace(config, kappa=kappa, iterations=config.map_T, methods=(config.map_of,))
            count, near = _cell(replace(cell, **{RADIUS[config.map_of]: rho}))
            found[line, column], low[line, column], high[line, column] = count, np.min(near), np.max(near)
            if progress:
                progress((column * size + line + 1) / size**2)
    return MapResult(config, radii, kappas, found, low, high)


def _cell(config: RidgeConfig) -> tuple[float, list[float]]:
    """Iterations to the target, `DIVERGED` or NaN; and the counts of this and of nearby runs."""
    config, _ = fit(config)
    recipe = recipe_of(config)
    problem = problem_of(recipe)
    simulation = replace(simulation_of(config, problem), record=(), target=config.map_target)
    (method,), _ = methods.build(problem, config)
    track = track_of(recipe, method, simulation, lambda _share: None)
    first = float(track.reached[0])
    if np.isinf(first):
        gone = track.diverged_at[0] >= 0 or track.relative_gap[0, -1] > 1
        return (DIVERGED if gone else np.nan), [np.nan]
    if config.m or not amplifies(method):
        return first, [first]
    x0 = starting_points(problem, simulation)[0]
    near = nearby(problem, method, simulation, x0, max(1, int(2 * first)))
    return first, [first, *near.reached] if near else [np.nan]


def _seconds(config: RidgeConfig) -> float:
    """A map takes as long as its cells."""
    cell = replace(config, iterations=config.map_T, methods=(config.map_of,), trials=1)
    return config.map_size**2 * seconds(cell)


def _away(config: RidgeConfig, _given: None, progress: Progress) -> MapResult:
    return _computed(config, progress)


MAPS = Work(_computed, _seconds, 16, away=_away)
