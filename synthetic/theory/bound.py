"""What a bound is, and the forms that its values take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synthetic.problem import Array, Rows
from synthetic.theory.setting import Setting
from synthetic.theory.theorems import Theorem


@dataclass(frozen=True, eq=False)
class Bound:
    """Values of a bound at the iterations asked for, whether it applies, and plain sentences why not.

    A theorem without a rate (T3.4) has NaN values even where it applies.
    """

    theorem: Theorem
    values: Array
    applies: bool
    reasons: tuple[str, ...]


def bound(theorem: Theorem, reasons: list[str], values: Callable[[Array], Array], iterations: Rows) -> Bound:
    """Evaluate `values` where nothing speaks against it; NaN otherwise."""
    T = np.asarray(iterations, dtype=float)
    return Bound(theorem, np.full_like(T, np.nan) if reasons else values(T), not reasons, tuple(reasons))


def per_iteration(setting: Setting, drop: Array | float, T: Array) -> Array:
    """D₀ / (drop · T), and (L/2) D₀ at T = 0."""
    return np.where(T > 0, setting.D0 / drop / np.maximum(T, 1.0), setting.L / 2.0 * setting.D0)


def shrinking(setting: Setting, drop: Array | float, T: Array) -> Array:
    """(1 − drop · μ/2)^T D₀: what a drop of the squared distance by drop · (f(x) − f*) in a step comes to."""
    return (1.0 - drop * setting.mu / 2.0) ** T * setting.D0


def noise(setting: Setting, factor: float) -> float:
    """factor · σ², which is 0 under interpolation even without a cap (factor = ∞)."""
    return factor * setting.sigma_sq if setting.sigma_sq > 0 else 0.0
