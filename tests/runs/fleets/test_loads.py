"""Runs are spread evenly, and a run moves only where that makes two workers more alike."""

from __future__ import annotations

import pytest

from runs.fleets.loads import least_loaded, misplaced


def test_the_emptiest_worker_is_next() -> None:
    assert least_loaded({"a": ["1", "2"], "b": ["3"], "c": ["4", "5"]}) == "b"
    assert least_loaded({}) is None


@pytest.mark.parametrize(
    ("runs_of", "run"),
    [
        ({}, None),
        ({"a": ["1", "2", "3"]}, None),
        ({"a": ["1", "2"], "b": ["3"]}, None),
        ({"a": ["1", "2"], "b": []}, "2"),
        ({"a": ["1"], "b": ["2", "3", "4"], "c": ["5", "6"]}, "4"),
    ],
)
def test_the_last_begun_run_of_the_fullest_moves(runs_of: dict[str, list[str]], run: str | None) -> None:
    assert misplaced(runs_of) == run


def test_a_run_that_is_bound_to_its_worker_stays() -> None:
    assert misplaced({"a": ["1", "2", "3"], "b": []}, {"3"}) == "2"
    assert misplaced({"a": ["1", "2"], "b": []}, {"1", "2"}) is None
