"""MNIST-1D: 5,000 generated series of 40 values, of ten shapes named after the digits. NumPy and SciPy.

Written after the published recipe, with random numbers of our own: the series are not those of the published
file, their distribution is. The recipe's templates and constants are facts of the data set; its own program,
under the Apache licence 2.0, is not used.

References
----------
S. Greydanus, D. Kobak, *Scaling Down Deep Learning with MNIST-1D*, arXiv 2011.14439, section 2 and appendix;
the constants are those of https://github.com/greydanus/mnist1d.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Array = NDArray[np.float64]

LENGTH = 40
SPAN = (-4.0, 4.0)
"""Values that pictures draw as black and as white; one in some thousand lies outside."""
_LONG = 72  # points of a series before the last thinning: the template's twelve and the longest padding
_PADDING = (36, 60)
_SCALE = 0.4
_TRANSLATION = 48
_CORRELATED, _WIDTH = 0.25, 2.0
_NOISE = 0.02
_SHEAR = 0.75
_HEIGHTS = np.array(
    [
        [5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5],
        [5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5],
        [5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5],
        [5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5],
        [5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5],
        [5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5],
        [5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5],
        [5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5],
    ]
)


def mnist1d(series: int = 5_000, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Draw labelled series, in random order, with mean 0 and standard deviation 1 over all of them.

    A template is padded with zeros to a random length and stretched to 72 points, scaled by 0.8 to 1.2 and
    rotated by 0 to 47 points; smooth noise takes the place of the zeros, white noise is added to all, a line
    of random slope subtracted, and 40 points are read off.

    Parameters
    ----------
    series : int
        How many; the classes have equal shares where ten divides it.
    seed : int
        The same seed gives the same series.

    Returns
    -------
    array, shape (series, 1, 1, 40), float32
    array, shape (series,), int64
        Labels 0, ..., 9.
    """
    rng = np.random.default_rng([seed, 4])
    labels = rng.permutation(np.arange(series) % len(_HEIGHTS))
    x = _stretched(_templates()[labels], rng.integers(_PADDING[0], _PADDING[1] + 1, series))
    x *= 1 + _SCALE * (rng.random((series, 1)) - 0.5)
    shifts = rng.integers(0, _TRANSLATION, (series, 1))
    x = np.take_along_axis(x, (np.arange(_LONG) - shifts) % _LONG, axis=1)
    smooth = gaussian_filter1d(_CORRELATED * rng.standard_normal(x.shape), _WIDTH, axis=1)
    x = np.where(x == 0, smooth, x) + _NOISE * rng.standard_normal(x.shape)
    x -= _SHEAR * (rng.random((series, 1)) - 0.5) * np.linspace(-0.5, 0.5, _LONG)
    x = _read(x, np.broadcast_to(np.linspace(0, _LONG - 1, LENGTH), (series, LENGTH)))
    x = (x - x.mean()) / x.std()
    return x[:, None, None].astype(np.float32), labels.astype(np.int64)


def _templates() -> Array:
    """The ten shapes, each of standard deviation 1/6, starting at 0."""
    x = (_HEIGHTS - _HEIGHTS.mean(1, keepdims=True)) / _HEIGHTS.std(1, keepdims=True)
    return (x - x[:, :1]) / 6 + 1e-8  # the template's own zeros are not padding: no smooth noise there


def _stretched(x: Array, zeros: NDArray[np.int64]) -> Array:
    """Each series with so many zeros after it, read off at 72 equally spaced places."""
    padded = np.pad(x, ((0, 0), (0, _LONG - x.shape[1])))
    last = x.shape[1] + zeros[:, None] - 1
    return _read(padded, np.linspace(0, 1, _LONG) * last)


def _read(x: Array, places: Array) -> Array:
    """Values of each series at places between its points, by linear interpolation; both (series, points)."""
    below = np.minimum(places.astype(np.int64), x.shape[1] - 2)
    share = places - below
    low, high = np.take_along_axis(x, below, 1), np.take_along_axis(x, below + 1, 1)
    return (1 - share) * low + share * high
