"""Loss and gradient on chosen rows of the data: the inner loop, compiled."""

from __future__ import annotations

import math

from synthetic.compiled import compiled
from synthetic.problem import DENSE, DIAGONAL, LEAST_SQUARES, Array, Rows


@compiled
def dot(a: Array, b: Array) -> float:
    """⟨a, b⟩."""
    total = 0.0
    for i in range(a.shape[0]):
        total += a[i] * b[i]
    return total


@compiled
def loss_and_gradient(kind: int, A: Array, b: Array, reg: float, rows: Rows, x: Array, grad: Array) -> float:
    """Return the loss at x (d,) and write its gradient into `grad` (d,).

    kind DIAGONAL: ½ Σ A[0, i] x_i².  DENSE: ½ xᵀ A x.  LEAST_SQUARES, LOGISTIC: mean over `rows` (m,), where
    a row drawn twice counts twice, plus (reg/2)‖x‖²; logistic samples are log(1 + exp(−b_i ⟨a_i, x⟩)), b_i =
    ±1.
    """
    d = x.shape[0]
    if kind == DIAGONAL:
        for i in range(d):
            grad[i] = A[0, i] * x[i]
        return 0.5 * dot(grad, x)
    if kind == DENSE:
        for i in range(d):
            grad[i] = dot(A[i], x)
        return 0.5 * dot(grad, x)
    m = rows.shape[0]
    total = 0.0
    for i in range(d):
        grad[i] = reg * x[i]
    for j in range(m):
        row = rows[j]
        product = dot(A[row], x)
        if kind == LEAST_SQUARES:
            slope = product - b[row]
            total += 0.5 * slope * slope
        else:
            margin = b[row] * product
            small = math.exp(-abs(margin))  # never overflows
            total += math.log1p(small) + max(-margin, 0.0)
            slope = -b[row] * (small if margin > 0 else 1.0) / (1.0 + small)
        slope /= m
        for i in range(d):
            grad[i] += slope * A[row, i]
    return total / m + 0.5 * reg * dot(x, x)
