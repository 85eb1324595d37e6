"""The problem and the sampling that the screen's values describe."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from lab.params import Value, real, whole
from synthetic import LogisticRegression, Problem, RidgeConfig, SimulationConfig, standardised

LOGISTIC_REG = 1e-3  # where none is chosen: without one the minimum may lie at infinity
RECORDED_ENTRIES = 4e7  # entries of A that may be read to record every single iteration

Recipe = RidgeConfig | float  # of a ridge regression, or the weight of the logistic one


@lru_cache(maxsize=8)
def problem_of(recipe: Recipe) -> Problem:
    """Draw the ridge regression, or load the logistic one with this weight of ‖x‖²/2."""
    if isinstance(recipe, RidgeConfig):
        return recipe.build()
    from sklearn.datasets import load_breast_cancer  # a second to load, and only this problem needs it

    features, malignant = load_breast_cancer(return_X_y=True)
    return LogisticRegression(standardised(features), np.where(malignant == 1, 1.0, -1.0), recipe)


def recipe_of(values: Mapping[str, Value]) -> Recipe:
    """What to draw; the values must fit together (see `fit`)."""
    if values["problem"] == "logistic":
        return real(values, "reg")
    return RidgeConfig(
        n=whole(values, "n"),
        d=whole(values, "d"),
        kappa=real(values, "kappa"),
        kappa_of=str(values["kappa_of"]),
        design=str(values["design"]),
        reg=real(values, "reg"),
        interpolated=bool(values["interpolated"]),
        noise=real(values, "noise"),
        seed=whole(values, "seed"),
    )


def config_of(values: Mapping[str, Value], problem: Problem) -> SimulationConfig:
    """How to run it. Every iteration is recorded where that is cheap, else some 250 of them."""
    m, iterations, trials = whole(values, "m"), whole(values, "iterations"), whole(values, "trials")
    cheap = iterations * trials * problem.n * problem.d <= RECORDED_ENTRIES and iterations * trials <= 5000
    return SimulationConfig(
        iterations=iterations,
        batch_size=m or None,
        replacement=bool(values["replacement"]),
        trials=trials,
        seed=whole(values, "seed"),
        record="all" if cheap else "log",
    )


def fit(values: Mapping[str, Value]) -> tuple[dict[str, Value], list[str]]:
    """Values that fit together, and a notice for each that was changed."""
    fitted, notices = dict(values), []
    ridge = values["problem"] == "ridge"
    n = whole(fitted, "n") if ridge else 569
    d, m = whole(fitted, "d"), whole(fitted, "m")
    if m > n:
        fitted["m"] = n
        notices.append(f"m = {m} is more than the n = {n} rows there are; m = {n} is used.")
    if not m and whole(fitted, "trials") > 1:
        fitted["trials"] = 1
        notices.append("The full batch has no randomness: all trials are the same, so one is run.")
    if not ridge:
        if fitted["reg"] == 0:
            fitted["reg"] = LOGISTIC_REG
            notices.append(f"Logistic regression needs a regularisation above 0; {LOGISTIC_REG:g} is used.")
        return fitted, notices
    if d > n and values["kappa_of"] == "H" and values["design"] == "conditioned":
        if fitted["reg"] == 0:
            fitted["kappa_of"] = "A"
            notices.append(f"With d = {d} > n = {n} the Hessian is singular: κ is taken as that of A.")
        elif fitted["kappa"] == 1:
            fitted["kappa_of"] = "A"
            notices.append(f"With d = {d} > n = {n} no Hessian has κ = 1: κ is taken as that of A.")
    return fitted, notices
