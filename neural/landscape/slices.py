"""Cuts through the loss along directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neural.landscape.functions import Estimate, Loss, Tell, Vector, untold
from neural.ranges import Range

REACH = Range(0.0, above=True)
ODD = Range(3, whole=True)


@dataclass(frozen=True)
class Slices:
    """The loss along directions through one point.

    Attributes
    ----------
    steps : Vector, shape (m,)
        The steps t.
    losses : Vector, shape (directions, m)
        f(w + t d) of each direction d.
    """

    steps: Vector
    losses: Vector

    @property
    def mean(self) -> Vector:
        """The mean over directions, shape (m,)."""
        return self.losses.mean(axis=0)

    @property
    def lowest(self) -> Vector:
        """The lowest over directions at each step, shape (m,)."""
        return self.losses.min(axis=0)

    @property
    def highest(self) -> Vector:
        """The highest over directions at each step, shape (m,)."""
        return self.losses.max(axis=0)

    def rise(self) -> Estimate:
        """How much the loss rises to both ends: the mean of (f(w + t d) + f(w − t d)) / 2 − f(w) over d.

        t is the last step, and w the middle of a `grid`.
        """
        middle = self.losses[:, len(self.steps) // 2]
        return Estimate.of(list((self.losses[:, 0] + self.losses[:, -1]) / 2 - middle))


def grid(reach: float, points: int) -> Vector:
    """Steps from −reach to reach, 0 in the middle: an odd number of them, 3 or more, else a ValueError."""
    ODD.check("points", points)
    if points % 2 == 0:
        raise ValueError(f"points must be odd, so that 0 is one of them, got {points!r}")
    half = np.linspace(0.0, REACH.check("reach", reach), points // 2 + 1)
    return np.concatenate([-half[:0:-1], half])


def slices(loss: Loss, w: Vector, directions: Vector, steps: Vector, tell: Tell = untold) -> Slices:
    """f(w + t d) for every direction d, shape (directions, n), and step t, shape (m,)."""
    found = np.empty((len(directions), len(steps)))
    for i, d in enumerate(directions):
        for j, t in enumerate(steps):
            tell((i * len(steps) + j) / found.size)
            found[i, j] = loss(w + t * d)
    return Slices(np.asarray(steps, dtype=float), found)
