"""All recorded steps of one run, in the app: the newest in a table, older ones packed, thinned on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.record import NAMES, WHOLE, Columns
from runs.store.packing import PackedSteps
from runs.thinning import kept

Array = NDArray[np.float64]
Block = Mapping[str, Sequence[Any] | Array]

PACKED = 1024  # steps that are packed together
ALL = range(len(NAMES))


class History:
    """Columns of every lane.

    A value that is not known is nan inside and None in what is handed out. The newest steps are in the table,
    where those who follow a run read them: at least `PACKED` of them, fewer after a cut.
    """

    def __init__(self, lanes: int) -> None:
        self._packed: list[PackedSteps] = []  # the oldest steps first
        self._table = np.empty((lanes, len(NAMES), 256))  # the steps after those
        self._steps = 0

    def __len__(self) -> int:
        """Number of steps recorded."""
        return self._steps

    @property
    def bytes(self) -> int:
        """Memory held."""
        return self._table.nbytes + sum(block.bytes for block in self._packed)

    @property
    def lanes(self) -> int:
        """Number of lanes."""
        return len(self._table)

    def extend(self, lanes: Sequence[Block]) -> None:
        """Append what a worker sent, or what the store had."""
        added = np.full((self.lanes, len(NAMES), len(lanes[0]["step"])), np.nan)
        for table, columns in zip(added, lanes, strict=True):
            for row, name in enumerate(NAMES):
                if name in columns:
                    table[row] = np.asarray(columns[name], dtype=float)
        for start in range(0, added.shape[2], PACKED):
            self._append(added[:, :, start : start + PACKED])

    def cut(self, steps: int) -> None:
        """Forget what comes after the first `steps` steps."""
        block = steps // PACKED
        if block < len(self._packed):  # its first steps are the last ones now
            for lane in range(self.lanes):
                self._table[lane, :, :PACKED] = [self._packed[block].column(lane, index) for index in ALL]
            del self._packed[block:]
        self._steps = min(self._steps, steps)

    def copy(self) -> History:
        """The steps as they are now, which can be read while others come in; what is packed is shared."""
        found = History(self.lanes)
        found._packed, found._table, found._steps = [*self._packed], self._table.copy(), self._steps
        return found

    def column(self, name: str) -> Array:
        """One column of every lane, a copy of shape (lanes, steps); nan where nothing is known."""
        one = [NAMES.index(name)]
        return np.concatenate([self._values(lane, one, 0, self._steps) for lane in range(self.lanes)])

    def since(self, start: int, limit: int) -> tuple[int, list[Columns]]:
        """Number of the next step, and each lane's columns from `start` on, `limit` steps at most."""
        end = max(start, min(self._steps, start + limit))
        return end, [_listed(self._values(lane, ALL, start, end)) for lane in range(self.lanes)]

    def thinned(self, start: int, limit: int, buckets: int) -> tuple[int, list[Columns], int]:
        """Like `since`, thinned; and how many points were left out.

        By the rule of `runs.thinning`, for every column.
        """
        end, lanes, left_out = max(start, min(self._steps, start + limit)), [], 0
        for lane in range(self.lanes):  # one after the other: a long run takes much memory unpacked
            values = self._values(lane, ALL, start, end)
            rows = kept(values, buckets)
            lanes.append(_listed(values[:, rows]))
            left_out += values.shape[1] - len(rows)
        return end, lanes, left_out

    def _values(self, lane: int, columns: Sequence[int], start: int, end: int) -> Array:
        """Columns of a lane from `start` to `end`, unpacked where they are no longer in the table."""
        in_table = PACKED * len(self._packed)
        if start >= in_table:
            return self._table[lane, columns, start - in_table : end - in_table]
        first = start // PACKED
        begin = first * PACKED
        values = np.empty((len(columns), end - start))
        for row, index in zip(values, columns, strict=True):
            parts = [block.column(lane, index) for block in self._packed[first : -(-end // PACKED)]]
            newest = self._table[lane, index, : max(0, end - in_table)]
            row[:] = np.concatenate([*parts, newest])[start - begin : end - begin]
        return values

    def _append(self, added: Array) -> None:
        """Append at most `PACKED` steps; where the table is full, its oldest are packed."""
        recent, new = self._steps - PACKED * len(self._packed), added.shape[2]
        if recent + new > 2 * PACKED:
            self._packed.append(PackedSteps(self._table[:, :, :PACKED]))
            recent -= PACKED
            self._table[:, :, :recent] = self._table[:, :, PACKED : PACKED + recent].copy()
        while recent + new > self._table.shape[2]:
            self._table = np.concatenate([self._table, np.empty_like(self._table)], axis=2)
        self._table[:, :, recent : recent + new] = added
        self._steps += new


def _listed(table: Array) -> Columns:
    """Rows as lists fit for JSON."""
    rows = table.astype(object)
    rows[np.isnan(table)] = None
    lists = dict(zip(NAMES, rows.tolist(), strict=True))
    return lists | {name: [None if value is None else int(value) for value in lists[name]] for name in WHOLE}
