"""Ends of the parabola's axes at each step: wide enough for what matters, and rounded, so that they rest."""

from __future__ import annotations

import math

import numpy as np

from synthetic.problem import Array
from synthetic.walk import Way


def axes(ways: tuple[Way, ...]) -> tuple[Array, Array]:
    """Ends of the γ axis and of the distance axis, (2, T) each, T the steps of the longest way.

    They fit the first way; a second one, or a ratio far above the cap, widens them only up to a limit.
    """
    first, *others = ways
    steps = max(way.steps for way in ways)

    def padded(values: Array) -> Array:
        """The last value stands for the steps that a shorter way has not."""
        return np.concatenate([values, np.full(steps - len(values), values[-1])])

    ratio, N = padded(first.ratio), padded(first.N)
    right = padded(_right(first))
    high = padded(np.maximum(first.distance_sq, first.truth(first.gamma)))
    for way in others:
        right = np.maximum(right, np.minimum(1.3 * padded(way.gamma), 3 * right))
        high = np.maximum(high, np.minimum(padded(way.distance_sq), 4 * high))
    bottom = padded(first.bound(np.minimum(first.ratio, right[: first.steps])))
    top = np.array([nice(1.15 * value) for value in high])
    back = np.where(ratio < 0, -1.3 * ratio, 0.0)
    # A bound that falls steeply left of 0 would be a vertical line: then its lowest point is left out.
    reach = np.divide(3 * top, -2 * N, out=np.full_like(N, np.inf), where=(ratio < 0) & (N < 0))
    back, right = np.minimum(back, reach), np.where(back > reach, reach, right)
    left = [-nice(value) if value > 0 else 0.0 for value in back]
    low = np.maximum([-nice(-1.1 * value) if value < 0 else 0.0 for value in bottom], -2 * top)
    return np.array([left, [nice(value) for value in right]]), np.array([low, top])


def _right(way: Way) -> Array:
    """How far the γ axis reaches to show the way's own steps, and where the truth is lowest, (T,)."""
    capped = (way.ratio > way.gamma) & (way.gamma > 0)
    wide = 2.2 * np.where(capped, np.minimum(way.ratio, 6 * way.gamma), np.abs(way.ratio))
    # The truth is lowest at ⟨∇f(e), x − x*⟩/‖∇f(e)‖².
    lowest = np.divide(way.cross, way.norm_sq, out=np.zeros_like(way.cross), where=way.norm_sq > 0)
    return np.maximum(wide, np.minimum(1.2 * lowest, 1.5 * wide))


def nice(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7 times a power of ten; 1 for 0 and for what is not finite."""
    if not (math.isfinite(value) and value > 1e-300):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(m for m in (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0) if m * power >= value * (1 - 1e-9)) * power
