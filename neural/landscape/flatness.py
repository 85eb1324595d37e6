"""All numbers about one point at once, coarse or fine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neural.landscape.directions import filter_normalised, random_directions
from neural.landscape.functions import Estimate, Landscape, Tell, Vector, part, untold
from neural.landscape.sharpness import Sharpness, average_sharpness, sam_sharpness
from neural.landscape.slices import Slices, grid, slices
from neural.landscape.spectrum import top_eigenvalues
from neural.landscape.trace import hutchinson


@dataclass(frozen=True)
class Effort:
    """How much work goes into a `Flatness`; every number at least 1.

    Attributes
    ----------
    directions, points : int
        Of the slices; points is odd.
    eigenvalues : int
        How many of the largest.
    tolerance : float
        Their relative accuracy.
    probes : int
        Of the trace.
    pairs : int
        Of the average sharpness.
    steps, starts : int
        Of the greatest sharpness.
    """

    directions: int = 5
    points: int = 41
    eigenvalues: int = 5
    tolerance: float = 1e-4
    probes: int = 32
    pairs: int = 32
    steps: int = 12
    starts: int = 2


COARSE = Effort(3, 11, 1, 1e-2, 4, 4, 4, 1)
FINE = Effort()


@dataclass(frozen=True)
class Flatness:
    """What was found about one point w.

    Attributes
    ----------
    loss : float
        f(w).
    gradient_norm : float
        ‖∇f(w)‖: of a minimum, 0.
    slices : Slices
        Along filter-normalised random directions.
    eigenvalues : Vector, shape (k,)
        The largest of the Hessian, in decreasing order.
    trace : Estimate
        Of the Hessian.
    sharpness : Sharpness
        The greatest rise in the ball, from below.
    average : Estimate
        The average rise on the sphere.
    """

    loss: float
    gradient_norm: float
    slices: Slices
    eigenvalues: Vector
    trace: Estimate
    sharpness: Sharpness
    average: Estimate


def flatness(
    landscape: Landscape,
    w: Vector,
    rho: float,
    filters: NDArray[np.int64] | None = None,
    effort: Effort = FINE,
    reach: float = 1.0,
    seed: int = 0,
    tell: Tell = untold,
) -> Flatness:
    """Slices, eigenvalues, trace and sharpness of a landscape at w.

    Parameters
    ----------
    landscape : Landscape
        Of a network, its `Surface`.
    w : Vector, shape (size,)
    rho : float
        ρ in (0, inf) of both sharpnesses.
    filters : NDArray of int, shape (size,), optional
        As for `filter_normalised`; `Surface.filters`. Default: all weights are one filter.
    effort : Effort
        `COARSE` or `FINE`.
    reach : float
        Of the slices, in (0, inf): 1 changes every filter by its own length.
    seed : int
        Of all that is random: the same for points that are to be compared.

    Raises
    ------
    ValueError
        A point at which the loss is not finite, a ρ or a reach out of its range.
    """
    here, slope = landscape.loss(w), landscape.gradient(w)
    if not np.isfinite(here):
        raise ValueError(f"w must be a point of finite loss, got {here}: the weights have diverged")
    product = landscape.hessian(w)
    raw = random_directions(landscape.size, effort.directions, seed)
    groups = np.zeros(landscape.size, dtype=np.int64) if filters is None else filters
    directions = filter_normalised(raw, w, groups)
    steps = grid(reach, effort.points)
    cuts = slices(landscape.loss, w, directions, steps, part(tell, 0.0, 0.2))
    k = min(effort.eigenvalues, landscape.size)
    top = top_eigenvalues(product, landscape.size, k, effort.tolerance, seed, part(tell, 0.2, 0.5))
    trace = hutchinson(product, landscape.size, effort.probes, seed, part(tell, 0.5, 0.6))
    sharpness = sam_sharpness(
        landscape.loss,
        landscape.gradient,
        w,
        rho,
        effort.steps,
        effort.starts,
        (top.vectors[0],),
        seed,
        part(tell, 0.6, 0.8),
    )
    average = average_sharpness(landscape.loss, w, rho, effort.pairs, seed, part(tell, 0.8, 1.0))
    return Flatness(here, float(np.linalg.norm(slope)), cuts, top.values, trace, sharpness, average)
