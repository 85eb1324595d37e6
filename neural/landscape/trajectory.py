"""The plane in which a trajectory moves most, by principal components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neural.landscape.functions import Vector

FEWEST = 3


@dataclass(frozen=True)
class Trajectory:
    """Points of a training run, and their first two principal components.

    Attributes
    ----------
    centre : Vector, shape (n,)
        The last point, which is (0, 0) of the plane.
    first, second : Vector, shape (n,)
        Orthonormal directions, the one of the greatest variance first; the first point has coordinates ≥ 0.
    explained : (float, float)
        The share of the points' variance along each, in [0, 1]. The rest is not in the picture.
    path : Vector, shape (points, 2)
        The points' coordinates in the plane through the last one.
    """

    centre: Vector
    first: Vector
    second: Vector
    explained: tuple[float, float]
    path: Vector

    def span(self, margin: float, points: int) -> tuple[Vector, Vector]:
        """Steps along both directions, (points,) each, that hold the path with a share `margin` around it.

        A path that hardly leaves the first direction is given at least a fifth of its length across it.
        """
        low, high = self.path.min(axis=0), self.path.max(axis=0)
        width = np.maximum(high - low, 0.2 * (high - low).max())
        middle, reach = (low + high) / 2, (0.5 + margin) * width
        x, y = np.linspace(middle - reach, middle + reach, points).T
        return x, y


def trajectory(points: Vector) -> Trajectory:
    """The principal plane of a trajectory's points, shape (points, n), in the order of training.

    The principal components are those of the points about their mean; the plane is laid through the last one.
    A random walk of many dimensions, too, has most of its variance in two components (Antognini and
    Sohl-Dickstein, *PCA of high dimensional random walks*, NeurIPS 2018): a high share is no finding.

    Raises
    ------
    ValueError
        Fewer than three points, fewer than two numbers in each, or points that are all the same.
    """
    points = np.asarray(points, dtype=float)
    if points.ndim != 2 or len(points) < FEWEST or points.shape[1] < 2:
        raise ValueError(
            f"points must be an array of {FEWEST} or more rows of 2 or more numbers, got {points.shape}"
        )
    _, sizes, directions = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    variance = sizes**2
    if not variance[0] > 0:
        raise ValueError("points must not all be the same")
    path = (points - points[-1]) @ directions[:2].T
    signs = np.where(path[0] < 0, -1.0, 1.0)
    shares = variance[:2] / variance.sum()
    first, second = directions[:2] * signs[:, None]
    return Trajectory(points[-1], first, second, (float(shares[0]), float(shares[1])), path * signs)
