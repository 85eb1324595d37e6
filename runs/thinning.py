"""The one rule for thinning a long series: of each stretch the first, the lowest and the highest point.

The last of all is kept too. No peak is lost, and what is left are recorded points. `runs.store.history` thins
a stored run by it, and `lab.ridge.curves` a simulated one. A live run grows in the browser: that is why
lab/chart/js/thin.js has the rule once more. A test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Indices = NDArray[np.int64]


def kept(columns: Array, stretches: int) -> Indices:
    """Which rows of a table are kept, in order: the rule holds for every one of its columns.

    Parameters
    ----------
    columns : (C, n) array
        Columns of one table; NaN is a gap.
    stretches : int
        Number of stretches, at least 1, of ⌈n / stretches⌉ rows each; at most so many rows are all kept.
    """
    rows = columns.shape[1]
    if rows <= stretches:
        return np.arange(rows)
    starts = np.arange(0, rows, -(-rows // stretches))
    found = (index for column in columns for index in extremes(column, starts))
    return np.unique(np.concatenate([starts, [rows - 1], *found]))


def extremes(values: Array, starts: Indices) -> Iterator[Indices]:
    """Index of the lowest value of each stretch, then of the highest; the first one where several are equal.

    Parameters
    ----------
    values : (n,) array
        NaN is a gap: neither lowest nor highest, unless there is nothing else in the stretch.
    starts : (S,) array
        Where each stretch begins, ascending from 0.
    """
    gaps = np.isnan(values)
    sizes = np.diff(np.append(starts, len(values)))
    for extreme, fill in ((np.minimum, np.inf), (np.maximum, -np.inf)):
        filled = np.where(gaps, fill, values) if gaps.any() else values
        reached = np.flatnonzero(filled == np.repeat(extreme.reduceat(filled, starts), sizes))
        yield reached[np.searchsorted(reached, starts)]
