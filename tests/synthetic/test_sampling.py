"""Mini-batches: merged samples, the published draws on one thread and on several, bounded memory."""

import tracemalloc

import numpy as np
import pytest

from synthetic import Result, RidgeConfig, SimulationConfig, simulate, usam, usam_sps
from synthetic.compiled.layout import REGISTER, aligned
from synthetic.compiled.losses import Batch, merge

PROBLEM = RidgeConfig(n=40, d=50, interpolated=False, reg=0.1).build()


def test_samples_drawn_twice_are_merged_with_their_share() -> None:
    counts = np.zeros(6, dtype=np.int64)
    batch = Batch(np.zeros(6, dtype=np.int64), np.zeros(6))
    size = merge(np.array([4, 1, 4, 4, 0, 1, 5, 4]), counts, batch)
    assert list(batch.rows[:size]) == [0, 1, 4, 5]
    assert list(batch.weights[:size]) == [1 / 8, 2 / 8, 4 / 8, 1 / 8]
    assert not counts.any()


def test_layout_of_arrays() -> None:
    A = np.arange(15.0).reshape(3, 5)
    for all_axes, shape in ((False, (3, 8)), (True, (8, 8))):
        copy = aligned(A, all_axes=all_axes)
        assert copy.shape == shape
        assert copy.flags.c_contiguous
        assert copy.ctypes.data % (REGISTER * copy.itemsize) == 0
        np.testing.assert_array_equal(copy[:3, :5], A)
        assert copy.sum() == A.sum()


def ends(config: SimulationConfig, threads: int) -> Result:
    return simulate(PROBLEM, [usam(0.1, 0.1), usam_sps(0.1)], config, threads=threads)


@pytest.mark.parametrize("draws", ["published", "common"])
def test_numbers_do_not_depend_on_threads(draws: str) -> None:
    """Several chunks a lane, and lanes that go on where the one before stopped."""
    config = SimulationConfig(5000, 20, trials=2, draws=draws)
    one, two = ends(config, 1), ends(config, 2)
    for key, track in one.tracks.items():
        np.testing.assert_array_equal(track.loss, two[key].loss)
        assert track.loss[0, -1] != track.loss[1, -1]


def test_published_draws_are_those_of_one_call_an_iteration() -> None:
    together, apart = np.random.RandomState(3107), np.random.RandomState(3107)
    drawn = together.randint(0, 100, size=(1000, 10))
    np.testing.assert_array_equal(drawn, [apart.randint(0, 100, size=10) for _ in range(1000)])


def peak(config: SimulationConfig, threads: int) -> int:
    tracemalloc.start()
    ends(config, threads)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return used


@pytest.mark.parametrize("batch_size", [None, 10])
@pytest.mark.parametrize(("draws", "threads"), [("common", 1), ("published", 1), ("published", 2)])
def test_memory_does_not_grow_with_the_iterations(batch_size: int | None, draws: str, threads: int) -> None:
    short = SimulationConfig(10_000, batch_size, record=(), draws=draws)
    ends(short, threads)  # what is computed once
    long = SimulationConfig(80_000, batch_size, record=(), draws=draws)
    # One number for each further iteration would be 560,000 bytes, one vector 28 million. Short lanes on two
    # threads may miss each other, long ones do not: then twice the memory is in use.
    allowed = 200_000 if threads == 1 else 3_000_000
    assert peak(long, threads) < peak(short, threads) + allowed
