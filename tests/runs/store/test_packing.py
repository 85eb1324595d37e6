"""Packed columns: every number comes back bit for bit, and recorded ones take few bytes."""

from __future__ import annotations

import numpy as np
import pytest

from neural.point import plain
from runs.store.packing import BITS, Array, packed, unpacked

RNG = np.random.default_rng(0)
RECORDED = np.array([plain(value) for value in np.exp(RNG.normal(-2, 1, 1000))])
COLUMNS = {
    "recorded": RECORDED,
    "of either sign": RECORDED * RNG.choice([-1.0, 1.0], 1000),
    "whole": np.arange(1.0, 1001.0),
    "measured now and then": np.where(np.arange(1000) % 20, np.nan, RECORDED),
    "tiny": RECORDED * 1e-12,
    "huge": RECORDED * 1e300,
    "of all sizes": np.array([plain(value) for value in np.exp(RNG.normal(0, 20, 1000))]),
    "seventeen digits": RNG.normal(size=1000),
    "at the ends": np.array(
        [np.finfo(float).max, np.finfo(float).tiny, 5e-324, 2.0**53, -(2.0**53), 2.0**63]
    ),
    "infinite": np.array([1.0, np.inf, -np.inf, np.nan]),
    "negative zero": np.array([0.0, -0.0, 1.0]),
    "gaps": np.full(7, np.nan),
    "one": np.array([0.1]),
    "none": np.empty(0),
}


@pytest.mark.parametrize("values", COLUMNS.values(), ids=COLUMNS.keys())
def test_every_number_comes_back_bit_for_bit(values: Array) -> None:
    assert unpacked(packed(values)).tobytes() == values.tobytes()


def test_a_column_of_a_table_may_have_other_columns_between_its_numbers() -> None:
    table = RNG.normal(size=(100, 3))
    assert unpacked(packed(table[:, 1])).tobytes() == table[:, 1].tobytes()


def test_random_bits_come_back() -> None:
    for _ in range(200):
        values = RNG.integers(-(2**63), 2**63 - 1, 50).view(np.float64)
        np.testing.assert_array_equal(unpacked(packed(values)), values)


def test_recorded_numbers_take_half_of_what_floats_take() -> None:
    assert packed(RECORDED)[0] != BITS
    assert len(packed(RECORDED)) < RECORDED.nbytes / 2
    assert len(packed(COLUMNS["measured now and then"])) < RECORDED.nbytes / 8


@pytest.mark.parametrize("value", [0.0, 0.25, 1e-9, np.nan, 12345.0, -0.0])
def test_a_column_of_one_value_takes_next_to_nothing(value: float) -> None:
    assert len(packed(np.full(1000, value))) < 80
