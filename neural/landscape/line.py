"""The loss on the line between two minima, and the barrier on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from neural.landscape.functions import Loss, Tell, Vector, untold


@dataclass(frozen=True)
class Line:
    """The loss along a line.

    Attributes
    ----------
    shares : Vector, shape (m,)
        t: 0 is the one end, 1 the other.
    losses : Vector, shape (m,)
    """

    shares: Vector
    losses: Vector

    @property
    def excess(self) -> Vector:
        """How far the loss lies above the straight line between its ends, shape (m,)."""
        return self.losses - ((1 - self.shares) * self.losses[0] + self.shares * self.losses[-1])

    @property
    def barrier(self) -> float:
        """The greatest excess on the grid, ≥ 0: a lower bound of the barrier's height.

        As defined by R. Entezari et al., *The Role of Permutation Invariance in Linear Mode Connectivity of
        Neural Networks*, ICLR 2022.
        """
        return float(self.excess.max())

    @property
    def top(self) -> float:
        """The share t at which the excess is greatest."""
        return float(self.shares[self.excess.argmax()])


def between(loss: Loss, a: Vector, b: Vector) -> Callable[[float], float]:
    """t ↦ f((1 − t) a + t b). For two networks with BatchNorm take `Surface.towards`."""
    return lambda t: loss((1 - t) * a + t * b)


def line(loss_at: Callable[[float], float], points: int, tell: Tell = untold) -> Line:
    """A function of t (`between`, `Surface.towards`) at `points` ≥ 2 equal shares from 0 to 1."""
    if points < 2:
        raise ValueError(f"points must be an integer in [2, inf), got {points!r}")
    shares = np.linspace(0.0, 1.0, points)
    losses = np.empty(points)
    for i, t in enumerate(shares):
        tell(i / points)
        losses[i] = loss_at(float(t))
    return Line(shares, losses)
