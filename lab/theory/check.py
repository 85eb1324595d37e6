"""What the live check of the Theory page is run on: the values that matter, the problems, the method."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

from lab.params import TheoryConfig
from lab.params.guarantees import GUARANTEES
from lab.params.theory import ROWS, UNKNOWNS
from synthetic import ConstantStep, Method, PolyakStep, RidgeConfig, RidgeRegression, Schedule

MAX_PROBLEMS = 1000  # seeds of one page seed


def relevant(config: TheoryConfig) -> TheoryConfig:
    """The same measurement with its defaults in every value that the guarantee does not use.

    Two screens that measure the same have the same relevant configuration, and so they share what is kept.
    The number of problems does not count as used: each problem is measured by itself. The family of problems
    and their labels are named, never "as the guarantee assumes".
    """
    guarantee = GUARANTEES[config.guarantee]
    used = {"guarantee", *guarantee.method_rows, *guarantee.problem_rows} - {"problems"}
    kept = TheoryConfig.from_values({key: value for key, value in config.values().items() if key in used})
    family, labels = "convex" if guarantee.convex else "strong", "noisy" if guarantee.noisy else "exact"
    return replace(
        kept,
        family=family if kept.family == "fit" else kept.family,
        labels=labels if kept.labels == "fit" else kept.labels,
    )


def build(config: TheoryConfig, index: int) -> RidgeRegression:
    """Random problem number `index` of a relevant configuration.

    κ is the ratio of the positive eigenvalues of H.
    """
    return _built(
        RidgeConfig(
            n=ROWS,
            d=UNKNOWNS[config.family],
            kappa=math.sqrt(config.kappa),
            kappa_of="A",
            interpolated=config.labels != "noisy",
            seed=config.seed * MAX_PROBLEMS + index,
        )
    )


@lru_cache(maxsize=500)
def _built(recipe: RidgeConfig) -> RidgeRegression:
    """The live check and the count of Proposition 2.1 mostly see the same problems: each is built once."""
    return recipe.build()


def method_of(config: TheoryConfig, problem: RidgeRegression) -> Method:
    """The method that the guarantee is about, with the radius in units of the problem's 1/L or 1/L_max."""
    guarantee = GUARANTEES[config.guarantee]
    unit = problem.L_max if guarantee.stochastic else problem.L
    family = "USAM" if config.lambd == 0 else "SAM"
    radius: float | Schedule = config.rho_L / unit
    if guarantee.constant:
        name = f"{family}, constant γ"
        return ConstantStep(family.lower(), name, config.gamma_L / problem.L, radius, config.lambd)
    if guarantee.vanishing:
        radius = Schedule(config.rho_L / unit, "inverse_sqrt")
    if not guarantee.stochastic:
        return PolyakStep(f"{family.lower()}_ps", f"{family}-PS", radius, config.lambd, "minimum")
    gamma_b = config.gamma_b_L / unit
    return PolyakStep(f"{family.lower()}_sps", f"{family}-SPS", radius, config.lambd, 0.0, gamma_b)
