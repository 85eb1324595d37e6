"""A quadratic, of which every answer is known exactly: to test the estimates, and to learn to read them."""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh
from scipy.optimize import brentq

from neural.landscape.functions import Field, Vector
from neural.landscape.sharpness import RHO


class Quadratic:
    """f(w) = f₀ + ½ (w − c)ᵀ A (w − c).

    Parameters
    ----------
    matrix : Vector, shape (n, n)
        A, symmetric.
    centre : Vector, shape (n,)
        c, where the gradient is 0.
    value : float
        f₀ = f(c).

    Raises
    ------
    ValueError
        A matrix that is not square and symmetric, or a centre of another size.
    """

    def __init__(self, matrix: Vector, centre: Vector, value: float = 0.0) -> None:
        self.matrix, self.centre = np.asarray(matrix, dtype=float), np.asarray(centre, dtype=float)
        self.value, self.size = float(value), len(self.centre)
        if self.matrix.shape != (self.size, self.size):
            raise ValueError(
                f"matrix must have shape ({self.size}, {self.size}), as centre has {self.size} numbers, "
                f"got {self.matrix.shape}"
            )
        if not np.allclose(self.matrix, self.matrix.T):
            raise ValueError("matrix must be symmetric")
        values, vectors = eigh(self.matrix)
        self.eigenvalues: Vector = values[::-1].copy()
        self._vectors: Vector = vectors[:, ::-1].copy()

    @property
    def trace(self) -> float:
        """tr A."""
        return float(np.trace(self.matrix))

    def loss(self, w: Vector) -> float:
        """f(w)."""
        away = w - self.centre
        return self.value + 0.5 * float(away @ self.matrix @ away)

    def gradient(self, w: Vector) -> Vector:
        """A (w − c)."""
        return self.matrix @ (w - self.centre)

    def hessian(self, w: Vector) -> Field:
        """v ↦ A v, whatever w."""
        return lambda v: self.matrix @ v

    def average_sharpness(self, rho: float) -> float:
        """The mean of f(w + d) − f(w) over ‖d‖ = ρ, which is ρ² tr A / (2n) at every w."""
        return RHO.check("rho", rho) ** 2 * self.trace / (2 * self.size)

    def sharpness(self, w: Vector, rho: float) -> float:
        """max over ‖d‖ ≤ ρ of f(w + d) − f(w), exactly.

        With g = ∇f(w), the maximiser has (μ I − A) d = g for a μ ≥ max(λ₁, 0), and ‖d‖ = ρ unless μ = 0. In
        eigenvectors ‖d(μ)‖² = Σ gᵢ² / (μ − λᵢ)² falls with μ: the secular equation ‖d(μ)‖ = ρ has at
        most one root above max(λ₁, 0). Where it has none, μ = max(λ₁, 0), and if that is λ₁, what is missing
        of ρ lies along the first eigenvector.

        References
        ----------
        A. R. Conn, N. I. M. Gould, Ph. L. Toint, *Trust-Region Methods*, SIAM 2000, section 7.3.
        """
        RHO.check("rho", rho)
        g = self._vectors.T @ self.gradient(w)
        d = _maximiser(self.eigenvalues, g, rho)
        return float(g @ d + 0.5 * (self.eigenvalues @ d**2))


def _maximiser(eigenvalues: Vector, g: Vector, rho: float) -> Vector:
    """The d of greatest g·d + ½ Σ λᵢ dᵢ² with ‖d‖ ≤ ρ; eigenvalues in decreasing order."""
    gaps = max(float(eigenvalues[0]), 0.0) - eigenvalues

    def step(s: float) -> Vector:
        return np.divide(g, s + gaps, out=np.zeros_like(g), where=s + gaps > 0)

    first = gaps == 0
    least, most = (float(np.linalg.norm(part)) / rho for part in (g[first], g))
    d = step(0.0)
    if least == 0 and np.linalg.norm(d) <= rho:
        if first.any():
            d[first.argmax()] = np.sqrt(max(rho**2 - float(d @ d), 0.0))
        return d
    # ‖d‖ ≥ ρ at `least` and ≤ ρ at `most`; a hair on both sides, for rounding.
    ends = (least * (1 - 1e-9), most * (1 + 1e-9))
    return step(brentq(lambda s: 1 / rho - 1 / np.linalg.norm(step(s)), *ends, xtol=1e-300))
