"""Arrays laid out for vector registers: no loop over d has a remainder, no load crosses a cache line."""

from __future__ import annotations

import math

import numpy as np

from synthetic.problem import Array

REGISTER = 8  # numbers in the widest vector register, and in a cache line


def aligned(array: Array, *, all_axes: bool = False) -> Array:
    """A copy at the start of a cache line, its last axis (or all) padded with zeros to whole registers."""
    shape = [
        -(-size // REGISTER) * REGISTER if all_axes or axis == array.ndim - 1 else size
        for axis, size in enumerate(array.shape)
    ]
    room = np.zeros(math.prod(shape) + REGISTER)
    start = -(room.ctypes.data // room.itemsize) % REGISTER
    copy = room[start : start + math.prod(shape)].reshape(shape)
    copy[tuple(slice(size) for size in array.shape)] = array
    return copy
