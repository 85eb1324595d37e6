"""The loss on a plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neural.landscape.functions import Loss, Tell, Vector, untold


@dataclass(frozen=True)
class Plane:
    """The loss on a grid of a plane.

    Attributes
    ----------
    x, y : Vector, shapes (m,) and (k,)
        Steps along the first and the second direction.
    losses : Vector, shape (k, m)
        f(w + x d₁ + y d₂), a row for every y.
    """

    x: Vector
    y: Vector
    losses: Vector


def plane(
    loss: Loss, w: Vector, first: Vector, second: Vector, x: Vector, y: Vector, tell: Tell = untold
) -> Plane:
    """f(w + x first + y second) for every x, shape (m,), and y, shape (k,).

    The directions are two of `directions`, or those of a `trajectory.Trajectory`.
    """
    found = np.empty((len(y), len(x)))
    for i, b in enumerate(y):
        for j, a in enumerate(x):
            tell((i * len(x) + j) / found.size)
            found[i, j] = loss(w + a * first + b * second)
    return Plane(np.asarray(x, dtype=float), np.asarray(y, dtype=float), found)
