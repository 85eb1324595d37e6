"""Which samples each iteration sees."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthetic.problem import Rows

CHUNK_ENTRIES = 1 << 16  # row numbers held at a time
MAX_CHUNK = 1024


def chunk_lengths(iterations: int, width: int) -> list[int]:
    """Split the iterations so that a chunk of batches of `width` rows stays small."""
    size = int(np.clip(CHUNK_ENTRIES // max(width, 1), 16, MAX_CHUNK))
    return [min(size, iterations - start) for start in range(0, iterations, size)]


def common_batches(
    n: int, batch_size: int, replacement: bool, seed: int, trial: int, lengths: list[int]
) -> Iterator[Rows]:
    """Mini-batches of one trial, chunk by chunk: (C, batch_size). The same for every method of a
    comparison.
    """
    rng = np.random.default_rng([seed, 2, trial])
    for length in lengths:
        if replacement:
            yield rng.integers(0, n, size=(length, batch_size))
        else:
            order = rng.random((length, n)).argsort(axis=1)
            yield np.ascontiguousarray(order[:, :batch_size])


def published_batches(
    rng: np.random.RandomState, n: int, batch_size: int, lengths: list[int]
) -> Iterator[Rows]:
    """Mini-batches in the published order: one legacy generator for all methods and trials, one after the
    other.
    """
    for length in lengths:
        yield rng.randint(0, n, size=(length, batch_size))
