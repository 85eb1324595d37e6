"""Proposition 2.1, counted: the numerator N of the Polyak step, and where it falls below 0.

    N = f(e) − f* − ⟨∇f(e), e − x⟩,   e = x + ρ∇f(x)   (λ = 0, full batch, ℓ* = f*)

For f convex and L-smooth N ≥ (1 − L²ρ²)(f(x) − f*) ([SPS-SAM], Proposition 2.1; statement, assumptions and
proof in `synthetic.theory.theorems.P2_1`), so for ρ ≤ 1/L the safeguard max(N, 0) never acts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synthetic import checks
from synthetic.problem import Array, Problem
from synthetic.ridge import RidgeRegression

ROUNDING = 1e-13  # of the terms that cancel in N


class Numerator(NamedTuple):
    """N at P points for R radii.

    Attributes
    ----------
    N : (R, P). relative : N / (f(x) − f*), (R, P), NaN where x is a minimiser.
    negative : (R, P), whether N lies below 0 by more than the rounding of its terms: there the safeguard
        acts.
    """

    N: Array
    relative: Array
    negative: NDArray[np.bool_]


def numerator(problem: Problem, x: Array, rho: Array) -> Numerator:
    """N of the full-batch USAM step at the points x (P, d), for each radius of rho (R,).

    Raises
    ------
    ValueError
        If x is not of shape (P, d) and finite, or a radius is negative or not finite.
    """
    x, rho = np.asarray(x, dtype=float), np.asarray(rho, dtype=float)
    if x.ndim != 2 or x.shape[1] != problem.d or not np.all(np.isfinite(x)):
        raise ValueError(f"x must be finite, of shape (P, {problem.d}), got shape {x.shape}")
    if rho.ndim != 1:
        raise ValueError(f"rho must be of shape (R,), got shape {rho.shape}")
    for value in rho.tolist():
        checks.real("rho", value, 0.0)
    step = rho[:, None, None] * problem.gradient(x)
    e = x + step
    loss_e = problem.loss(e)
    inner = np.sum(problem.gradient(e) * step, -1)
    N = loss_e - problem.f_min - inner
    loss = problem.loss(x)
    gap = loss - problem.f_min
    relative = np.divide(N, gap, out=np.full_like(N, np.nan), where=gap > ROUNDING * loss)
    rounding = ROUNDING * (loss_e + abs(problem.f_min) + np.abs(inner))
    return Numerator(N, relative, N + rounding < 0)


def lower_bound(L: float, rho: Array) -> Array:
    """1 − L²ρ², below which N / (f(x) − f*) never falls, (R,)."""
    return 1.0 - (L * np.asarray(rho, dtype=float)) ** 2


def random_points(problem: Problem, count: int, seed: int) -> Array:
    """x* plus standard normal vectors, (count, d)."""
    rng = np.random.default_rng([checks.whole("seed", seed, 0), 3])
    return problem.x_star + rng.standard_normal((checks.whole("count", count, 1), problem.d))


def steepest_point(problem: RidgeRegression) -> Array:
    """x* plus the unit eigenvector of the largest eigenvalue L of H, (1, d): there the proposition is
    sharp.
    """
    return problem.x_star[None, :] + np.linalg.eigh(problem.H)[1][None, :, -1]
