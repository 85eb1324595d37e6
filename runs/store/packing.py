"""Older steps of a run in a few bytes, from which every number comes back bit for bit.

A worker sends numbers of six significant digits. As whole numbers of the last digit they need three bytes or
four, as floats they need eight; columns that hardly change cost next to nothing.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_PLACES = 22  # greater powers of ten are not exact as floats
MOST_WHOLE = 2.0**53  # nor are greater whole numbers
BITS = 255  # in the place of the number of places: the bits of the floats themselves
GAP = np.iinfo(np.int64).min  # nan among whole numbers


class PackedSteps:
    """A table of shape (lanes, columns, steps), packed column by column."""

    def __init__(self, table: Array) -> None:
        self._columns = [[packed(column) for column in lane] for lane in table]
        self.bytes = sum(len(column) for lane in self._columns for column in lane)

    def column(self, lane: int, index: int) -> Array:
        """One column of a lane."""
        return unpacked(self._columns[lane][index])


def packed(values: Array) -> bytes:
    """A column as bytes: how many decimal places its numbers have, then these without the point, by zlib."""
    places, whole = _without_point(values)
    bytes_of_equal_weight = whole.view(np.uint8).reshape(-1, 8).T  # together, since most of them are zero
    return bytes([places]) + zlib.compress(bytes_of_equal_weight.tobytes(), level=1)


def unpacked(data: bytes) -> Array:
    """Inverse of `packed`."""
    places, bytes_of_equal_weight = data[0], np.frombuffer(zlib.decompress(data[1:]), np.uint8)
    whole = bytes_of_equal_weight.reshape(8, -1).T.copy().view(np.int64).ravel()
    return whole.view(np.float64) if places == BITS else _with_point(whole, places)


def _without_point(values: Array) -> tuple[int, NDArray[np.int64]]:
    """The fewest places that suffice, and the whole numbers; the bits where no number of places does."""
    gaps = np.isnan(values)
    known = np.where(gaps, 0.0, values)
    for places in range(MOST_PLACES + 1):
        scaled = known * 10.0**places
        if not (np.abs(scaled) < MOST_WHOLE).all():
            break
        whole = np.rint(scaled).astype(np.int64)
        if _with_point(whole, places).tobytes() == known.tobytes():  # -0.0 is not 0.0
            whole[gaps] = GAP
            return places, whole
    return BITS, np.ascontiguousarray(values).view(np.int64)


def _with_point(whole: NDArray[np.int64], places: int) -> Array:
    return np.where(whole == GAP, np.nan, whole / 10.0**places)
