"""Columns: whole steps only, six digits, nothing that JSON cannot say."""

from __future__ import annotations

import math

import pytest

from neural.train import Point
from runs.record import WINDOW, Recorder, plain


def point(step: int, lane: int, **changes: float) -> Point:
    values = {
        "epoch": 0.1, "grad_evals": 2, "seconds": 0.0, "loss_x": 1.0, "loss_e": 2.0,
        "gamma": 0.5, "gamma_raw": 0.7,
        "gamma_b": math.nan, "capped": False, "clamped": False, "skipped": False,
        "grad_x_norm": 1.0, "grad_e_norm": 1.0,
    }  # fmt: skip
    return Point(step=step, lane=lane, **(values | changes))  # type: ignore[arg-type]


def test_numbers_fit_for_json() -> None:
    assert [plain(x) for x in (None, 3, math.nan, math.inf, -math.inf, 0.123456789, 1e-300)] == [
        None, 3, None, None, None, 0.123457, 1e-300,
    ]  # fmt: skip


def test_only_steps_that_every_lane_has_made_are_handed_out() -> None:
    recorder = Recorder(2)
    recorder.add(point(1, 0))
    assert recorder.take() == []
    recorder.add(point(1, 1))
    recorder.add(point(2, 0))
    assert [lane["step"] for lane in recorder.take()] == [[1], [1]]
    recorder.add(point(2, 1))
    assert [lane["step"] for lane in recorder.take()] == [[2], [2]]


def test_shares_and_counts() -> None:
    recorder = Recorder(1)
    for step in range(1, WINDOW + 3):
        recorder.add(point(step, 0, capped=step <= 2, clamped=step == 3, skipped=step == 4))
    (lane,) = recorder.take()
    assert lane["capped_share"][:3] == [1.0, 1.0, plain(2 / 3)]
    assert lane["capped_share"][-1] == 0.0
    assert (lane["clamped_count"][-1], lane["skipped_count"][-1]) == (1, 1)
    assert lane["gamma_b"] == [None] * (WINDOW + 2)


@pytest.mark.parametrize("taken", [0, 60, 70])
def test_counts_and_points_that_were_not_taken_go_on_from_their_state(taken: int) -> None:
    whole, first, second = Recorder(1), Recorder(1), Recorder(1)
    points = [point(step, 0, capped=step % 3 == 0, clamped=step % 5 == 0) for step in range(1, 2 * WINDOW)]
    for made in points:
        whole.add(made)
    for number, made in enumerate(points[:70], 1):
        first.add(made)
        if number == taken:
            first.take()
    second.load_state_dict(first.state_dict())
    for made in points[70:]:
        second.add(made)
    (expected,), (found,) = whole.take(), second.take()
    assert found == {name: values[taken:] for name, values in expected.items()}


def test_whole_steps() -> None:
    recorder = Recorder(2)
    assert recorder.whole
    recorder.add(point(1, 0))
    assert not recorder.whole
    recorder.take()
    assert not recorder.whole
    recorder.add(point(1, 1))
    assert recorder.whole
