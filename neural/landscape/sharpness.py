"""How much the loss rises nearby: at most, and on average."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from neural.landscape.functions import Estimate, Field, Loss, Tell, Vector, untold
from neural.ranges import Range

RHO = Range(0.0, above=True)
COUNT = Range(1, whole=True)


@dataclass(frozen=True)
class Sharpness:
    """SAM's sharpness, as far as it was found.

    Attributes
    ----------
    value : float
        The greatest rise f(w + d) − f(w) seen with ‖d‖ ≤ ρ, ≥ 0: a lower bound of the sharpness.
    one_step : float
        The rise at d = ρ ∇f(w) / ‖∇f(w)‖, which is where SAM looks; 0 where the gradient is 0.
    rho : float
    gradients : int
        Gradients that it took.
    """

    value: float
    one_step: float
    rho: float
    gradients: int


def sam_sharpness(
    loss: Loss,
    gradient: Field,
    w: Vector,
    rho: float,
    steps: int = 12,
    starts: int = 2,
    also: Sequence[Vector] = (),
    seed: int = 0,
    tell: Tell = untold,
) -> Sharpness:
    """max over ‖d‖ ≤ ρ of f(w + d) − f(w), from below, by gradient ascent on the sphere.

    From each start d ← ρ ∇f(w + d) / ‖∇f(w + d)‖: a power iteration with the Hessian where the function is
    quadratic and w its minimum, and never falling where it is convex. The best of all points seen counts, so
    that the value is never above the true one, and mostly somewhat below it.

    Parameters
    ----------
    loss, gradient : w ↦ f(w), w ↦ ∇f(w)
    w : Vector, shape (n,)
    rho : float
        ρ in (0, inf), the radius.
    steps : int
        Steps from each start, at least 1.
    starts : int
        Random starts, at least 1, beside the direction of the gradient, where it is not 0.
    also : sequence of Vector
        Further starts, such as the eigenvector of the largest eigenvalue: both signs are tried.
    seed : int
        Of the random starts.
    """
    RHO.check("rho", rho)
    COUNT.check("steps", steps)
    COUNT.check("starts", starts)
    here, slope = loss(w), gradient(w)
    rng = np.random.default_rng(seed)
    begins = [slope, *(sign * d for d in also for sign in (1.0, -1.0))]
    begins += [rng.standard_normal(len(w)) for _ in range(starts)]
    best, one_step, gradients = 0.0, 0.0, 1
    for i, begin in enumerate(begins):
        tell(i / len(begins))
        for j, d in enumerate(_ascent(gradient, w, begin, rho, steps)):
            tell((i + j / (steps + 1)) / len(begins))
            rise = loss(w + d) - here
            best = max(best, rise)
            if i == j == 0:
                one_step = rise
            gradients += j > 0
    return Sharpness(best, one_step, rho, gradients)


def average_sharpness(
    loss: Loss, w: Vector, rho: float, pairs: int = 32, seed: int = 0, tell: Tell = untold
) -> Estimate:
    """The mean of f(w + d) − f(w) over the sphere ‖d‖ = ρ, with its standard error.

    Every sample is the mean over a pair ±d, in which the gradient's part cancels. To second order it is
    ρ² tr(∇²f(w)) / (2n).

    Parameters
    ----------
    loss : w ↦ f(w)
    w : Vector, shape (n,)
    rho : float
        ρ in (0, inf).
    pairs : int
        Samples, at least 1. More of one seed begin with the same ones.
    seed : int
    """
    RHO.check("rho", rho)
    COUNT.check("pairs", pairs)
    here = loss(w)
    rises = []
    for i in range(pairs):
        tell(i / pairs)
        d = np.random.default_rng([seed, i]).standard_normal(len(w))
        d *= rho / np.linalg.norm(d)
        rises.append((loss(w + d) + loss(w - d)) / 2 - here)
    return Estimate.of(rises)


def _ascent(gradient: Field, w: Vector, begin: Vector, rho: float, steps: int) -> Iterator[Vector]:
    """The points d on the sphere, `begin` first; they end early where there is no direction to follow."""
    direction = begin
    for step in range(steps + 1):
        length = float(np.linalg.norm(direction))
        if not 0 < length < np.inf:
            return
        d = direction * (rho / length)
        yield d
        if step < steps:
            direction = gradient(w + d)
