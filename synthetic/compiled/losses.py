"""Loss and gradient on chosen rows of the data: the inner loop, compiled.

Every function returns the loss at x (d,) and writes its gradient into `grad` (d,).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from synthetic.compiled.compile import compiled, exactly
from synthetic.problem import CENTRED, DENSE, DIAGONAL, LEAST_SQUARES, Array, Rows

# Unsigned places: numba does not look whether they count from the end.
ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT = (np.uint64(place) for place in range(1, 9))


class Batch(NamedTuple):
    """Samples `rows` (k,) and their `weights` (k,), which sum to 1: the loss is Σ weights_j f_(rows_j)."""

    rows: Rows
    weights: Array


@compiled
def dot(a: Array, b: Array) -> float:
    """⟨a, b⟩."""
    total = 0.0
    for i in range(a.shape[0]):
        total += a[i] * b[i]
    return total


@exactly
def ordered_dot(a: Array, b: Array) -> float:
    """⟨a, b⟩ in eight running sums, these added up in pairs, and then what is no whole register.

    Every machine adds up in this order, and so can NumPy: a script repeats full-batch runs bit for bit.
    """
    whole = a.shape[0] // 8
    r0, r1, r2, r3, r4, r5, r6, r7 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(whole):
        i = np.uint64(j) * EIGHT
        r0 += a[i] * b[i]
        r1 += a[i + ONE] * b[i + ONE]
        r2 += a[i + TWO] * b[i + TWO]
        r3 += a[i + THREE] * b[i + THREE]
        r4 += a[i + FOUR] * b[i + FOUR]
        r5 += a[i + FIVE] * b[i + FIVE]
        r6 += a[i + SIX] * b[i + SIX]
        r7 += a[i + SEVEN] * b[i + SEVEN]
    total = ((r0 + r1) + (r2 + r3)) + ((r4 + r5) + (r6 + r7))
    for k in range(8 * whole, a.shape[0]):
        total += a[k] * b[k]
    return total


@exactly
def diagonal(h: Array, x: Array, grad: Array) -> float:
    """½ Σ h_i x_i², its gradient into `grad`."""
    for i in range(x.shape[0]):
        grad[i] = h[i] * x[i]
    return 0.5 * ordered_dot(grad, x)


@compiled
def merge(drawn: Rows, counts: Rows, batch: Batch) -> int:
    """Write the different samples of `drawn` (m,), ascending, and their shares of it into `batch`; how many.

    `counts` (n,) is zero before and after.
    """
    share, size = 1.0 / drawn.shape[0], 0
    for row in drawn:
        counts[row] += 1
    for row in range(counts.shape[0]):
        count = counts[row]
        counts[row] = 0
        batch.rows[size], batch.weights[size] = row, share * count
        size += min(count, 1)  # no branch, which would be guessed wrongly every third time
    return size


@compiled
def ridge_term(reg: float, x: Array, grad: Array) -> float:
    """(reg/2)‖x‖², its gradient into `grad`."""
    norm_sq = 0.0
    for i in range(x.shape[0]):
        grad[i] = reg * x[i]
        norm_sq += x[i] * x[i]
    return 0.5 * reg * norm_sq


@compiled
def least_squares(A: Array, b: Array, reg: float, batch: Batch, x: Array, grad: Array) -> float:
    """½ Σ w_i (⟨a_i, x⟩ − b_i)² + (reg/2)‖x‖²."""
    rows, weights = batch
    d, size = x.shape[0], rows.shape[0]
    total, blocks = 0.0, size - size % 5
    regularisation = ridge_term(reg, x, grad)
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
        w0, w1, w2, w3, w4 = (
            weights[j] * r0,
            weights[j + 1] * r1,
            weights[j + 2] * r2,
            weights[j + 3] * r3,
            weights[j + 4] * r4,
        )
        total += (w0 * r0 + w1 * r1) + (w2 * r2 + w3 * r3) + w4 * r4
        for i in range(d):
            grad[i] += (w0 * a0[i] + w1 * a1[i]) + (w2 * a2[i] + w3 * a3[i]) + w4 * a4[i]
    for j in range(blocks, size):
        row = A[rows[j]]
        residual = dot(row, x) - b[rows[j]]
        weighted = weights[j] * residual
        total += weighted * residual
        for i in range(d):
            grad[i] += weighted * row[i]
    return 0.5 * total + regularisation


@compiled
def logistic(A: Array, b: Array, reg: float, batch: Batch, x: Array, grad: Array) -> float:
    """Σ w_i log(1 + exp(−b_i ⟨a_i, x⟩)) + (reg/2)‖x‖², b_i = ±1."""
    rows, weights = batch
    total = ridge_term(reg, x, grad)
    for j in range(rows.shape[0]):
        row, label = A[rows[j]], b[rows[j]]
        margin = label * dot(row, x)
        small = math.exp(-abs(margin))  # never overflows
        total += weights[j] * (math.log1p(small) + max(-margin, 0.0))
        slope = -label * weights[j] * (small if margin > 0 else 1.0) / (1.0 + small)
        for i in range(x.shape[0]):
            grad[i] += slope * row[i]
    return total


@compiled
def loss_and_gradient(
    kind: int, A: Array, b: Array, reg: float, batch: Batch, x: Array, grad: Array
) -> float:
    """The loss of this kind. DIAGONAL: ½ Σ A[0, i] x_i².  DENSE: ½ xᵀ A x.  The others: on the batch."""
    if kind in (LEAST_SQUARES, CENTRED):
        return least_squares(A, b, reg, batch, x, grad)
    if kind == DIAGONAL:
        return diagonal(A[0], x, grad)
    if kind == DENSE:
        for i in range(x.shape[0]):
            grad[i] = dot(A[i], x)
        return 0.5 * dot(grad, x)
    return logistic(A, b, reg, batch, x, grad)
