"""What the landscape is made of: functions of a vector, and how progress is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Loss = Callable[[Vector], float]
Field = Callable[[Vector], Vector]
"""A gradient w ↦ ∇f(w), or a product v ↦ ∇²f(w) v at one w."""
Tell = Callable[[float], object]
"""Takes the share done, in [0, 1]; what it raises ends the work."""


class Landscape(Protocol):
    """A twice differentiable function on vectors of `size` numbers."""

    @property
    def size(self) -> int:
        """How many numbers its vectors have."""

    def loss(self, w: Vector) -> float:
        """f(w)."""

    def gradient(self, w: Vector) -> Vector:
        """∇f(w), shape (size,)."""

    def hessian(self, w: Vector) -> Field:
        """The product v ↦ ∇²f(w) v."""


@dataclass(frozen=True)
class Functions:
    """A `Landscape` from functions: of `size` numbers, w ↦ f(w), w ↦ ∇f(w) and w ↦ (v ↦ ∇²f(w) v)."""

    size: int
    loss: Loss
    gradient: Field
    hessian: Callable[[Vector], Field]


@dataclass(frozen=True)
class Estimate:
    """A mean of random samples.

    Attributes
    ----------
    value : float
        The mean.
    error : float
        Its standard error; nan for a single sample.
    samples : int
    """

    value: float
    error: float
    samples: int

    @classmethod
    def of(cls, samples: list[float]) -> Estimate:
        """The mean of samples, at least one, and its standard error."""
        n = len(samples)
        error = float(np.std(samples, ddof=1) / np.sqrt(n)) if n > 1 else float("nan")
        return cls(float(np.mean(samples)), error, n)


def finite(product: Field) -> Field:
    """The same product, which raises a ValueError where it gives a number that is not finite."""

    def checked(v: Vector) -> Vector:
        found = product(v)
        if not np.isfinite(found).all():
            raise ValueError("product must give finite numbers, got nan or inf: the weights have diverged")
        return found

    return checked


def untold(share: float) -> None:
    """Tell nobody."""


def part(tell: Tell, begin: float, end: float) -> Tell:
    """The `tell` of a piece of work that is the part from `begin` to `end` of a whole."""
    return lambda share: tell(begin + (end - begin) * share)
