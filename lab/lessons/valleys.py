"""A loss of one variable with a narrow and a wide valley, both of which touch 0, and its worst value nearby.

The loss is the smooth minimum −log(e^(−s u) + e^(−s v))/s of two parabolas u and v; as on Home.
"""

from __future__ import annotations

import numpy as np

from synthetic.problem import Array

NARROW, WIDE = (-1.0, 40.0), (1.5, 1.0)  # where the bottom is, and its curvature
SHARPNESS = 12.0  # s: the larger, the sharper the ridge between the valleys
VIEW = (-2.1, 3.3)


def loss(x: Array | float) -> Array:
    """f(x), of the shape of x."""
    u, v = (curvature * (np.asarray(x) - bottom) ** 2 / 2 for bottom, curvature in (NARROW, WIDE))
    return -np.logaddexp(-SHARPNESS * u, -SHARPNESS * v) / SHARPNESS


def ridge() -> float:
    """Where f is highest between its valleys, to 1e-5."""
    between = np.linspace(NARROW[0], WIDE[0], 250_001)
    return float(between[np.argmax(loss(between))])


RIDGE = ridge()


def worst(x: Array | float, rho: float) -> Array:
    """max f(x + δ) over |δ| ≤ ρ: at one of the two ends, or at the ridge between them."""
    x = np.asarray(x, dtype=float)
    ends = np.maximum(loss(x - rho), loss(x + rho))
    return np.where(np.abs(x - RIDGE) <= rho, np.maximum(ends, loss(RIDGE)), ends)
