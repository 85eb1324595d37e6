"""Ridge regression with everything about it known exactly.

f(x) = ‖A x − b‖² / (2n) + (reg / 2) ‖x‖²,   H = AᵀA / n + reg I,   x* = H⁻¹ Aᵀ b / n.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synthetic import checks, ranges
from synthetic.compiled.layout import aligned
from synthetic.problem import CENTRED, DENSE, DIAGONAL, LEAST_SQUARES, Array, Rows, View

INTERPOLATION_TOLERANCE = 1e-12  # relative residual below which A x = b counts as solved


@dataclass(frozen=True)
class RidgeConfig:
    """Recipe of a random ridge regression. Hashable; the same recipe gives the same numbers.

    Parameters
    ----------
    n, d : number of samples and of unknowns, at least 1.
    kappa : condition number, at least 1.
    kappa_of : which one `kappa` is: "A" (ratio of the extreme singular values of A; they are log-spaced from
        kappa^(-1/2) to kappa^(1/2)) or "H" (ratio of the extreme eigenvalues of the Hessian, log-spaced too).
        With reg = 0 and n >= d, kappa(H) = kappa(A)².
    design : "conditioned" (as above) or "gaussian" (independent standard normal entries; `kappa` is not
        used).
    reg : weight of (1/2)‖x‖², at least 0.
    interpolated : b = A x_true. Otherwise b = A x_true + noise · standard normal.
    noise : standard deviation of the label noise, at least 0; used only if not `interpolated`.
    seed : at least 0.

    Raises
    ------
    ValueError
        For a value outside its range, and for kappa_of = "H" where no such Hessian exists (d > n with reg =
        0, or with kappa = 1).
    """

    n: int = 100
    d: int = 100
    kappa: float = 10.0
    kappa_of: str = "A"
    design: str = "conditioned"
    reg: float = 0.0
    interpolated: bool = True
    noise: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        ranges.N.check("n", self.n)
        ranges.D.check("d", self.d)
        ranges.KAPPA.check("kappa", self.kappa)
        checks.choice("kappa_of", self.kappa_of, ("A", "H"))
        checks.choice("design", self.design, ("conditioned", "gaussian"))
        ranges.REG.check("reg", self.reg)
        checks.flag("interpolated", self.interpolated)
        ranges.NOISE.check("noise", self.noise)
        ranges.SEED.check("seed", self.seed)
        if self.design == "conditioned" and self.kappa_of == "H" and self.d > self.n:
            shape = f"with d = {self.d} > n = {self.n}"
            if self.reg == 0:
                raise ValueError(f"kappa_of must be 'A' {shape} and reg = 0 (H is singular), got 'H'")
            if self.kappa == 1:
                raise ValueError(f"kappa of H must be above 1 {shape}, got {self.kappa!r}")

    def build(self) -> RidgeRegression:
        """Draw the problem."""
        rng = np.random.default_rng([self.seed, 0])
        if self.design == "gaussian":
            A = rng.standard_normal((self.n, self.d))
        else:
            A = (
                _orthonormal(rng, self.n, self.d)
                * singular_values(self)
                @ _orthonormal(rng, self.d, self.n).T
            )
        x_true = rng.standard_normal(self.d)
        b = A @ x_true
        if not self.interpolated:
            b = b + self.noise * rng.standard_normal(self.n)
        return RidgeRegression(A, b, self.reg)


def singular_values(config: RidgeConfig) -> Array:
    """Singular values of a conditioned A, ascending, (min(n, d),)."""
    n, d, kappa = config.n, config.d, config.kappa
    rank = min(n, d)
    if config.kappa_of == "A":
        return np.geomspace(kappa**-0.5, kappa**0.5, rank) if rank > 1 else np.ones(1)
    if d > n:  # d − n eigenvalues of H are reg; the others climb from just above it to kappa · reg
        eigenvalues = config.reg * kappa ** (np.arange(1, rank + 1) / rank)
    else:
        lowest = config.reg + kappa**-0.5 / n
        eigenvalues = lowest * (np.geomspace(1.0, kappa, rank) if rank > 1 else np.ones(1))
    return np.sqrt(n * (eigenvalues - config.reg))


def _orthonormal(rng: np.random.Generator, rows: int, other: int) -> Array:
    """Random matrix (rows, min(rows, other)) with orthonormal columns."""
    return np.linalg.qr(rng.standard_normal((rows, min(rows, other))))[0]


class RidgeRegression:
    """f(x) = ‖A x − b‖²/(2n) + (reg/2)‖x‖², and on a mini-batch S of m rows ‖A_S x − b_S‖²/(2m) +
    (reg/2)‖x‖².

    Parameters
    ----------
    A : (n, d), b : (n,), finite. reg : at least 0.

    Attributes
    ----------
    L, mu : extreme eigenvalues of the Hessian H = AᵀA/n + reg I, from the singular values of A.
    L_max : max_i ‖a_i‖² + reg.
    x_star, f_min : minimiser (the shortest one if there are several) and minimum, in closed form.
    interpolates : whether A x* = b and reg = 0, that is, every sample is fitted at x*. Then f_min is exactly
        0.

    Raises
    ------
    ValueError
        If the shapes do not fit, a value is not finite or reg is negative.
    """

    lower_bound = 0.0

    def __init__(self, A: Array, b: Array, reg: float = 0.0) -> None:
        A, b = np.array(A, dtype=float, order="C"), np.array(b, dtype=float)
        if A.ndim != 2 or 0 in A.shape or not np.all(np.isfinite(A)):
            raise ValueError(f"A must be a finite matrix of shape (n, d) with n, d >= 1, got shape {A.shape}")
        if b.shape != A.shape[:1] or not np.all(np.isfinite(b)):
            raise ValueError(f"b must be finite, of shape ({A.shape[0]},), got shape {b.shape}")
        self.A, self.b, self.reg = A, b, ranges.REG.check("reg", reg)
        self.n, self.d = A.shape

    @cached_property
    def _svd(self) -> tuple[Array, Array, Array]:
        """A = U diag(s) Vᵀ with s descending, zero where A has no rank; U (n, r), s (r,), V (d, d)."""
        U, s, Vt = np.linalg.svd(self.A, full_matrices=self.n < self.d)
        rank = min(self.n, self.d)
        cutoff = np.finfo(float).eps * max(self.n, self.d) * s[0]
        return U[:, :rank], np.where(s > cutoff, s, 0.0), Vt.T

    @cached_property
    def eigenvalues(self) -> Array:
        """Eigenvalues of H, descending, (d,)."""
        squares = np.zeros(self.d)
        squares[: len(self._svd[1])] = self._svd[1] ** 2
        return squares / self.n + self.reg

    @property
    def L(self) -> float:
        return float(self.eigenvalues[0])

    @property
    def mu(self) -> float:
        return float(self.eigenvalues[-1])

    @property
    def spectrum(self) -> tuple[float, float]:
        """Smallest positive and largest eigenvalue of H (0, 0 for A = 0 without reg)."""
        positive = self.eigenvalues[self.eigenvalues > 0]
        return (float(positive[-1]), float(positive[0])) if len(positive) else (0.0, 0.0)

    @cached_property
    def L_max(self) -> float:
        return float(np.max(np.einsum("ij,ij->i", self.A, self.A)) + self.reg)

    @property
    def kappa(self) -> float:
        """Condition number L / mu of the Hessian; inf if mu = 0."""
        return self.L / self.mu if self.mu > 0 else np.inf

    @cached_property
    def H(self) -> Array:
        """Hessian, (d, d)."""
        return self.A.T @ self.A / self.n + self.reg * np.eye(self.d)

    @cached_property
    def x_star(self) -> Array:
        U, s, V = self._svd
        curvature = s**2 + self.n * self.reg
        weights = np.divide(s, curvature, out=np.zeros_like(s), where=curvature > 0)
        return V[:, : len(s)] @ (weights * (U.T @ self.b))

    @cached_property
    def interpolates(self) -> bool:
        residual = np.linalg.norm(self.A @ self.x_star - self.b)
        return self.reg == 0 and bool(residual <= INTERPOLATION_TOLERANCE * self._residual_scale)

    @property
    def _residual_scale(self) -> float:
        """Size of the terms that cancel in A x* − b."""
        return float(np.linalg.norm(self.b) + np.linalg.norm(self.A) * np.linalg.norm(self.x_star))

    @cached_property
    def f_min(self) -> float:
        """(1/2n) (‖b off the range of A‖² + Σ β_i² n·reg / (s_i² + n·reg)), β = Uᵀb: nothing cancels."""
        if self.interpolates:
            return 0.0
        U, s, _ = self._svd
        beta = U.T @ self.b
        shrunk = np.divide(self.n * self.reg, s**2 + self.n * self.reg, out=np.ones_like(s), where=s > 0)
        outside = self.b - U @ beta
        return float((outside @ outside + beta**2 @ shrunk) / (2 * self.n))

    def loss(self, x: Array) -> Array:
        """f at x of shape (..., d): shape (...)."""
        residual = x @ self.A.T - self.b
        return np.sum(residual**2, -1) / (2 * self.n) + self.reg / 2 * np.sum(x**2, -1)

    def gradient(self, x: Array) -> Array:
        """∇f at x of shape (..., d): same shape."""
        return (x @ self.A.T - self.b) @ self.A / self.n + self.reg * x

    def batch_loss(self, x: Array, rows: Rows) -> float:
        """f_S at x (d,) for the rows S, (m,); a row drawn twice counts twice."""
        residual = self.A[rows] @ x - self.b[rows]
        return float(residual @ residual / (2 * len(rows)) + self.reg / 2 * (x @ x))

    def batch_gradient(self, x: Array, rows: Rows) -> Array:
        """∇f_S at x (d,) for the rows S, (m,)."""
        A = self.A[rows]
        return A.T @ (A @ x - self.b[rows]) / len(rows) + self.reg * x

    def batch_minimum(self, rows: Rows) -> Array:
        """min f_S for each mini-batch of `rows` (..., m): ½ b_Sᵀ (m I + A_S A_Sᵀ / reg)⁻¹ b_S; shape (...).

        For reg = 0 its limit: ‖part of b_S off the range of A_S‖² / (2m).
        """
        m = rows.shape[-1]
        b = self.b[rows]
        if self.interpolates:
            return np.zeros(rows.shape[:-1])
        if self.reg > 0:
            gram = self._gram[rows[..., :, None], rows[..., None, :]]
            solved = np.linalg.solve(m * np.eye(m) + gram / self.reg, b[..., None])[..., 0]
            return 0.5 * np.sum(b * solved, -1)
        U, s, _ = np.linalg.svd(self.A[rows], full_matrices=False)
        inside = np.einsum("...mr,...m->...r", U, b) * (s > 1e-12 * s[..., :1])
        outside = b - np.einsum("...mr,...r->...m", U, inside)
        return np.sum(outside**2, -1) / (2 * m)

    @cached_property
    def _gram(self) -> Array:
        return self.A @ self.A.T

    def nearest_minimizer(self, x: Array) -> Array:
        """The minimiser nearest to x, (d,): x* plus the part of x in the null space of H."""
        null = self._svd[2][:, self.eigenvalues == 0]
        return self.x_star + null @ (null.T @ x)

    def mean_batch_excess(self, f_star: float | str) -> float:
        """Upper bound on sigma_sq = E[f_S(x*) − ℓ*_S]: exact for a number ℓ*; for "batch_minimum" the value
        at m = 1, since a mean of losses has a minimum no lower than the mean of their minima.
        """
        if f_star == "batch_minimum":
            return float(self.f_min - np.mean(self.batch_minimum(np.arange(self.n)[:, None])))
        return self.f_min - (self.f_min if isinstance(f_star, str) else f_star)

    def view(self, x0: Array, full_batch: bool, rotate: bool) -> tuple[View, Array, Callable[[Array], Array]]:
        """Full batch: y = x − x* (in the eigenbasis of H if `rotate`), f = f_min + ½ yᵀHy. Mini-batches: x
        itself.

        The gap is ½ (x − x*)ᵀH(x − x*), from which nothing is subtracted; where f_min = 0 it is the loss.
        """
        x_star = self.nearest_minimizer(x0)
        if not full_batch:
            kind, origin = LEAST_SQUARES, aligned(x_star)
            measure = (kind, self._rows, self.b) if self.interpolates else self._quadratic
            view = View(kind, self._rows, self.b, self.reg, *measure, origin, self.f_min, 0.0)
            return view, aligned(x0), lambda x: x[: self.d].copy()
        turned = (DIAGONAL, aligned(self.eigenvalues[None, :]), self.b)
        kind, M, labels = turned if rotate else self._quadratic
        basis = self._svd[2] if rotate else np.eye(self.d)
        offset = basis.T @ (x0 - x_star)
        if rotate:
            offset *= self.eigenvalues > 0  # x* is the nearest minimiser: the rest is rounding
        start = aligned(offset)
        origin = np.zeros_like(start)
        view = View(kind, M, labels, self.reg, kind, M, labels, origin, self.f_min, self.f_min)
        return view, start, lambda y: x_star + basis @ y[: self.d]

    @cached_property
    def _rows(self) -> Array:
        return aligned(self.A)

    @cached_property
    def _quadratic(self) -> tuple[int, Array, Array]:
        """½ yᵀHy in the cheaper of two ways: with H itself, or with the rows of A and labels 0."""
        if self.n < self.d:
            return CENTRED, self._rows, np.zeros(self.n)
        return DENSE, aligned(self.H, all_axes=True), self.b
