"""What One step computes: from the screen's values to the whole way of each method, number by number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lab.params import Value, real, whole
from lab.params.one_step import EDGE
from synthetic.compiled import rules
from synthetic.plane import PlaneFunction, log_sum_exp, quadratic, ripples
from synthetic.problem import Array

VIEW = 3.2  # the picture shows [−VIEW, VIEW]²
DIVERGED = 1e6  # distance from the origin at which a way is given up

# What decided the step size.
RATIO, CAPPED, CLAMPED, STATIONARY, GIVEN = "ratio", "capped", "clamped", "stationary", "given"


@dataclass(frozen=True)
class Plan:
    """A method: e = x + ρ(1 − λ + λ/‖∇f(x)‖)∇f(x), and the Polyak step, or γ where it is given."""

    key: str
    name: str
    rho: float
    lambd: float
    gamma: float | None = None


@dataclass(frozen=True)
class Way:
    """A method's steps t = 0 … T − 1, with everything that a picture of a step needs.

    Attributes
    ----------
    x, e, grad_x, grad_e, x_next : ndarray, (T, 2)
    loss_x, loss_e : ndarray, (T,)
        f(x), f(e).
    inner : ndarray, (T,)
        ⟨∇f(e), e − x⟩.
    N : ndarray, (T,)
        f(e) − ℓ* − ⟨∇f(e), e − x⟩.
    norm_sq : ndarray, (T,)
        ‖∇f(e)‖².
    ratio : ndarray, (T,)
        N/‖∇f(e)‖², the step before safeguard and cap; 0 where the gradient is 0.
    gamma : ndarray, (T,)
    distance_sq : ndarray, (T,)
        ‖x − x*‖².
    cross : ndarray, (T,)
        ⟨∇f(e), x − x*⟩; convexity says that it is at least N when ℓ* = f*.
    decided : tuple of str
        RATIO, CAPPED, CLAMPED, STATIONARY or GIVEN.
    left_at, diverged_at : int or None
        The first step whose x⁺ is outside the picture; the step after which the way was given up.
    """

    plan: Plan
    x: Array
    e: Array
    grad_x: Array
    grad_e: Array
    x_next: Array
    loss_x: Array
    loss_e: Array
    inner: Array
    N: Array
    norm_sq: Array
    ratio: Array
    gamma: Array
    distance_sq: Array
    cross: Array
    decided: tuple[str, ...]
    left_at: int | None
    diverged_at: int | None

    @property
    def steps(self) -> int:
        """T."""
        return len(self.gamma)

    @property
    def adaptive(self) -> bool:
        """Whether the method computes γ itself."""
        return self.plan.gamma is None

    def bound(self, gamma: Array | float) -> Array:
        """φ(γ) = ‖x − x*‖² − 2γN + γ²‖∇f(e)‖² of every step, (T,)."""
        return np.asarray(self.distance_sq - 2 * gamma * self.N + gamma**2 * self.norm_sq)

    def truth(self, gamma: Array | float) -> Array:
        """‖x − γ∇f(e) − x*‖² of every step, (T,): the same parabola with `cross` for N."""
        return np.asarray(self.distance_sq - 2 * gamma * self.cross + gamma**2 * self.norm_sq)


@dataclass(frozen=True)
class Outcome:
    """The function, the ways of one or two methods over it, and the lower bound they were given."""

    function: PlaneFunction
    variables: int
    f_star: float
    gamma_b: float
    ways: tuple[Way, ...]


def compute(values: Mapping[str, Value]) -> Outcome:
    """Take the steps that the screen's values describe."""
    variables = int(str(values["variables"]))
    function = function_of(values)
    f_star = {"min": function.f_min, "0": 0.0}.get(str(values["f_star"]), real(values, "bound"))
    gamma_b = real(values, "gamma_b")
    start = np.array([real(values, "x1"), real(values, "x2") if variables == 2 else 0.0])
    ways = tuple(
        walk(function, plan, start, f_star, gamma_b, whole(values, "steps"))
        for plan in plans(function, values)
    )
    return Outcome(function, variables, f_star, gamma_b, ways)


def function_of(values: Mapping[str, Value]) -> PlaneFunction:
    """The function on the plane, or the one whose first axis is the function of one variable."""
    flat = values["variables"] == "1"
    if values["function"] == "quadratic":
        return quadratic(1.0, 0.0) if flat else quadratic(real(values, "kappa"))
    if values["function"] == "log_sum_exp":
        return log_sum_exp(0.0) if flat else log_sum_exp()
    return ripples(0.0) if flat else ripples()


