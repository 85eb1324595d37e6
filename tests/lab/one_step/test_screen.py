"""A click in the picture gives a point inside the allowed range, or nothing."""

from __future__ import annotations

import math

import pytest

from lab.one_step.screen import start_at


@pytest.mark.parametrize(
    ("point", "keys", "values"),
    [
        ([1.23456, -0.5], ("x1", "x2"), {"x1": 1.23, "x2": -0.5}),
        ([1.23456, -0.5], ("x1",), {"x1": 1.23}),
        ([99.0, -99.0], ("x1", "x2"), {"x1": 3.0, "x2": -3.0}),
        ([math.nan, 0.0], ("x1", "x2"), {}),
        (["1", 0.0], ("x1", "x2"), {}),
        ([1.0], ("x1", "x2"), {}),
        ("<b>", ("x1", "x2"), {}),
        (None, ("x1", "x2"), {}),
    ],
)
def test_where_a_click_starts(point: object, keys: tuple[str, ...], values: dict[str, float]) -> None:
    assert start_at(point, *keys) == values
