"""Loss and gradient on chosen rows of the data: the inner loop, compiled.

Every function returns the loss at x (d,) and writes its gradient into `grad` (d,). `rows` (m,) are the
samples of a mini-batch; a row drawn twice counts twice.
"""

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
def least_squares(A: Array, b: Array, reg: float, rows: Rows, x: Array, grad: Array) -> float:
    """½ mean (⟨a_i, x⟩ − b_i)² + (reg/2)‖x‖²."""
    d, m = x.shape[0], rows.shape[0]
    weight, total, blocks = 1.0 / m, 0.0, m - m % 5
    for i in range(d):
        grad[i] = reg * x[i]
    for j in range(0, blocks, 5):  # five rows in one go: x and grad go through the registers once
        a0, a1, a2, a3, a4 = A[rows[j]], A[rows[j + 1]], A[rows[j + 2]], A[rows[j + 3]], A[rows[j + 4]]
        r0, r1, r2, r3, r4 = 0.0, 0.0, 0.0, 0.0, 0.0
        for i in range(d):
            r0 += a0[i] * x[i]
            r1 += a1[i] * x[i]
            r2 += a2[i] * x[i]
            r3 += a3[i] * x[i]
            r4 += a4[i] * x[i]
        r0 -= b[rows[j]]
        r1 -= b[rows[j + 1]]
        r2 -= b[rows[j + 2]]
        r3 -= b[rows[j + 3]]
        r4 -= b[rows[j + 4]]
        total += (r0 * r0 + r1 * r1) + (r2 * r2 + r3 * r3) + r4 * r4
        r0, r1, r2, r3, r4 = weight * r0, weight * r1, weight * r2, weight * r3, weight * r4
        for i in range(d):
            grad[i] += (r0 * a0[i] + r1 * a1[i]) + (r2 * a2[i] + r3 * a3[i]) + r4 * a4[i]
    for j in range(blocks, m):
        row = A[rows[j]]
        residual = dot(row, x) - b[rows[j]]
        total += residual * residual
        residual *= weight
        for i in range(d):
            grad[i] += residual * row[i]
    return 0.5 * (total * weight + reg * dot(x, x))


@compiled
def logistic(A: Array, b: Array, reg: float, rows: Rows, x: Array, grad: Array) -> float:
    """mean log(1 + exp(−b_i ⟨a_i, x⟩)) + (reg/2)‖x‖², b_i = ±1."""
    d, m = x.shape[0], rows.shape[0]
    total = 0.0
    for i in range(d):
        grad[i] = reg * x[i]
    for j in range(m):
        row, label = A[rows[j]], b[rows[j]]
        margin = label * dot(row, x)
        small = math.exp(-abs(margin))  # never overflows
        total += math.log1p(small) + max(-margin, 0.0)
        slope = -label * (small if margin > 0 else 1.0) / ((1.0 + small) * m)
        for i in range(d):
            grad[i] += slope * row[i]
    return total / m + 0.5 * reg * dot(x, x)


@compiled
def loss_and_gradient(kind: int, A: Array, b: Array, reg: float, rows: Rows, x: Array, grad: Array) -> float:
    """The loss of this kind. DIAGONAL: ½ Σ A[0, i] x_i².  DENSE: ½ xᵀ A x.  The others: on `rows`."""
    if kind == LEAST_SQUARES:
        return least_squares(A, b, reg, rows, x, grad)
    if kind == DIAGONAL:
        for i in range(x.shape[0]):
            grad[i] = A[0, i] * x[i]
        return 0.5 * dot(grad, x)
    if kind == DENSE:
        for i in range(x.shape[0]):
            grad[i] = dot(A[i], x)
        return 0.5 * dot(grad, x)
    return logistic(A, b, reg, rows, x, grad)
