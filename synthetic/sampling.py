"""Which samples each iteration sees.

A source gives the mini-batches of one lane (one method, one trial) chunk by chunk, each chunk (C,
batch_size).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from synthetic.config import SimulationConfig
from synthetic.problem import Rows

Source = Callable[[], Iterator[Rows]]

CHUNK_ENTRIES = 1 << 15  # row numbers held at a time, so that they stay in the cache
MAX_CHUNK = 4096


def chunk_lengths(iterations: int, batch_size: int | None) -> list[int]:
    """Split the iterations so that a chunk of mini-batches stays small."""
    size = int(np.clip(CHUNK_ENTRIES // (batch_size or 1), 16, MAX_CHUNK))
    return [min(size, iterations - start) for start in range(0, iterations, size)]


def sources(n: int, config: SimulationConfig, methods: int, *, in_turn: bool) -> Iterator[Source]:
    """The source of every lane: the trials of the first method, then those of the second, and so on.

    `in_turn`: each source is used up before the next one is asked for, as a single thread does. Then the
    published draws need be made only once.
    """
    lengths = chunk_lengths(config.iterations, config.batch_size)
    generator = np.random.RandomState(config.seed) if config.draws == "published" else None
    for _ in range(methods):
        for trial in range(config.trials):
            if config.batch_size is None:
                yield partial(full_batches, n, lengths)
            elif generator is None:
                yield partial(common_batches, n, config.batch_size, config, trial, lengths)
            elif in_turn:
                yield partial(published_batches, generator, n, config.batch_size, lengths)
            else:
                own = np.random.RandomState()
                own.set_state(generator.get_state())
                yield partial(published_batches, own, n, config.batch_size, lengths)
                for _batches in published_batches(generator, n, config.batch_size, lengths):
                    pass  # leave the generator where the next lane begins


def full_batches(n: int, lengths: list[int]) -> Iterator[Rows]:
    """All the samples: one line (1, n) that serves every step of a chunk."""
    return iter([np.arange(n)[None, :]] * len(lengths))


def common_batches(
    n: int, batch_size: int, config: SimulationConfig, trial: int, lengths: list[int]
) -> Iterator[Rows]:
    """The same mini-batches for every method of a comparison; different ones for every trial."""
    rng = np.random.default_rng([config.seed, 2, trial])
    for length in lengths:
        if config.replacement:
            yield rng.integers(0, n, size=(length, batch_size))
        else:
            order = rng.random((length, n)).argsort(axis=1)
            yield np.ascontiguousarray(order[:, :batch_size])


def published_batches(
    generator: np.random.RandomState, n: int, batch_size: int, lengths: list[int]
) -> Iterator[Rows]:
    """The published order of draws: one legacy generator, passed on from lane to lane."""
    for length in lengths:
        yield generator.randint(0, n, size=(length, batch_size))
