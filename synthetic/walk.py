"""The way of one method over a function of the plane: step after step, every number kept."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from synthetic import checks
from synthetic.plane import PlaneFunction
from synthetic.problem import Array
from synthetic.step import Plan, Step, take

NUMBERS = [name for name in Step._fields if name != "decided"]
DIVERGED = 1e6  # distance from the origin at which a way is given up


@dataclass(frozen=True)
class Way:
    """The steps t = 0 … T − 1 of a method.

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
        RATIO, CAPPED, CLAMPED, STATIONARY or GIVEN of `synthetic.step`.
    diverged_at : int or None
        The step after which the way was given up.
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


def walk(function: PlaneFunction, plan: Plan, start: Array, f_star: float, gamma_b: float, steps: int) -> Way:
    """Take at most `steps` steps; fewer where x no longer moves, or is further than `DIVERGED`.

    Parameters
    ----------
    function : PlaneFunction
    plan : Plan
    start : ndarray, (2,)
    f_star : float
        The lower bound ℓ* that the Polyak step is given.
    gamma_b : float
        Its cap γ_b ≥ 0, or ∞.
    steps : int
        At least 1.

    Raises
    ------
    ValueError
        If `f_star` is not finite, `gamma_b` negative or NaN, or `steps` below 1.
    """
    checks.real("f_star", f_star)
    if gamma_b != math.inf:
        checks.real("gamma_b", gamma_b, 0.0)
    checks.whole("steps", steps, 1)
    taken = [take(function, plan, start, f_star, gamma_b)]
    while len(taken) < steps and _goes_on(taken[-1]):
        taken.append(take(function, plan, taken[-1].x_next, f_star, gamma_b))
    numbers = {name: np.array([getattr(step, name) for step in taken]) for name in NUMBERS}
    decided = tuple(step.decided for step in taken)
    diverged_at = len(taken) - 1 if _is_lost(taken[-1]) else None
    return Way(plan=plan, decided=decided, diverged_at=diverged_at, **numbers)


def _goes_on(step: Step) -> bool:
    return not np.array_equal(step.x_next, step.x) and not _is_lost(step)


def _is_lost(step: Step) -> bool:
    return not np.linalg.norm(step.x_next) < DIVERGED  # NaN is lost too
