"""The problem and the sampling that a configuration describes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

import synthetic
from lab.params import RidgeConfig
from lab.uploads import store
from neural import own_data
from synthetic import LogisticRegression, Problem, RidgeRegression, SimulationConfig, standardised
from synthetic.config import TARGET

LOGISTIC_REG = 1e-3  # where none is chosen: without one the minimum may lie at infinity
LOGISTIC_SIZE = (569, 30)
RECORDED_ENTRIES = 4e7  # entries of A that may be read to record every single iteration


@dataclass(frozen=True)
class OwnRecipe:
    """A ridge regression with the A and b of a visitor, by the SHA-256 of what was brought."""

    digest: str
    reg: float


Recipe = synthetic.RidgeConfig | OwnRecipe | float  # the last is the weight of the logistic regression


@lru_cache(maxsize=8)
def problem_of(recipe: Recipe) -> Problem:
    """Draw the ridge regression, take that of a visitor, or load the logistic one with this weight of ‖x‖²/2.

    Raises
    ------
    GoneDataError
        Where a visitor's data are not here.
    """
    if isinstance(recipe, synthetic.RidgeConfig):
        return recipe.build()
    if isinstance(recipe, OwnRecipe):
        arrays = own_data.read("ridge", recipe.digest)
        return RidgeRegression(arrays["A"], arrays["b"], recipe.reg)
    from sklearn.datasets import load_breast_cancer  # a second to load, and only this problem needs it

    features, malignant = load_breast_cancer(return_X_y=True)
    return LogisticRegression(standardised(features), np.where(malignant == 1, 1.0, -1.0), recipe)


def recipe_of(config: RidgeConfig) -> Recipe:
    """What to draw; the values must fit together (see `fit`)."""
    if config.problem == "logistic":
        return config.reg
    if config.problem == "own":
        return OwnRecipe(config.data, config.reg)
    return synthetic.RidgeConfig(
        n=config.n,
        d=config.d,
        kappa=config.kappa,
        kappa_of=config.kappa_of,
        design=config.design,
        reg=config.reg,
        interpolated=config.interpolated,
        noise=config.noise,
        seed=config.seed,
    )


def simulation_of(config: RidgeConfig, problem: Problem) -> SimulationConfig:
    """How to run it. Every iteration is recorded where that is cheap, else some 250 of them."""
    steps = config.iterations * config.trials
    cheap = steps * problem.n * problem.d <= RECORDED_ENTRIES and steps <= 5000
    return SimulationConfig(
        iterations=config.iterations,
        batch_size=config.m or None,
        replacement=config.replacement,
        trials=config.trials,
        seed=config.seed,
        record="all" if cheap else "log",
        target=TARGET,
    )


def size_of(config: RidgeConfig) -> tuple[int, int]:
    """Rows and columns of A; those of the controls where a visitor's data are not here."""
    if config.problem == "logistic":
        return LOGISTIC_SIZE
    if config.problem == "own" and (found := own_shape(config.data)) is not None:
        return found
    return config.n, config.d


def own_shape(digest: str) -> tuple[int, int] | None:
    """Rows and columns of a visitor's A; None where the data are not here."""
    found = store.find("ridge", digest)
    return (found.about["shape"][0], found.about["shape"][1]) if found else None


def fit(config: RidgeConfig) -> tuple[RidgeConfig, list[str]]:
    """The nearest configuration whose values fit together, and a notice for each that was changed."""
    changes: dict[str, Any] = {}
    notices = []
    ridge = config.problem == "ridge"
    n, d = size_of(config)
    if config.m > n:
        changes["m"] = n
        notices.append(f"m = {config.m} is more than the n = {n} rows there are; m = {n} is used.")
    if not config.m and config.trials > 1:
        changes["trials"] = 1
        notices.append("The full batch has no randomness: all trials are the same, so one is run.")
    if config.problem == "logistic" and config.reg == 0:
        changes["reg"] = LOGISTIC_REG
        notices.append(f"Logistic regression needs a regularisation above 0; {LOGISTIC_REG:g} is used.")
    if ridge and d > n and config.kappa_of == "H" and config.design == "conditioned":
        shape = f"With d = {d} > n = {n}"
        if config.reg == 0:
            changes["kappa_of"] = "A"
            notices.append(f"{shape} the Hessian is singular: κ is taken as that of A.")
        elif config.kappa == 1:
            changes["kappa_of"] = "A"
            notices.append(f"{shape} no Hessian has κ = 1: κ is taken as that of A.")
    return replace(config, **changes), notices
