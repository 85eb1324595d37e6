"""A generated image set that a small network does not saturate: gratings at ten orientations, in clutter.

Only NumPy; the images follow from the seed. Every image holds one patch of parallel stripes, whose direction
is its class, two weaker patches in other directions, a slope of light and pixel noise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SIDE = 16
CLASSES = 10
JITTER = np.pi / CLASSES / 3
"""Most that a patch's direction differs from that of its class; at half the spacing classes would touch."""
NOISE = 0.1
CLUTTER = 2


def textures(images: int, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Draw labelled images.

    The stripes of class k make an angle of 90° − k · 18° with the horizontal, give or take 6°; wavelength
    (2.5 to 5 pixels), phase, place, extent and contrast are random.

    Parameters
    ----------
    images : int
        How many; the classes take turns, so that each has its share.
    seed : int
        The same seed gives the same images.

    Returns
    -------
    array, shape (images, 1, 16, 16), float32
        Pixels in [0, 1].
    array, shape (images,), int64
        Labels 0, ..., 9.
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(images) % CLASSES
    angles = np.pi * labels / CLASSES + rng.uniform(-JITTER, JITTER, images)
    light = _patches(rng, angles, rng.uniform(0.5, 1.0, images))
    for _ in range(CLUTTER):
        # Clutter is 2 to 8 places away from the class, so that it looks like neither it nor its neighbours.
        others = angles + np.pi / CLASSES * rng.integers(2, CLASSES - 1, images)
        light += _patches(rng, others, rng.uniform(0.2, 0.5, images))
    light += _slopes(rng, images) + NOISE * rng.standard_normal(light.shape)
    pixels = np.clip(0.5 + 0.4 * light, 0.0, 1.0)
    return pixels[:, None].astype(np.float32), labels.astype(np.int64)


def _grid() -> tuple[Array, Array]:
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    return x[None], y[None]


def _patches(rng: np.random.Generator, angles: Array, contrast: Array) -> Array:
    """One patch of stripes under a Gaussian window in each image, shape (N, SIDE, SIDE)."""
    n = len(angles)

    def draw(low: float, high: float) -> Array:
        return rng.uniform(low, high, n)[:, None, None]

    x, y = _grid()
    x, y = x - draw(-4, 4), y - draw(-4, 4)
    window = np.exp(-(x**2 + y**2) / (2 * draw(2.5, 4.5) ** 2))
    along = x * np.cos(angles)[:, None, None] + y * np.sin(angles)[:, None, None]
    return contrast[:, None, None] * window * np.cos(2 * np.pi * (along / draw(2.5, 5) + draw(0, 1)))


def _slopes(rng: np.random.Generator, n: int) -> Array:
    """Light that changes slowly across each image, shape (n, SIDE, SIDE)."""
    x, y = _grid()
    slope = rng.uniform(-0.5, 0.5, (2, n, 1, 1)) / SIDE
    return slope[0] * x + slope[1] * y
