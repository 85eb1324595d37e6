"""USAM-PS in arithmetic of 180 digits, where rounding plays no part: least squares in its eigenbasis."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np

from synthetic.problem import Array

DIGITS = 180  # some 600 bits


def iterations_to(target: float, eigenvalues: Array, offset: Array, rho: float, most: int) -> float:
    """First t ≤ `most` with f(x^t) − f* ≤ target (f(x⁰) − f*), ℓ* = f*; inf if there is none.

    `offset` is x⁰ − x* along the eigenvectors. With e_i = (1 + ρλ_i) y_i and g_i = λ_i e_i a step is
    y ← y − γ g, γ = (Σ λ_i e_i²/2 − Σ g_i (e_i − y_i)) / Σ g_i².
    """
    with localcontext() as context:
        context.prec = DIGITS
        curvature = [Decimal(value) for value in eigenvalues.tolist()]
        climb = [1 + Decimal(rho) * value for value in curvature]
        y = [Decimal(value) for value in offset.tolist()]
        enough = Decimal(target) * _twice_loss(curvature, y)
        for t in range(most + 1):
            if _twice_loss(curvature, y) <= enough:
                return t
            e = [factor * value for factor, value in zip(climb, y, strict=True)]
            g = [factor * value for factor, value in zip(curvature, e, strict=True)]
            inner = sum(slope * (up - value) for slope, up, value in zip(g, e, y, strict=True))
            gamma = (_twice_loss(curvature, e) / 2 - inner) / sum(slope * slope for slope in g)
            y = [value - gamma * slope for value, slope in zip(y, g, strict=True)]
    return math.inf


def _twice_loss(curvature: list[Decimal], y: list[Decimal]) -> Decimal:
    return sum((factor * value * value for factor, value in zip(curvature, y, strict=True)), Decimal(0))


def along_eigenvectors(problem: object, x0: Array) -> Array:
    """x⁰ − x* as the engine has it, (d,)."""
    return np.asarray(problem.view(x0, True, True)[1][: problem.d])  # type: ignore[attr-defined]
