"""Wrong labels and faded pixels: two ways to take information from a data set. NumPy only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]


def noisy_labels(labels: Labels, share: float, classes: int, seed: int = 0) -> Labels:
    """Replace a share of the labels, each by one of the other classes, all of them equally likely.

    Exactly round(share · N) labels change. With the same seed a larger share changes the same labels, and
    more.

    Parameters
    ----------
    labels : array, shape (N,)
        In 0, ..., classes − 1; not changed.
    share : float
        In [0, 1].
    classes : int
        At least 2.
    seed : int
    """
    rng = np.random.default_rng([seed, 1])
    order, offsets = rng.permutation(len(labels)), rng.integers(1, classes, len(labels))
    chosen = order[: round(share * len(labels))]
    noisy = labels.copy()
    noisy[chosen] = (labels[chosen] + offsets[chosen]) % classes
    return noisy


def pixel_scales(shape: tuple[int, ...], kappa: float, seed: int = 0) -> NDArray[np.float32]:
    """Factors κ^(−k/(P−1)), k = 0, ..., P − 1, for the P inputs of a network, in a seeded order.

    The largest is 1 and the smallest 1/κ. At a large κ most pixels are as good as erased.

    Parameters
    ----------
    shape : tuple of int
        Of one image; P is the product.
    kappa : float
        At least 1.
    seed : int
    """
    order = np.random.default_rng([seed, 2]).permutation(int(np.prod(shape)))
    return (float(kappa) ** -(order / max(len(order) - 1, 1))).astype(np.float32).reshape(shape)
