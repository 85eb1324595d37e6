"""Convergence bounds to hold over measured curves.

Each bound is a pure function of a `Setting` and the iterations T. It checks its assumptions: a bound that
does not apply has NaN values and says why. Statements and proofs are in `synthetic.theory.theorems`.
Expectations are over the mini-batches, for all trials from the same x⁰ (or a random one: D₀ is the mean).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from synthetic.config import SimulationConfig
from synthetic.methods import Method
from synthetic.problem import Array, Problem, Rows
from synthetic.theory.assumptions import (
    constant_step,
    deterministic,
    interpolation,
    stochastic,
    strong_convexity,
)
from synthetic.theory.bound import Bound, bound, noise, per_iteration, shrinking
from synthetic.theory.least_squares import least_squares
from synthetic.theory.setting import Setting, setting_of
from synthetic.theory.theorems import C3_6, C3_6_CONVEX, LEAST_SQUARES, RATE, T3_1, T3_2, T3_4, T3_5, T3_8
from synthetic.theory.tighter import TIGHTER_BOUNDS


def alpha(setting: Setting) -> float:
    """α = min{(1 − L_max ρ)² / (2 L_max), γ_b (1 − L_max² ρ²)} of the stochastic theorems."""
    reach = setting.L_max * setting.rho
    return min((1.0 - reach) ** 2 / (2.0 * setting.L_max), setting.gamma_b * (1.0 - reach**2))


def theorem_3_1(setting: Setting, iterations: Rows) -> Bound:
    """‖x^T − x*‖² ≤ (1 − μ(1 − Lρ)²/(4L))^T D₀ ([SPS-SAM], Theorem 3.1; published constant)."""
    reasons = deterministic(setting) + strong_convexity(setting)
    return bound(T3_1, reasons, lambda T: shrinking(setting, _drop(setting), T), iterations)


def theorem_3_2(setting: Setting, iterations: Rows) -> Bound:
    """f(x̄^T) − f* ≤ 2L D₀ / ((1 − Lρ)² T) ([SPS-SAM], Theorem 3.2; derived constant).

    At T = 0, where x̄ is x⁰, smoothness gives (L/2) D₀.
    """
    return bound(
        T3_2, deterministic(setting), lambda T: per_iteration(setting, _drop(setting), T), iterations
    )


def theorem_3_4(setting: Setting, iterations: Rows) -> Bound:
    """ρ_t → 0 ⇒ ‖∇f(x^t)‖ → 0 ([SPS-SAM], Theorem 3.4). A limit: there are no values."""
    reasons = deterministic(setting, vanishing=True)
    return bound(T3_4, reasons, lambda T: np.full_like(T, np.nan), iterations)


def theorem_3_5(setting: Setting, iterations: Rows) -> Bound:
    """E‖x^T − x*‖² ≤ (1 − αμ/2)^T D₀ + 2(2γ_b − α)σ²/(αμ) ([SPS-SAM], Theorem 3.5; derived constant)."""
    reasons = stochastic(setting) + strong_convexity(setting)
    return bound(T3_5, reasons, lambda T: _contraction(setting, T), iterations)


def theorem_3_8(setting: Setting, iterations: Rows) -> Bound:
    """E[f(x̄^T) − f*] ≤ D₀/(αT) + (2γ_b/α − 1)σ² ([SPS-SAM], Theorem 3.8; derived constant).

    At T = 0, where x̄ is x⁰, smoothness gives (L/2) D₀.
    """

    def values(T: Array) -> Array:
        a = alpha(setting)
        return per_iteration(setting, a, T) + noise(setting, 2.0 * setting.gamma_b / a - 1.0)

    return bound(T3_8, stochastic(setting), values, iterations)


def corollary_3_6(setting: Setting, iterations: Rows) -> Bound:
    """E‖x^T − x*‖² ≤ (1 − αμ/2)^T D₀ under interpolation ([SPS-SAM], Corollary 3.6; derived constant)."""
    reasons = stochastic(setting) + strong_convexity(setting) + interpolation(setting)
    return bound(C3_6, reasons, lambda T: _contraction(setting, T), iterations)


def corollary_3_6_convex(setting: Setting, iterations: Rows) -> Bound:
    """E[f(x̄^T) − f*] ≤ D₀/(αT) under interpolation ([SPS-SAM], Corollary 3.6; derived constant)."""
    reasons = stochastic(setting) + interpolation(setting)
    return bound(C3_6_CONVEX, reasons, lambda T: per_iteration(setting, alpha(setting), T), iterations)


def constant_step_rate(setting: Setting, iterations: Rows) -> Bound:
    """‖x^T − x*‖² ≤ (max_i |1 − γλ_i(1 + ρλ_i)|)^(2T) D₀ on a quadratic; it grows where the factor exceeds
    1.
    """

    def values(T: Array) -> Array:
        with np.errstate(over="ignore"):  # a diverging method has an infinite bound
            return contraction_factor(setting) ** (2.0 * T) * setting.D0

    return bound(RATE, constant_step(setting), values, iterations)


def contraction_factor(setting: Setting) -> float:
    """max_i |1 − γλ_i(1 + ρλ_i)| over the positive eigenvalues of H; the extreme ones decide."""
    if setting.spectrum is None or setting.gamma is None:
        return math.nan
    return max(abs(1.0 - setting.gamma * h * (1.0 + setting.rho * h)) for h in setting.spectrum)


BOUNDS: dict[str, Callable[[Setting, Rows], Bound]] = {
    T3_1.key: theorem_3_1,
    T3_2.key: theorem_3_2,
    T3_4.key: theorem_3_4,
    T3_5.key: theorem_3_5,
    T3_8.key: theorem_3_8,
    C3_6.key: corollary_3_6,
    C3_6_CONVEX.key: corollary_3_6_convex,
    LEAST_SQUARES.key: least_squares,
    RATE.key: constant_step_rate,
    **TIGHTER_BOUNDS,
}


def all_bounds(
    problem: Problem, method: Method, config: SimulationConfig, x0: Array, iterations: Rows
) -> dict[str, Bound]:
    """Every bound for one method, by the key of its theorem."""
    setting = setting_of(problem, method, config, x0)
    return {key: evaluate(setting, iterations) for key, evaluate in BOUNDS.items()}


def _drop(setting: Setting) -> float:
    """(1 − Lρ)²/(2L), the share of f(x) − f* by which a step lowers the squared distance at least."""
    return (1.0 - setting.L * setting.rho) ** 2 / (2.0 * setting.L)


def _contraction(setting: Setting, T: Array) -> Array:
    """(1 − αμ/2)^T D₀ + 2(2γ_b − α)σ²/(αμ)."""
    a = alpha(setting)
    return shrinking(setting, a, T) + noise(setting, 2.0 * (2.0 * setting.gamma_b - a) / (a * setting.mu))
