"""The bounds of the paper with smaller constants, derived here; statements and proofs in `theorems.tighter`.

They hold under the assumptions of the bounds that they lower. What they use beside convexity at e is
cocoercivity, which every convex and L-smooth f has:  ⟨h, x − x*⟩ ≥ N + ‖h‖²/(2L),  h = ∇f(e).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from synthetic.problem import Array, Rows
from synthetic.theory.assumptions import deterministic, interpolation, stochastic, strong_convexity
from synthetic.theory.bound import Bound, bound, per_iteration, shrinking
from synthetic.theory.setting import Setting
from synthetic.theory.theorems import TIGHTER

# The mini-batch bounds hold for every η in (0, 1]: 1 gives the published form, ½ the constant (1 − r)/L.
ETAS = np.unique(np.append(np.geomspace(1e-12, 1.0, 97), 0.5))


def tight_drop(setting: Setting) -> float:
    """(1 − r)(3 + r)/(2L), r = Lρ: a full-batch step lowers the squared distance by this times f(x) − f*."""
    r = setting.L * setting.rho
    return (1.0 - r) * (3.0 + r) / (2.0 * setting.L)


def tight_alpha(setting: Setting, eta: Array | float) -> Array:
    """α_η = min{(1−r)(1−r + 2(1−η)(1+r))/(2L), (1−r²) min(2γ_b, γ_b + (1−η)/L)}, L = L_max, r = L_max ρ.

    η = 1: the published form α. η = ½: min{(1−r)/L, (1−r²) min(2γ_b, γ_b + 1/(2L))}. η = 0, for
    interpolation: min{(1−r)(3+r)/(2L), (1−r²) min(2γ_b, γ_b + 1/L)}.
    """
    L, r, gamma_b = setting.L_max, setting.L_max * setting.rho, setting.gamma_b
    rest = 1.0 - np.asarray(eta, dtype=float)
    exact = (1.0 - r) * (1.0 - r + 2.0 * rest * (1.0 + r)) / (2.0 * L)
    return np.minimum(exact, (1.0 - r * r) * np.minimum(2.0 * gamma_b, gamma_b + rest / L))


def theorem_3_1_tighter(setting: Setting, iterations: Rows) -> Bound:
    """‖x^T − x*‖² ≤ (1 − μ(1−r)(3+r)/(4L))^T D₀, r = Lρ (derived here)."""
    reasons = deterministic(setting) + strong_convexity(setting)
    return bound(TIGHTER["T3.1"], reasons, lambda T: shrinking(setting, tight_drop(setting), T), iterations)


def theorem_3_2_tighter(setting: Setting, iterations: Rows) -> Bound:
    """f(x̄^T) − f* ≤ 2L D₀ / ((1−r)(3+r) T), r = Lρ (derived here); (L/2) D₀ at T = 0."""
    reasons = deterministic(setting)
    return bound(
        TIGHTER["T3.2"], reasons, lambda T: per_iteration(setting, tight_drop(setting), T), iterations
    )


def theorem_3_5_tighter(setting: Setting, iterations: Rows) -> Bound:
    """E‖x^T − x*‖² ≤ min over η of (1 − α_η μ/2)^T D₀ + 2(2γ_b/η − α_η)σ²/(α_η μ) (derived here)."""
    reasons = stochastic(setting) + strong_convexity(setting)
    return bound(TIGHTER["T3.5"], reasons, lambda T: _lowest(setting, T, _distance), iterations)


def theorem_3_8_tighter(setting: Setting, iterations: Rows) -> Bound:
    """E[f(x̄^T) − f*] ≤ min over η of D₀/(α_η T) + (2γ_b/(η α_η) − 1)σ² (derived here)."""
    return bound(TIGHTER["T3.8"], stochastic(setting), lambda T: _lowest(setting, T, _gap), iterations)


def corollary_3_6_tighter(setting: Setting, iterations: Rows) -> Bound:
    """E‖x^T − x*‖² ≤ (1 − α₀μ/2)^T D₀ under interpolation, α₀ = α_η at η = 0 (derived here)."""
    reasons = stochastic(setting) + strong_convexity(setting) + interpolation(setting)
    return bound(TIGHTER["C3.6"], reasons, lambda T: _lowest(setting, T, _distance), iterations)


def corollary_3_6_convex_tighter(setting: Setting, iterations: Rows) -> Bound:
    """E[f(x̄^T) − f*] ≤ D₀/(α₀ T) under interpolation, α₀ = α_η at η = 0 (derived here)."""
    reasons = stochastic(setting) + interpolation(setting)
    return bound(TIGHTER["C3.6 convex"], reasons, lambda T: _lowest(setting, T, _gap), iterations)


TIGHTER_BOUNDS: dict[str, Callable[[Setting, Rows], Bound]] = {
    TIGHTER["T3.1"].key: theorem_3_1_tighter,
    TIGHTER["T3.2"].key: theorem_3_2_tighter,
    TIGHTER["T3.5"].key: theorem_3_5_tighter,
    TIGHTER["T3.8"].key: theorem_3_8_tighter,
    TIGHTER["C3.6"].key: corollary_3_6_tighter,
    TIGHTER["C3.6 convex"].key: corollary_3_6_convex_tighter,
}


def _distance(setting: Setting, drop: Array, added: Array | float, T: Array) -> Array:
    """(1 − drop μ/2)^T D₀ + 2 added/(drop μ): `added` is what noise adds in a step."""
    return shrinking(setting, drop, T) + 2.0 * added / (drop * setting.mu)


def _gap(setting: Setting, drop: Array, added: Array | float, T: Array) -> Array:
    """D₀/(drop T) + added/drop."""
    return per_iteration(setting, drop, T) + added / drop


def _lowest(
    setting: Setting, T: Array, form: Callable[[Setting, Array, Array | float, Array], Array]
) -> Array:
    """The lowest over η at each T; without noise that is η = 0."""
    if not setting.sigma_sq > 0:
        return form(setting, tight_alpha(setting, 0.0), 0.0, T)
    drop = tight_alpha(setting, ETAS)
    added = (2.0 * setting.gamma_b / ETAS - drop) * setting.sigma_sq
    return np.min(form(setting, drop[:, None], added[:, None], T[None, :]), axis=0)
