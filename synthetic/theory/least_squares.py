"""How little one exact Polyak step can gain on least squares: the worst case, reached by two curvatures.

Let p_i be the weights of x − x* in the eigenbasis of H and s_i = h_i(1 + ρh_i). A step multiplies the squared
distance by  1 − A(2C − A)/B,  A = ½E_p[s(1 − ρh)],  B = E_p[s²],  C = E_p[s].
"""

from __future__ import annotations

import math

from synthetic.problem import Rows
from synthetic.theory.assumptions import deterministic, plain_step, quadratic
from synthetic.theory.bound import Bound, bound
from synthetic.theory.setting import Setting
from synthetic.theory.theorems import LEAST_SQUARES


def least_squares(setting: Setting, iterations: Rows) -> Bound:
    """‖x^T − x*‖² ≤ q^T D₀ with q the worst factor of one step (derived here, exact for one step)."""
    reasons = deterministic(setting) + quadratic(setting) + plain_step(setting)
    return bound(LEAST_SQUARES, reasons, lambda T: worst_factor(setting) ** T * setting.D0, iterations)


def worst_factor(setting: Setting) -> float:
    """The largest factor of one step over all x; NaN where the Hessian is not constant."""
    if setting.spectrum is None:
        return math.nan
    return max(step_factor(setting, p) for p in _candidates(setting))


def step_factor(setting: Setting, p: float) -> float:
    """1 − A(2C − A)/B for x − x* with weight p on the largest eigenvalue and 1 − p on the smallest."""
    A, B, C = (low + p * (high - low) for low, high in _moments(setting))
    return 1.0 - A * (2.0 * C - A) / B if B > 0 else 1.0


def _moments(setting: Setting) -> tuple[tuple[float, float], ...]:
    """A, B and C at p = 0 and at p = 1, in units of the largest curvature."""
    low, high = setting.spectrum or (math.nan, math.nan)
    ends = [h / high if high > 0 else 0.0 for h in (low, high)]
    r = setting.rho * high
    s = [h * (1.0 + r * h) for h in ends]
    return (
        (0.5 * s[0] * (1.0 - r * ends[0]), 0.5 * s[1] * (1.0 - r * ends[1])),
        (s[0] ** 2, s[1] ** 2),
        (s[0], s[1]),
    )


def _candidates(setting: Setting) -> list[float]:
    """The ends p = 0 and 1, and the points between at which the factor's derivative in p is 0.

    With A, B, C linear in p the gain is a quadratic over a linear function, so these are the roots of a
    quadratic: (A(2C − A))' B − A(2C − A) B' = 0.
    """
    (a0, a1), (b0, b1), (c0, c1) = _moments(setting)
    da, db, dc = a1 - a0, b1 - b0, c1 - c0
    square, linear, constant = da * (2.0 * dc - da), 2.0 * (a0 * dc + da * c0 - a0 * da), a0 * (2.0 * c0 - a0)
    return [0.0, 1.0, *_roots(square * db, 2.0 * square * b0, linear * b0 - constant * db)]


def _roots(a: float, b: float, c: float) -> list[float]:
    """The real roots of a p² + b p + c between 0 and 1."""
    discriminant = b * b - 4.0 * a * c
    if discriminant < 0:
        return []
    q = -0.5 * (b + math.copysign(math.sqrt(discriminant), b))  # the sum in which nothing cancels
    roots = [top / bottom for top, bottom in ((q, a), (c, q)) if bottom != 0]
    return [p for p in roots if 0.0 < p < 1.0]
