"""The map: iterations to a target over a grid of ρ and κ, computed only when asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lab.params import RidgeConfig
from lab.ridge import methods
from lab.ridge.compute import Progress, neutral, track_of
from lab.ridge.problem import fit, problem_of, recipe_of, simulation_of
from lab.ridge.summary import first_below
from lab.ui.cache import Cache
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
    """

    config: RidgeConfig
    radii: Array
    kappas: Array
    iterations: Array


_MAPS: Cache[MapResult] = Cache(16)


def map_config(config: RidgeConfig) -> RidgeConfig:
    """What the map depends on: the key under which it is kept."""
    return fit(neutral(config, (*SHOWN, *SET_BY_THE_MAP)))[0]


def is_known(config: RidgeConfig) -> bool:
    """Whether the map of this configuration is there already."""
    return _MAPS.has(map_config(config))


def compute_map(config: RidgeConfig, progress: Progress | None = None) -> MapResult:
    """The map of the chosen method, one trial a cell; ρ in the unit chosen, κ as chosen, the rest as set."""
    asked = map_config(config)
    return _MAPS.get(asked, lambda: _computed(asked, progress))


def _computed(config: RidgeConfig, progress: Progress | None) -> MapResult:
    size = config.map_size
    radii, kappas = np.geomspace(*RADII, size), np.geomspace(*KAPPAS, size)
    found = np.full((size, size), np.nan)
    for column, kappa in enumerate(kappas.tolist()):
        for line, rho in enumerate(radii.tolist()):
            cell = replace(config, kappa=kappa, iterations=config.map_T, methods=(config.map_of,))
            found[line, column] = _cell(replace(cell, **{RADIUS[config.map_of]: rho}))
            if progress:
                progress((column * size + line + 1) / size**2)
    return MapResult(config, radii, kappas, found)


def _cell(config: RidgeConfig) -> float:
    """Iterations to the target, `DIVERGED` or NaN."""
    config, _ = fit(config)
    recipe = recipe_of(config)
    problem = problem_of(recipe)
    simulation = replace(simulation_of(config, problem), record="log")
    (method,), _ = methods.build(problem, config)
    track = track_of(recipe, method, simulation, lambda _share: None)
    first = float(first_below(track, config.map_target)[0])
    if np.isfinite(first):
        return first
    return DIVERGED if track.diverged_at[0] >= 0 or track.relative_gap[0, -1] > 1 else np.nan
