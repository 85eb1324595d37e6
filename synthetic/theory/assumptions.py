"""The assumptions of the theorems: each function returns plain sentences on what fails, none if all hold."""

from __future__ import annotations

import math

from synthetic.theory.setting import Setting

NO_STEP = 1e-150  # a smaller cap is 0 as far as floats can tell: its products with other constants vanish


def nonnegative_numerator(setting: Setting) -> list[str]:
    """N ≥ 0 in every step (Proposition 2.1): USAM with the Polyak rule, ρ ≤ 1/L, ℓ* no higher than f."""
    reasons = _unnormalised_polyak(setting)
    if reasons:
        return reasons
    name, smoothness = ("L", setting.L) if setting.full_batch else ("L_max", setting.L_max)
    if setting.rho * smoothness > 1.0:
        reasons.append(f"ρ must not exceed 1/{name} = {1.0 / smoothness:.6g}; here ρ = {setting.rho:.6g}.")
    return reasons + _lower_bound(setting)


def strong_convexity(setting: Setting) -> list[str]:
    """μ > 0."""
    return [] if setting.mu > 0 else [f"Strong convexity fails: μ = {setting.mu:g}, it must be above 0."]


def deterministic(setting: Setting, vanishing: bool = False) -> list[str]:
    """USAM with the Polyak rule, true full batch, ℓ* = f*, no cap, and ρ constant below 1/L (or ρ_t → 0)."""
    reasons = _unnormalised_polyak(setting)
    if not setting.full_batch:
        reasons.append("The theorem is for the full batch; here every step sees a mini-batch.")
    if not setting.polyak:
        return reasons
    reasons += _vanishing_radius(setting) if vanishing else _radius("L", setting.L, setting)
    if setting.told_L < setting.L:
        reasons.append(
            f"The long step must be told an L of at least {setting.L:.6g}; here it is {setting.told_L:.6g}."
        )
    if setting.gamma_b < math.inf:
        reasons.append(f"The theorem has no cap on the step size; here γ_b = {setting.gamma_b:g}.")
    if not isinstance(setting.f_star, str) and setting.f_star != setting.f_min:
        reasons.append(f"ℓ* must be the minimum f* = {setting.f_min:.6g}; here ℓ* = {setting.f_star:.6g}.")
    return reasons


def stochastic(setting: Setting) -> list[str]:
    """USAM with the Polyak rule, ρ constant below 1/L_max, ℓ*_S ≤ inf f_S, and a cap unless σ² = 0."""
    reasons = _unnormalised_polyak(setting)
    if not setting.polyak:
        return reasons
    reasons += _radius("L_max", setting.L_max, setting) + _lower_bound(setting) + plain_step(setting)
    if setting.gamma_b < NO_STEP:
        reasons.append(f"The cap must be above 0; here γ_b = {setting.gamma_b:g}, and x stands still.")
    if setting.gamma_b == math.inf and setting.sigma_sq > 0:
        reasons.append(
            f"Without interpolation (σ² = {setting.sigma_sq:.6g}) the step size needs a cap γ_b; "
            "here there is none."
        )
    return reasons


def interpolation(setting: Setting) -> list[str]:
    """σ² = 0. A method without ℓ* has no σ² (NaN), and no reason to be named here."""
    if math.isnan(setting.sigma_sq) or setting.sigma_sq <= 0:
        return []
    return [f"There is no interpolation: σ² = {setting.sigma_sq:.6g}, it must be 0."]


def quadratic(setting: Setting) -> list[str]:
    """A constant Hessian."""
    return [] if setting.spectrum else ["The loss is not quadratic: its Hessian changes with x."]


def plain_step(setting: Setting) -> list[str]:
    """The Polyak step as it is, nothing added."""
    if setting.told_L == math.inf:
        return []
    return ["It is proven for the Polyak step alone; the long step adds 1/(2L)."]


def constant_step(setting: Setting) -> list[str]:
    """USAM with constant γ and ρ, full batch, quadratic loss."""
    reasons = []
    if setting.gamma is None:
        reasons.append("The step size is not constant.")
    if not setting.full_batch:
        reasons.append("The rate is for the full batch; here every step sees a mini-batch.")
    reasons += quadratic(setting)
    if setting.lambd > 0 and setting.rho > 0:
        reasons.append(f"The rate is for λ = 0 (USAM); here λ = {setting.lambd:g}.")
    if not setting.rho_constant:
        reasons.append(f"ρ must be constant; here it is a schedule that starts at {setting.rho:g}.")
    return reasons


def _unnormalised_polyak(setting: Setting) -> list[str]:
    if not setting.polyak:
        return ["The step size is not the Polyak rule."]
    if setting.lambd != 0 and setting.rho > 0:  # at ρ = 0 there is no climb to normalise
        return [f"The theory is for λ = 0 (USAM); here λ = {setting.lambd:g}."]
    return []


def _radius(name: str, smoothness: float, setting: Setting) -> list[str]:
    if not setting.rho_constant:
        return [f"ρ must be constant; here it is a schedule that starts at {setting.rho:g}."]
    if setting.rho * smoothness < 1.0 and setting.rho < 1.0 / smoothness:
        return []
    return [f"ρ must be below 1/{name} = {1.0 / smoothness:.6g}; here ρ = {setting.rho:.6g}."]


def _vanishing_radius(setting: Setting) -> list[str]:
    return [] if setting.rho_vanishes else [f"ρ_t must go to 0; here it does not, ρ = {setting.rho:g}."]


def _lower_bound(setting: Setting) -> list[str]:
    """ℓ*_S ≤ inf f_S. The minimum of f is not below the minimum of every mini-batch, unless none can be
    lower.
    """
    if setting.f_star == "batch_minimum":
        return []
    value = setting.f_min if isinstance(setting.f_star, str) else setting.f_star
    limit = setting.f_min if setting.full_batch else setting.lower_bound
    if value <= limit:
        return []
    which = "the full loss" if setting.full_batch else "every mini-batch loss"
    return [
        f"ℓ* must not exceed the infimum of {which}, known to be at least {limit:.6g}; here ℓ* = {value:.6g}."
    ]