def plans(function: PlaneFunction, values: Mapping[str, Value]) -> list[Plan]:
    """The method that the controls set, then the second one if there is one."""
    rho, lambd, L = real(values, "rho"), real(values, "lambd"), function.L

    def adaptive(lambd: float) -> Plan:
        key, name = {0.0: ("usam_ps", "USAM-PS"), 1.0: ("sam_ps", "SAM-PS")}.get(
            lambd, ("mix", f"PS, λ = {lambd:g}")
        )
        return Plan(key, name, rho, lambd)

    second = {
        "other": adaptive(1.0 if lambd < 0.5 else 0.0),
        "sps_max": Plan("sps_max", "SPS_max", 0.0, 0.0),
        "usam": Plan("usam", "USAM, constant γ", 1 / (2 * L), 0.0, 1 / (2 * L)),
        "sgd": Plan("sgd", "Gradient descent", 0.0, 0.0, 1 / L),
    }
    return [adaptive(lambd), *([second[str(values["second"])]] if values["second"] != "none" else [])]


def walk(function: PlaneFunction, plan: Plan, start: Array, f_star: float, gamma_b: float, steps: int) -> Way:
    """Take at most `steps` steps; fewer where x no longer moves, or is further than `DIVERGED`."""
    taken: list[dict[str, Any]] = []
    x = start
    while len(taken) < steps:
        step = take(function, plan, x, f_star, gamma_b)
        taken.append(step)
        if np.array_equal(step["x_next"], x) or not np.linalg.norm(step["x_next"]) < DIVERGED:
            break
        x = step["x_next"]
    decided = tuple(step.pop("decided") for step in taken)
    columns = {name: np.array([step[name] for step in taken]) for name in taken[0]}
    last = float(np.linalg.norm(columns["x_next"][-1]))
    outside = np.flatnonzero(~np.all(np.abs(columns["x_next"]) <= VIEW, axis=1))
    return Way(
        plan=plan,
        decided=decided,
        left_at=int(outside[0]) if outside.size else None,
        diverged_at=None if last < DIVERGED else len(taken) - 1,
        **columns,
    )


def take(function: PlaneFunction, plan: Plan, x: Array, f_star: float, gamma_b: float) -> dict[str, Any]:
    """One step from x, with the rules of `synthetic.compiled.rules`."""
    grad_x = function.gradient(x)
    e = x + perturbation(plan, grad_x)
    grad_e = function.gradient(e)
    inner, norm_sq = float(grad_e @ (e - x)), float(grad_e @ grad_e)
    # f(e) − ℓ* as (f(e) − f*) + (f* − ℓ*): close to the minimum nothing cancels
    excess_e, room = float(function.excess(e)), function.f_min - f_star
    ratio = rules.polyak_ratio(excess_e, -room, inner, norm_sq)
    gamma = plan.gamma
    if gamma is None:
        gamma = rules.polyak_step_size(ratio, gamma_b, True)
    away = x - np.array(function.x_star)
    N = excess_e + room - inner
    return {
        "x": x,
        "e": e,
        "grad_x": grad_x,
        "grad_e": grad_e,
        "x_next": x - gamma * grad_e,
        "loss_x": float(function.loss(x)),
        "loss_e": float(function.loss(e)),
        "inner": inner,
        "N": N,
        "norm_sq": norm_sq,
        "ratio": ratio,
        "gamma": gamma,
        "distance_sq": float(away @ away),
        "cross": float(grad_e @ away),
        "decided": decision(plan, N, norm_sq, ratio, gamma_b),
    }


def perturbation(plan: Plan, grad_x: Array) -> Array:
    """e − x = ρ(1 − λ + λ/‖∇f(x)‖)∇f(x); 0 where the gradient is 0."""
    norm = float(np.linalg.norm(grad_x))
    if norm == 0.0:
        return np.zeros_like(grad_x)
    return plan.rho * (1.0 - plan.lambd + plan.lambd / norm) * grad_x


def decision(plan: Plan, N: float, norm_sq: float, ratio: float, gamma_b: float) -> str:
    """What decided the step size."""
    if norm_sq < rules.UNDERFLOW:
        return STATIONARY
    if plan.gamma is not None:
        return GIVEN
    if N < 0:
        return CLAMPED
    return CAPPED if ratio > gamma_b else RATIO


def picked(point: object, variables: int) -> dict[str, float]:
    """Values of x1 (and x2) at a point that was clicked: to two decimals, moved inside the allowed range.

    Anything that is not a pair of finite numbers changes nothing.
    """
    if not isinstance(point, (list, tuple)) or len(point) != 2:
        return {}
    if not all(isinstance(p, (int, float)) and math.isfinite(p) for p in point):
        return {}
    return {f"x{i + 1}": min(max(round(float(point[i]), 2), -EDGE), EDGE) for i in range(variables)}
