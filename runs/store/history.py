"""All recorded steps of one run, in the app: arrays that grow, thinned on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.record import NAMES, WHOLE, Columns
from runs.thinning import kept

Array = NDArray[np.float64]
Block = Mapping[str, Sequence[Any] | Array]


class History:
    """Columns of every lane, an array of shape (lanes, columns, steps).

    A value that is not known is nan in the array and None in what is handed out.
    """

    def __init__(self, lanes: int) -> None:
        self._table = np.empty((lanes, len(NAMES), 256))
        self._steps = 0

    def __len__(self) -> int:
        """Number of steps recorded."""
        return self._steps

    @property
    def bytes(self) -> int:
        """Memory held."""
        return self._table.nbytes

    @property
    def lanes(self) -> int:
        """Number of lanes."""
        return len(self._table)

    def extend(self, lanes: Sequence[Block]) -> None:
        """Append what a worker sent, or what the store had."""
        new = len(lanes[0]["step"])
        self._reserve(self._steps + new)
        self._table[:, :, self._steps : self._steps + new] = np.nan
        for table, columns in zip(self._table, lanes, strict=True):
            for row, name in enumerate(NAMES):
                if name in columns:
                    table[row, self._steps : self._steps + new] = np.asarray(columns[name], dtype=float)
        self._steps += new

    def cut(self, steps: int) -> None:
        """Forget what comes after the first `steps` steps."""
        self._steps = min(self._steps, steps)

    def column(self, name: str) -> Array:
        """One column of every lane, shape (lanes, steps); nan where nothing is known."""
        return self._table[:, NAMES.index(name), : self._steps]

    def since(self, start: int, limit: int) -> tuple[int, list[Columns]]:
        """Number of the next step, and each lane's columns from `start` on, `limit` steps at most."""
        end = max(start, min(self._steps, start + limit))
        return end, [_listed(table[:, start:end]) for table in self._table]

    def thinned(self, start: int, limit: int, buckets: int) -> tuple[int, list[Columns], int]:
        """Like `since`, thinned; and how many points were left out.

        By the rule of `runs.thinning`, for every column.
        """
        end = max(start, min(self._steps, start + limit))
        part = self._table[:, :, start:end]
        rows_of = [kept(table, buckets) for table in part]
        lanes = [_listed(table[:, rows]) for table, rows in zip(part, rows_of, strict=True)]
        return end, lanes, sum(part.shape[2] - len(rows) for rows in rows_of)

    def _reserve(self, steps: int) -> None:
        lanes, columns, room = self._table.shape
        if steps > room:
            grown = np.empty((lanes, columns, max(steps, 2 * room)))
            grown[:, :, : self._steps] = self._table[:, :, : self._steps]
            self._table = grown


def _listed(table: Array) -> Columns:
    """Rows as lists fit for JSON."""
    kinds = [int if name in WHOLE else float for name in NAMES]
    return {
        name: [None if value != value else kind(value) for value in row.tolist()]
        for name, kind, row in zip(NAMES, kinds, table, strict=True)
    }
