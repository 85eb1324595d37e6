"""Random directions, and their normalisation filter by filter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neural.landscape.functions import Vector
from neural.ranges import Range

COUNT = Range(1, whole=True)


def random_directions(size: int, count: int, seed: int) -> Vector:
    """Standard normal directions, shape (count, size); more of one seed begin with the same ones."""
    COUNT.check("size", size)
    COUNT.check("count", count)
    return np.stack([np.random.default_rng([seed, i]).standard_normal(size) for i in range(count)])


def filter_normalised(directions: Vector, weights: Vector, filters: NDArray[np.int64]) -> Vector:
    """Directions with the length of every filter set to that of the weights' filter: d_f ‖w_f‖ / ‖d_f‖.

    Then a step of 1 changes every filter by its own length, and networks that compute the same function with
    weights of other scales (a filter before a ReLU times α, what follows divided by α) look the same.

    Parameters
    ----------
    directions : Vector, shape (..., n)
    weights : Vector, shape (n,)
    filters : NDArray of int, shape (n,)
        The number of each weight's filter, from 0; −1 for weights that stay where they are, as biases and the
        scales of normalisation do in the paper. `Surface.filters`; zeros to have all as one filter.

    Returns
    -------
    Vector, shape (..., n)
        A filter whose direction is 0 stays.

    Raises
    ------
    ValueError
        Shapes that do not fit.

    References
    ----------
    H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein, *Visualizing the Loss Landscape of Neural Nets*, NeurIPS
    2018, arXiv 1712.09913, section 4.
    """
    n = len(weights)
    if np.shape(directions)[-1:] != (n,) or np.shape(filters) != (n,):
        raise ValueError(
            f"directions and filters must have one number for each of the {n} weights, "
            f"got shapes {np.shape(directions)} and {np.shape(filters)}"
        )
    if np.ndim(directions) > 1:
        return np.stack([filter_normalised(d, weights, filters) for d in directions])
    own, theirs = _lengths(directions, filters), _lengths(weights, filters)
    factors = np.divide(theirs, own, out=np.zeros_like(own), where=own > 0)
    return directions * np.append(factors, 0.0)[filters]  # the 0 at the end is what −1 finds


def _lengths(vector: Vector, filters: NDArray[np.int64]) -> Vector:
    """The Euclidean length of every filter."""
    moved = filters >= 0
    return np.sqrt(np.bincount(filters[moved], weights=vector[moved] ** 2))
