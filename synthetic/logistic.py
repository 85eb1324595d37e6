"""Regularised logistic regression: convex and smooth, with a minimum that is not 0.

f(x) = (1/n) Σ log(1 + exp(−b_i ⟨a_i, x⟩)) + (reg/2) ‖x‖²,   b_i = ±1,   reg > 0
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from synthetic import ranges
from synthetic.compiled.layout import aligned
from synthetic.problem import LOGISTIC, Array, Rows, View

NEWTON_STEPS = 100
HALVINGS = 50
BATCH_ENTRIES = 1 << 22  # numbers held at a time while mini-batch minima are found


def conditioned(A: Array, kappa: float) -> Array:
    """The matrix with the singular vectors of A and log-spaced singular values, of condition number `kappa`.

    Its Frobenius norm is that of A. Raises ValueError for kappa below 1.
    """
    ranges.KAPPA.check("kappa", kappa)
    U, s, Vt = np.linalg.svd(np.asarray(A, dtype=float), full_matrices=False)
    spaced = np.geomspace(kappa, 1.0, len(s))
    return U * (spaced * np.linalg.norm(s) / np.linalg.norm(spaced)) @ Vt


def standardised(A: Array) -> Array:
    """The columns of A with mean 0 and standard deviation 1 (a constant column becomes 0)."""
    centred = np.asarray(A, dtype=float) - np.mean(A, axis=0)
    spread = np.std(centred, axis=0)
    return np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)


class LogisticRegression:
    """Logistic regression with exact constants, its minimum by Newton's method.

    Parameters
    ----------
    A : (n, d), finite. b : (n,) labels, −1 or 1. reg : above 0.

    Attributes
    ----------
    L, L_max : λ_max(AᵀA)/(4n) + reg, and max_i ‖a_i‖²/4 + reg. mu : reg (the data add nothing far from 0).
    x_star, f_min : minimiser and minimum.
    f_min_error : upper bound ‖∇f(x*)‖² / (2 reg) on what is still above the true minimum, before rounding.

    Raises
    ------
    ValueError
        If the shapes do not fit, a value is not finite, a label is not ±1 or reg is not positive.
    """

    lower_bound = 0.0
    spectrum = None  # the Hessian changes with x

    def __init__(self, A: Array, b: Array, reg: float) -> None:
        A, b = np.array(A, dtype=float, order="C"), np.array(b, dtype=float)
        if A.ndim != 2 or 0 in A.shape or not np.all(np.isfinite(A)):
            raise ValueError(f"A must be a finite matrix of shape (n, d) with n, d >= 1, got shape {A.shape}")
        if b.shape != A.shape[:1] or not np.all(np.abs(b) == 1):
            raise ValueError(f"b must hold labels -1 or 1, of shape ({A.shape[0]},), got shape {b.shape}")
        self.A, self.b, self.reg = A, b, ranges.LOGISTIC_REG.check("reg", reg)
        self.n, self.d = A.shape

    @cached_property
    def L(self) -> float:
        return float(np.linalg.norm(self.A, 2) ** 2 / (4 * self.n) + self.reg)

    @property
    def mu(self) -> float:
        return self.reg

    @cached_property
    def L_max(self) -> float:
        return float(np.max(np.einsum("ij,ij->i", self.A, self.A)) / 4 + self.reg)

    @cached_property
    def x_star(self) -> Array:
        return newton_minimiser(self.A, self.b, self.reg)

    @cached_property
    def f_min(self) -> float:
        return float(self.loss(self.x_star))

    @property
    def f_min_error(self) -> float:
        return float(np.sum(self.gradient(self.x_star) ** 2) / (2 * self.reg))

    def loss(self, x: Array) -> Array:
        """f at x of shape (..., d): shape (...)."""
        return np.mean(np.logaddexp(0.0, -self.b * (x @ self.A.T)), -1) + self.reg / 2 * np.sum(x**2, -1)

    def gradient(self, x: Array) -> Array:
        """∇f at x of shape (..., d): same shape."""
        return -(self.b * _sigmoid(-self.b * (x @ self.A.T))) @ self.A / self.n + self.reg * x

    def batch_loss(self, x: Array, rows: Rows) -> float:
        """f_S at x (d,) for the rows S, (m,); a row drawn twice counts twice."""
        margins = self.b[rows] * (self.A[rows] @ x)
        return float(np.mean(np.logaddexp(0.0, -margins)) + self.reg / 2 * (x @ x))

    def batch_gradient(self, x: Array, rows: Rows) -> Array:
        """∇f_S at x (d,) for the rows S, (m,)."""
        A, b = self.A[rows], self.b[rows]
        return -A.T @ (b * _sigmoid(-b * (A @ x))) / len(rows) + self.reg * x

    def batch_minimum(self, rows: Rows) -> Array:
        """min f_S for each mini-batch of `rows` (..., m), by Newton's method: shape (...)."""
        lines = rows.reshape(-1, rows.shape[-1])
        size = max(1, BATCH_ENTRIES // (self.d * (self.d + rows.shape[-1])))
        minima = [self._minima(lines[start : start + size]) for start in range(0, len(lines), size)]
        return np.concatenate(minima).reshape(rows.shape[:-1])

    def _minima(self, rows: Rows) -> Array:
        A, b = self.A[rows], self.b[rows]
        return _losses(A, b, self.reg, newton_minimiser(A, b, self.reg))

    def nearest_minimizer(self, x: Array) -> Array:
        """The one minimiser, (d,)."""
        return self.x_star

    def mean_batch_excess(self, f_star: float | str) -> float:
        """Upper bound on sigma_sq = E[f_S(x*) − ℓ*_S]: exact for a number ℓ*; for "batch_minimum" the value
        at m = 1, since a mean of losses has a minimum no lower than the mean of their minima.
        """
        if f_star == "batch_minimum":
            return float(self.f_min - np.mean(self.batch_minimum(np.arange(self.n)[:, None])))
        return self.f_min - (self.f_min if isinstance(f_star, str) else f_star)

    def view(self, x0: Array, full_batch: bool, rotate: bool) -> tuple[View, Array, Callable[[Array], Array]]:
        """The samples themselves; the gap is f(x) − f_min, exact to the rounding of f."""
        kind, A, origin = LOGISTIC, self._rows, aligned(self.x_star)
        view = View(kind, A, self.b, self.reg, kind, A, self.b, origin, self.f_min, 0.0)
        return view, aligned(x0), lambda x: x[: self.d].copy()

    @cached_property
    def _rows(self) -> Array:
        return aligned(self.A)


def _sigmoid(z: Array) -> Array:
    """1 / (1 + exp(−z)) without overflow."""
    small = np.exp(-np.abs(z))
    return np.where(z > 0, 1.0, small) / (1.0 + small)


def _losses(A: Array, b: Array, reg: float, x: Array) -> Array:
    """f at x (..., d) for stacks of data A (..., m, d), b (..., m): shape (...)."""
    margins = b * np.einsum("...md,...d->...m", A, x)
    return np.mean(np.logaddexp(0.0, -margins), -1) + reg / 2 * np.sum(x**2, -1)


def newton_minimiser(A: Array, b: Array, reg: float) -> Array:
    """Minimisers (..., d) for stacks of data A (..., m, d), b (..., m): damped Newton until nothing
    improves.
    """
    m, d = A.shape[-2:]
    x = np.zeros((*A.shape[:-2], d))
    value = _losses(A, b, reg, x)
    for _ in range(NEWTON_STEPS):
        miss = _sigmoid(-b * np.einsum("...md,...d->...m", A, x))
        gradient = -np.einsum("...md,...m->...d", A, b * miss) / m + reg * x
        weighted = A * (miss * (1 - miss))[..., None]
        hessian = np.swapaxes(weighted, -1, -2) @ A / m + reg * np.eye(d)
        step = np.linalg.solve(hessian, gradient[..., None])[..., 0]
        x, lower = _descend(A, b, reg, x, value, step, np.sum(gradient * step, -1))
        if np.all(value - lower <= 1e-16 * value):
            return x
        value = lower
    return x


def _descend(
    A: Array, b: Array, reg: float, x: Array, value: Array, step: Array, slope: Array
) -> tuple[Array, Array]:
    """Halve each Newton step until it gains a quarter of what its slope promises (or is within rounding)."""
    length = np.ones(value.shape)
    for _ in range(HALVINGS):
        trial = x - length[..., None] * step
        lower = _losses(A, b, reg, trial)
        short = lower > value - 0.25 * length * slope + 1e-15 * value
        if not np.any(short):
            return trial, lower
        length = np.where(short, length / 2, length)
    return trial, lower
