"""Pictures as the browser reads them."""

from __future__ import annotations

import json

import pytest

from neural.pictures import Mistake, Pictures
from runs.worker.pictures import grey, image, packed


def test_channels_become_rows_of_grey_or_of_colours() -> None:
    assert image([[[0, 255], [7, 8]]]) == [[0, 255], [7, 8]]
    assert image([[[1, 2]], [[3, 4]], [[5, 6]]]) == [[[1, 3, 5], [2, 4, 6]]]


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ([[[0.0, 2.0], [-2.0, 1.0]]], [[128, 255], [0, 191]]),
        ([[[1.0]], [[3.0]]], [[255]]),
        ([[[0.0, None]]], [[128, 128]]),
    ],
)
def test_filters_have_zero_in_the_middle(filter_: list, expected: list) -> None:
    assert grey(filter_) == expected


def test_what_is_packed_is_json_with_names() -> None:
    found = Pictures([[1, 0], [1, 0]], [[[[0.5]]]], (Mistake(3, 1, 0, [[[9]]]),))
    (lane,) = json.loads(packed(20, [found], ("cat", "dog")))
    assert lane == {
        "step": 20,
        "labels": ["cat", "dog"],
        "confusion": [[1, 0], [1, 0]],
        "filters": [[[255]]],
        "mistakes": [{"pixels": [[9]], "truth": "dog", "said": "cat"}],
    }
