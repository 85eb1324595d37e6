"""One step of one method over a function of the plane, with every number that a picture of it needs.

Perturbation, step size and update are functions of their own; `take` joins them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from synthetic import checks
from synthetic.compiled import rules
from synthetic.plane import PlaneFunction
from synthetic.problem import Array

# What decided the step size.
RATIO, CAPPED, CLAMPED, STATIONARY, GIVEN = "ratio", "capped", "clamped", "stationary", "given"


@dataclass(frozen=True)
class Plan:
    """A method: where it takes the gradient, and how it chooses its step size.

    Attributes
    ----------
    key, name : str
        Short identifier, and what it is called on the screen.
    rho : float
        Sharpness radius ρ ≥ 0.
    lambd : float
        Normalisation λ, 0 to 1.
    gamma : float or None
        A step size given beforehand, at least 0; None for the Polyak step size.

    Raises
    ------
    ValueError
        For a value outside its range.
    """

    key: str
    name: str
    rho: float
    lambd: float
    gamma: float | None = None

    def __post_init__(self) -> None:
        checks.real("rho", self.rho, 0.0)
        checks.real("lambd", self.lambd, 0.0, 1.0)
        if self.gamma is not None:
            checks.real("gamma", self.gamma, 0.0)


class Step(NamedTuple):
    """What one step computes; `synthetic.walk.Way` says what each name stands for."""

    x: Array
    e: Array
    grad_x: Array
    grad_e: Array
    x_next: Array
    loss_x: float
    loss_e: float
    inner: float
    N: float
    norm_sq: float
    ratio: float
    gamma: float
    distance_sq: float
    cross: float
    decided: str


def take(function: PlaneFunction, plan: Plan, x: Array, f_star: float, gamma_b: float) -> Step:
    """One step from x of shape (2,), with the lower bound ℓ* = `f_star` and the cap γ_b."""
    grad_x = function.gradient(x)
    e = x + perturbation(plan, grad_x)
    grad_e = function.gradient(e)
    inner, norm_sq = float(grad_e @ (e - x)), float(grad_e @ grad_e)
    # f(e) − ℓ* is computed as (f(e) − f*) + (f* − ℓ*), so that nothing cancels close to the minimum.
    excess_e, room = float(function.excess(e)), function.f_min - f_star
    N = excess_e + room - inner
    ratio = rules.polyak_ratio(excess_e, -room, inner, norm_sq)
    gamma = step_size(plan, ratio, gamma_b)
    away = x - np.array(function.x_star)
    return Step(
        x=x,
        e=e,
        grad_x=grad_x,
        grad_e=grad_e,
        x_next=update(x, gamma, grad_e),
        loss_x=float(function.loss(x)),
        loss_e=float(function.loss(e)),
        inner=inner,
        N=N,
        norm_sq=norm_sq,
        ratio=ratio,
        gamma=gamma,
        distance_sq=float(away @ away),
        cross=float(grad_e @ away),
        decided=decision(plan, N, norm_sq, ratio, gamma_b),
    )


def perturbation(plan: Plan, grad_x: Array) -> Array:
    """e − x = ρ(1 − λ + λ/‖∇f(x)‖)∇f(x); 0 where the gradient is 0."""
    norm = float(np.linalg.norm(grad_x))
    if norm == 0.0:
        return np.zeros_like(grad_x)
    return plan.rho * (1.0 - plan.lambd + plan.lambd / norm) * grad_x


def step_size(plan: Plan, ratio: float, gamma_b: float) -> float:
    """γ = min{max(ratio, 0), γ_b} with the ratio N/‖∇f(e)‖², or γ where it was given beforehand."""
    return rules.polyak_step_size(ratio, gamma_b, True) if plan.gamma is None else plan.gamma


def update(x: Array, gamma: float, grad_e: Array) -> Array:
    """x⁺ = x − γ∇f(e)."""
    return x - gamma * grad_e


def decision(plan: Plan, N: float, norm_sq: float, ratio: float, gamma_b: float) -> str:
    """What decided the step size."""
    if norm_sq < rules.UNDERFLOW:
        return STATIONARY
    if plan.gamma is not None:
        return GIVEN
    if N < 0:
        return CLAMPED
    return CAPPED if ratio > gamma_b else RATIO
