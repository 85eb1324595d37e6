"""Functions of two variables to draw: everything about them known in closed form, and cheap to evaluate.

Each is counted from its minimum, f(x) = f* + `excess`(x), so that f − f* keeps its digits close to x*.
Points are arrays of shape (..., 2). The gradient along the first axis stays on it at `angle` = 0 (and for
`log_sum_exp`), so that f(·, 0) is a function of one variable of the same kind.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synthetic import checks
from synthetic.problem import Array

ANGLE = math.radians(28)  # turns the axes of a function a little, so that they are not special
QUADRATIC_MINIMUM = 0.25  # above 0, so that ℓ* = 0 is a strict lower bound


@dataclass(frozen=True)
class PlaneFunction:
    """A smooth function on the plane with a single global minimiser.

    Attributes
    ----------
    key : str
        Short identifier.
    excess : callable
        x (..., 2) to f(x) − f*, shape (...), at least 0.
    gradient : callable
        x (..., 2) to ∇f(x), same shape.
    x_star : tuple of float
        The global minimiser.
    f_min : float
        f(x*) = f*.
    L : float
        Smallest constant with ‖∇f(x) − ∇f(y)‖ ≤ L‖x − y‖ everywhere.
    mu : float
        Infimum of the smallest eigenvalue of the Hessian; negative where f is not convex.
    """

    key: str
    excess: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    x_star: tuple[float, float]
    f_min: float
    L: float
    mu: float

    @property
    def convex(self) -> bool:
        """Whether f lies above its tangents everywhere."""
        return self.mu >= 0

    def loss(self, x: Array) -> Array:
        """f at x of shape (..., 2): shape (...)."""
        return self.f_min + self.excess(x)


def quadratic(kappa: float, angle: float = ANGLE) -> PlaneFunction:
    """½⟨x, Hx⟩ + ¼, H with the eigenvalues 1 and 1/κ, the steep direction at `angle` to the first axis.

    Raises
    ------
    ValueError
        If κ is below 1 or not finite.
    """
    checks.real("kappa", kappa, 1.0)
    basis = _rotation(angle)
    eigenvalues = np.array([1.0, 1.0 / kappa])
    return PlaneFunction(
        key="quadratic",
        excess=lambda x: np.sum(eigenvalues * (x @ basis) ** 2, -1) / 2,
        gradient=lambda x: (x @ basis * eigenvalues) @ basis.T,
        x_star=(0.0, 0.0),
        f_min=QUADRATIC_MINIMUM,
        L=1.0,
        mu=1.0 / kappa,
    )


def log_sum_exp(slope: float = 1.5) -> PlaneFunction:
    """log(e^{x₁ + s x₂} + e^{x₁ − s x₂} + e^{−x₁}): convex, not quadratic, with straight flanks.

    With aᵢ the three slopes, ∇f = Σ pᵢ aᵢ for the softmax p, so ∇f = 0 where p = (¼, ¼, ½): x* = (−½ ln 2, 0)
    and f* = (3/2) ln 2. The Hessian is the covariance of the aᵢ under p; a variance is at most a quarter of
    the squared range, so L = max ‖aᵢ − aⱼ‖²/4, attained in the limit; far out the curvature goes to 0.

    Parameters
    ----------
    slope : float
        s, at least 0; 0 is log(2e^{x₁} + e^{−x₁}), of one variable.
    """
    checks.real("slope", slope, 0.0)
    slopes = np.array([[1.0, slope], [1.0, -slope], [-1.0, 0.0]])
    weights = np.array([0.25, 0.25, 0.5])  # the softmax at x*
    x_star = np.array([-0.5 * math.log(2.0), 0.0])

    def excess(x: Array) -> Array:
        y = (x - x_star) @ slopes.T
        top = np.max(y, -1)
        far = top + np.log(np.exp(y - top[..., None]) @ weights)
        near = np.log1p(_above_tangent(np.clip(y, -1.0, 1.0)) @ weights)  # Σ pᵢ yᵢ = 0: the tangent cancels
        return np.where(np.max(np.abs(y), -1) <= 1.0, near, far)

    def gradient(x: Array) -> Array:
        y = (x - x_star) @ slopes.T
        scaled = np.exp(y - np.max(y, -1)[..., None]) * weights
        far = scaled @ slopes / np.sum(scaled, -1)[..., None]
        small = np.expm1(np.clip(y, -1.0, 1.0)) * weights
        near = small @ slopes / (1.0 + np.sum(small, -1)[..., None])
        return np.where((np.max(np.abs(y), -1) <= 1.0)[..., None], near, far)

    return PlaneFunction(
        key="log_sum_exp",
        excess=excess,
        gradient=gradient,
        x_star=(float(x_star[0]), 0.0),
        f_min=1.5 * math.log(2.0),
        L=max(slope**2, 1.0 + slope**2 / 4),
        mu=0.0,
    )


def ripples(angle: float = ANGLE) -> PlaneFunction:
    """‖x‖²/8 + sin²(u), u the coordinate at `angle`: a bowl with ripples, not convex.

    The second derivative along u is ¼ + 2 cos 2u: L = 9/4 and the smallest curvature is −7/4. The global
    minimiser is 0 with f* = 0; there are local ones near u = ±2.8.
    """
    direction = _rotation(angle)[:, 0]
    return PlaneFunction(
        key="ripples",
        excess=lambda x: np.sum(x**2, -1) / 8 + np.sin(x @ direction) ** 2,
        gradient=lambda x: x / 4 + np.sin(2 * (x @ direction))[..., None] * direction,
        x_star=(0.0, 0.0),
        f_min=0.0,
        L=2.25,
        mu=-1.75,
    )


def _rotation(angle: float) -> Array:
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def _above_tangent(y: Array) -> Array:
    """e^y − 1 − y; by its series close to 0, where the difference would cancel."""
    series = y * y * (1 / 2 + y * (1 / 6 + y * (1 / 24 + y * (1 / 120 + y * (1 / 720 + y / 5040)))))
    return np.where(np.abs(y) < 0.02, series, np.expm1(y) - y)
