"""The numbers of a comparison: every recorded iteration of every trial of every method."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.export.about import about
from lab.export.numbers import Numbers
from lab.params import RidgeConfig
from lab.ridge.result import RidgeResult
from synthetic.result import Track

EACH = (
    "loss", "gap", "relative_gap", "gap_of_average", "distance_sq", "grad_norm", "gamma", "gamma_raw",
    "capped_share", "clamped_share",
)  # fmt: skip
"""The fields of `synthetic.result.Track` that have a value for every trial and recorded iteration."""


def numbers(result: RidgeResult, asked: RidgeConfig | None = None) -> Numbers:
    """A long table; γ is NaN at the last iteration, and all are NaN after a divergence.

    `asked` is what the screen says; of it the result has only what the comparison depends on.
    """
    parts = [_columns(key, track) for key, track in result.tracks.items()]
    return Numbers(
        file_name(result),
        {
            **about(asked or result.config),
            "notices": list(result.notices),
            "methods": {key: track.method.name for key, track in result.tracks.items()},
            "constants": {
                "L": result.problem.L,
                "L_max": result.problem.L_max,
                "mu": result.problem.mu,
                "f_min": result.problem.f_min,
            },
            "recorded": recorded(result),
        },
        {name: np.concatenate([part[name] for part in parts]).tolist() for name in parts[0]} if parts else {},
    )


def file_name(result: RidgeResult) -> str:
    """Methods, size, iterations and seed."""
    return file_name_of(result.config)


def file_name_of(config: RidgeConfig) -> str:
    """The same of a configuration."""
    sizes = {"ridge": f"n{config.n}_d{config.d}", "own": f"own-{config.data[:12]}"}
    size = sizes.get(config.problem, "logistic")
    return f"ridge_{'-'.join(config.methods)}_{size}_T{config.iterations}_seed{config.seed}"


def recorded(result: RidgeResult) -> str:
    """How many of the iterations are in the file, in words."""
    every = result.config.iterations + 1
    kept = next((len(track.iterations) for track in result.tracks.values()), every)
    if kept == every:
        return f"all {every:,} iterations, 0 to {every - 1:,}"
    return f"{kept:,} of {every:,} iterations: on a run as large as this the others are not recorded"


def _columns(key: str, track: Track) -> dict[str, Any]:
    """The lines of one method, trial by trial."""
    trials, steps = track.loss.shape
    return {
        "method": np.full(trials * steps, key),
        "trial": np.repeat(np.arange(trials), steps),
        "iteration": np.tile(track.iterations, trials),
        "gradient_evaluations": np.tile(track.gradient_evaluations, trials),
        **{name: getattr(track, name).ravel() for name in EACH},
    }
