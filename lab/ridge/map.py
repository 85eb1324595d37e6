"""Iterations to a target over a grid of ρ and κ, computed only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lab.params import Value, real, whole
from lab.ridge import methods
from lab.ridge.compute import Progress, track_of
from lab.ridge.problem import config_of, fit, problem_of, recipe_of
from lab.ridge.summary import first_below
from lab.ui.cache import Cache
from synthetic.problem import Array

RADIUS_KEY = {"usam_ps": "rho", "sam_ps": "sam_ps_rho", "usam": "usam_rho", "sam": "sam_rho"}
KAPPAS = (1.0, 1e4)
RADII = (1e-2, 1e1)
DIVERGED = -1.0  # in `Map.iterations`; NaN: not reached
# What the map does not depend on.
UNUSED = (
    "methods",
    "x",
    "log_x",
    "center",
    "held",
    "map",
    "figure",
    "edition",
    "iterations",
    "kappa",
    "trials",
)


@dataclass(frozen=True, eq=False)
class Map:
    """First iteration at or below the target, (ρ, κ). NaN: not reached; −1: it ended above its start."""

    radii: Array
    kappas: Array
    iterations: Array


Question = tuple[tuple[str, Value], ...]
_MAPS: Cache[Map] = Cache(16)


def question(values: Mapping[str, Value]) -> Question:
    """What the map depends on, frozen: the key under which it is kept."""
    fitted, _ = fit(values)
    return tuple(sorted((key, value) for key, value in fitted.items() if key not in UNUSED))


def known(values: Mapping[str, Value]) -> bool:
    """Whether the map of these values is there already."""
    return _MAPS.has(question(values))


def heatmap(values: Mapping[str, Value], progress: Progress | None = None) -> Map:
    """The map of the chosen method, one trial a cell; ρ in the unit chosen, κ as chosen, the rest as set."""
    return _MAPS.get(question(values), lambda: _computed(values, progress))


def _computed(values: Mapping[str, Value], progress: Progress | None) -> Map:
    size, key = whole(values, "map_size"), str(values["map_of"])
    radii, kappas = np.geomspace(*RADII, size), np.geomspace(*KAPPAS, size)
    found = np.full((size, size), np.nan)
    for column, kappa in enumerate(kappas):
        changed = {
            **values,
            "kappa": float(kappa),
            "trials": 1,
            "iterations": values["map_T"],
            "methods": (key,),
        }
        fitted, _ = fit(changed)
        recipe = recipe_of(fitted)
        problem = problem_of(recipe)
        config = replace(config_of(fitted, problem), record="log")
        for line, rho in enumerate(radii):
            (method,), _ = methods.build(problem, {**fitted, RADIUS_KEY[key]: float(rho)})
            track = track_of(recipe, method, config, lambda _share: None)
            first = float(first_below(track, real(values, "map_target"))[0])
            if np.isfinite(first):
                found[line, column] = first
            elif track.diverged_at[0] >= 0 or track.relative_gap[0, -1] > 1:
                found[line, column] = DIVERGED
            if progress:
                progress((column * size + line + 1) / size**2)
    return Map(radii, kappas, found)
