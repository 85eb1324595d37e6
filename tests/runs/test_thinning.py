"""The rule for thinning: what it keeps; and that the browser's, for live runs, keeps the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runs.thinning import extremes, kept
from tests.lab.chart.node import called, laid_out

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("rows", "stretches"), [(1000, 10), (1001, 10), (997, 32), (12, 5), (7, 6)])
def test_of_each_stretch_the_first_the_lowest_and_the_highest_are_kept(rows: int, stretches: int) -> None:
    values = RNG.integers(0, 50, rows).astype(float)
    found = kept(values[None], stretches).tolist()
    size = -(-rows // stretches)
    expected = {rows - 1}
    for start in range(0, rows, size):
        part = values[start : start + size].tolist()
        expected |= {start, start + part.index(min(part)), start + part.index(max(part))}
    assert found == sorted(expected)


def test_a_gap_is_no_extreme_and_every_column_counts() -> None:
    one = np.array([np.nan, 5, 1, np.nan, 9, 2, np.nan, np.nan])
    other = np.array([0, 0, 0, 7, 0, 0, -1, 0.0])
    assert [found.tolist() for found in extremes(one, np.array([0, 4]))] == [[2, 5], [1, 4]]
    assert [found.tolist() for found in extremes(one, np.array([0, 6]))] == [
        [2, 6],
        [4, 6],
    ]  # nothing but gaps
    assert kept(np.array([one, other]), 2).tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert kept(other[None], 2).tolist() == [0, 3, 4, 6, 7]


def test_few_rows_are_all_kept() -> None:
    assert kept(RNG.standard_normal((3, 20)), 20).tolist() == list(range(20))


def test_the_browser_keeps_the_same_points(tmp_path: Path) -> None:
    """Numbers with many ties, of every length around a multiple of the stretches, and long ones."""
    lengths = [*range(61, 85), 4_001, 30_000]
    cases = [(RNG.integers(-9, 9, n).astype(float), 20 if n < 100 else 1000) for n in lengths]
    cases += [(np.sort(RNG.standard_normal(5_000))[::way], 1000) for way in (1, -1)]
    found = called(laid_out(tmp_path), "thin", "kept", [[values.tolist(), count] for values, count in cases])
    assert found == [kept(values[None], count).tolist() for values, count in cases]
