"""Convergence bounds to hold over measured curves.

Each bound is a pure function of a `Setting` and the iterations T. It checks its assumptions: a bound that
does not apply has NaN values and says why. Statements and proofs are in `synthetic.theorems`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synthetic.config import SimulationConfig
from synthetic.methods import Method, PolyakStep
from synthetic.problem import Array, Problem, Rows
from synthetic.schedules import Schedule, largest
from synthetic.theorems import T3_1, T3_2, Theorem


@dataclass(frozen=True)
class Setting:
    """Everything the assumptions speak of.

    Attributes
    ----------
    L, mu, L_max : constants of the problem. D0 : ‖x⁰ − x*‖².
    polyak : whether the step size is the Polyak rule. rho : the (largest) radius; rho_vanishes : whether ρ_t
        → 0.
    rho_constant : whether ρ does not change with t. lambd : the (largest) λ.
    f_star : ℓ*, a number, "minimum" or "batch_minimum". f_min : f*. lower_bound : no f_i falls below it.
    gamma_b : cap, inf for none. full_batch : whether every step sees all the data.
    sigma_sq : E[f_S(x*) − ℓ*_S] or an upper bound on it.
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


@dataclass(frozen=True, eq=False)
class Bound:
    """Values of a bound at the iterations asked for, whether it applies, and plain sentences why not."""

    theorem: Theorem
    values: Array
    applies: bool
    reasons: tuple[str, ...]


def setting_of(problem: Problem, method: Method, config: SimulationConfig, x0: Array) -> Setting:
    """The setting of one method in a comparison; x0 is its start, (d,) or (trials, d) (then D0 is the
    largest).
    """
    starts = np.atleast_2d(x0)
    D0 = max(float(np.sum((start - problem.nearest_minimizer(start)) ** 2)) for start in starts)
    full_batch = config.batch_size is None
    rho, lambd = getattr(method, "rho", math.nan), getattr(method, "lambd", math.nan)
    f_star: float | str = method.f_star if isinstance(method, PolyakStep) else math.nan
    gamma_b = method.gamma_b if isinstance(method, PolyakStep) and method.gamma_b is not None else math.inf
    return Setting(
        L=problem.L,
        mu=problem.mu,
        L_max=problem.L_max,
        D0=D0,
        polyak=isinstance(method, PolyakStep),
        rho=largest(rho),
        lambd=largest(lambd),
        f_star=f_star,
        f_min=problem.f_min,
        gamma_b=gamma_b,
        full_batch=full_batch,
        lower_bound=problem.lower_bound,
        sigma_sq=_sigma_sq(problem, f_star, full_batch),
        rho_constant=not isinstance(rho, Schedule),
        rho_vanishes=isinstance(rho, Schedule) and rho.vanishes,
    )


def _sigma_sq(problem: Problem, f_star: float | str, full_batch: bool) -> float:
    """E[f_S(x*) − ℓ*_S], or an upper bound on it where it has no closed form."""
    if full_batch:
        return 0.0 if isinstance(f_star, str) else problem.f_min - f_star
    return problem.mean_batch_excess(f_star)


def theorem_3_1(setting: Setting, iterations: Rows) -> Bound:
    """‖x^T − x*‖² ≤ (1 − μ(1 − Lρ)²/(4L))^T D₀ ([SPS-SAM], Theorem 3.1; published constant)."""

    def values(T: Array) -> Array:
        factor = 1.0 - setting.mu * (1.0 - setting.L * setting.rho) ** 2 / (4.0 * setting.L)
        return factor**T * setting.D0

    return _bound(T3_1, _deterministic(setting) + _strongly_convex(setting), values, iterations)


def theorem_3_2(setting: Setting, iterations: Rows) -> Bound:
    """f(x̄^T) − f* ≤ 2L D₀ / ((1 − Lρ)² T) ([SPS-SAM], Theorem 3.2; derived constant).

    At T = 0, where x̄ is x⁰, smoothness gives (L/2) D₀.
    """

    def values(T: Array) -> Array:
        scale = 2.0 * setting.L * setting.D0 / (1.0 - setting.L * setting.rho) ** 2
        return np.divide(scale, T, out=np.full_like(T, setting.L / 2.0 * setting.D0), where=T > 0)

    return _bound(T3_2, _deterministic(setting), values, iterations)


BOUNDS = {"T3.1": theorem_3_1, "T3.2": theorem_3_2}


def all_bounds(
    problem: Problem, method: Method, config: SimulationConfig, x0: Array, iterations: Rows
) -> dict[str, Bound]:
    """Every bound for one method, by the key of its theorem."""
    setting = setting_of(problem, method, config, x0)
    return {key: bound(setting, iterations) for key, bound in BOUNDS.items()}


def _bound(theorem: Theorem, reasons: list[str], values: Callable[[Array], Array], iterations: Rows) -> Bound:
    """Evaluate `values` where nothing speaks against it; NaN otherwise."""
    T = np.asarray(iterations, dtype=float)
    return Bound(theorem, np.full_like(T, np.nan) if reasons else values(T), not reasons, tuple(reasons))


def _strongly_convex(setting: Setting) -> list[str]:
    return [] if setting.mu > 0 else [f"Strong convexity fails: mu = {setting.mu:g}, it must be above 0."]


def _unnormalised_polyak(setting: Setting) -> list[str]:
    if not setting.polyak:
        return ["The step size is not the Polyak rule."]
    if setting.lambd != 0:
        return [f"The theory is for lambda = 0 (USAM); here lambda = {setting.lambd:g}."]
    return []


def _radius(name: str, smoothness: float, setting: Setting) -> list[str]:
    if not setting.rho_constant:
        return [f"rho must be constant; here it is a schedule that starts at {setting.rho:g}."]
    if setting.rho < 1.0 / smoothness:
        return []
    return [f"rho must be below 1/{name} = {1.0 / smoothness:.6g}; here rho = {setting.rho:.6g}."]


def _deterministic(setting: Setting) -> list[str]:
    """Assumptions shared by the deterministic theorems."""
    reasons = _unnormalised_polyak(setting)
    if not setting.full_batch:
        reasons.append("The theorem is for the full batch; here every step sees a mini-batch.")
    if not setting.polyak:
        return reasons
    reasons += _radius("L", setting.L, setting)
    if setting.gamma_b < math.inf:
        reasons.append(f"The theorem has no cap on the step size; here gamma_b = {setting.gamma_b:g}.")
    if not isinstance(setting.f_star, str) and setting.f_star != setting.f_min:
        reasons.append(f"l* must be the minimum f* = {setting.f_min:.6g}; here l* = {setting.f_star:.6g}.")
    return reasons
