"""Which moments of a run are kept, and their bytes: there and back, and hostile ones."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from runs import moments
from runs.moments import is_due, kept, most_of, pack, stride, unpack


@pytest.mark.parametrize(
    ("step", "most", "expected"), [(0, 12, 1), (11, 12, 1), (12, 12, 2), (23, 12, 2), (24, 12, 4), (5, 2, 4)]
)
def test_the_grid_grows_coarser_with_the_run(step: int, most: int, expected: int) -> None:
    assert stride(step, most) == expected


def test_a_run_of_any_length_keeps_few_and_well_spread_moments() -> None:
    found: set[int] = set()
    sent = 0
    for step in range(1000):
        if is_due(step, 12):
            sent += 1
            found = kept(found | {step}, 12)
            assert len(found) <= 12
    assert found == set(range(0, 1000, 128))
    assert sent == 12 + 6 * 6 + 2, "twelve, then six at each doubling"
    assert kept(found | {999}, 12) == found | {999}, "the end is kept, off the grid too"


def test_a_run_that_goes_on_from_a_checkpoint_keeps_the_same() -> None:
    assert kept({0, 4, 8, 10, 12}, 12) == {0, 4, 8, 10, 12}
    assert kept({0, 1, 2, 3, 24}, 12) == {0, 24}


def test_large_networks_have_fewer_moments_or_none() -> None:
    assert most_of(100_000) == moments.MOST
    assert most_of(4_000_000) == 4
    assert most_of(8_000_000) == 2
    assert most_of(8_000_001) == 0
    assert not is_due(0, 0)


def test_the_bytes_give_back_every_array_of_a_lane() -> None:
    lanes = [
        {"0.weight": np.arange(6, dtype=np.float32).reshape(2, 3) + lane, "1.num_batches": np.int64(lane)}
        for lane in range(11)
    ]
    data = pack(lanes)
    for lane in (0, 1, 10):
        found = unpack(data, lane)
        assert found is not None
        assert found.keys() == lanes[lane].keys()
        for name, array in lanes[lane].items():
            assert found[name].dtype == array.dtype
            np.testing.assert_array_equal(found[name], array)
    assert unpack(data, 11) is None


def test_hostile_bytes_are_not_executed(tmp_path: Path) -> None:
    class Hostile:
        def __reduce__(self) -> object:
            return (Path.touch, (tmp_path / "executed",))

    file = io.BytesIO()
    np.savez(file, **{"0/weight": np.array([Hostile()], dtype=object)})
    assert unpack(file.getvalue(), 0) is None
    assert not (tmp_path / "executed").exists()
    good = pack([{"w": np.zeros(9)}])
    for data in (b"", b"PK\x03\x04", good[:40], good[:-30], b"\x00" * 100):
        assert unpack(data, 0) is None
