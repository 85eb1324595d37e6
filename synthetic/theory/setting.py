"""What the assumptions of the theorems speak of, gathered from a problem, a method and a configuration."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from synthetic.config import SimulationConfig
from synthetic.methods import ConstantStep, Method, PolyakStep
from synthetic.problem import Array, Problem
from synthetic.schedules import Schedule, largest


@dataclass(frozen=True)
class Setting:
    """Everything the assumptions speak of.

    Attributes
    ----------
    L, mu, L_max : constants of the problem. spectrum : smallest positive and largest eigenvalue of a constant
        Hessian, None if it is not constant.
    D0 : ‖x⁰ − x*‖².
    polyak : whether the step size is the Polyak rule. gamma : constant step size, None if there is none.
    rho : the (largest) radius, NaN where it is not a parameter. rho_constant : whether it stays the same.
    rho_vanishes : whether ρ_t → 0. lambd : the (largest) λ.
    f_star : ℓ*, a number, "minimum" or "batch_minimum". f_min : f*. lower_bound : no f_S falls below it.
    told_L : the L that a long Polyak step is told, inf for the step without 1/(2L).
    gamma_b : cap, inf for none. full_batch : whether every step sees all the data.
    sigma_sq : E[f_S(x*) − ℓ*_S] or an upper bound on it, NaN where the method has no ℓ*.
    """

    L: float
    mu: float
    L_max: float
    D0: float
    polyak: bool
    rho: float
    lambd: float
    f_star: float | str
    f_min: float
    gamma_b: float
    full_batch: bool
    lower_bound: float = 0.0
    sigma_sq: float = 0.0
    rho_constant: bool = True
    rho_vanishes: bool = False
    gamma: float | None = None
    spectrum: tuple[float, float] | None = None
    told_L: float = math.inf


def setting_of(problem: Problem, method: Method, config: SimulationConfig, x0: Array) -> Setting:
    """The setting of one method in a comparison.

    x0 is its start, (d,) or (trials, d); D0 is the mean over the trials of ‖x⁰ − x*‖².
    """
    distances = [np.sum((start - problem.nearest_minimizer(start)) ** 2) for start in np.atleast_2d(x0)]
    full_batch = config.batch_size is None
    rho, lambd, gamma = _parameters(method)
    polyak = method if isinstance(method, PolyakStep) else None
    f_star = polyak.f_star if polyak else math.nan
    return Setting(
        L=problem.L,
        mu=problem.mu,
        L_max=problem.L_max,
        spectrum=problem.spectrum,
        D0=float(np.mean(distances)),
        polyak=polyak is not None,
        gamma=None if isinstance(gamma, Schedule) else gamma,
        rho=largest(rho),
        rho_constant=not isinstance(rho, Schedule),
        rho_vanishes=rho.vanishes if isinstance(rho, Schedule) else rho == 0,
        lambd=largest(lambd),
        f_star=f_star,
        f_min=problem.f_min,
        lower_bound=problem.lower_bound,
        gamma_b=polyak.gamma_b if polyak else math.inf,
        full_batch=full_batch,
        told_L=polyak.L if polyak else math.inf,
        sigma_sq=_sigma_sq(problem, f_star, full_batch),
    )


def _parameters(method: Method) -> tuple[float | Schedule, float | Schedule, float | Schedule | None]:
    """ρ, λ and a given γ, where the method has them; NaN, NaN and None otherwise."""
    if isinstance(method, ConstantStep):
        return method.rho, method.lambd, method.gamma
    if isinstance(method, PolyakStep):
        return method.rho, method.lambd, None
    return math.nan, math.nan, None


def _sigma_sq(problem: Problem, f_star: float | str, full_batch: bool) -> float:
    """E[f_S(x*) − ℓ*_S], or an upper bound on it where it has no closed form."""
    if full_batch:
        return 0.0 if isinstance(f_star, str) else problem.f_min - f_star
    return problem.mean_batch_excess(f_star)
