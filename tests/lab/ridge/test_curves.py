"""From records to the points of a line: thinned lines keep extremes, bands are true, nothing is hidden."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from lab.ridge.curves import RAW, gathered, ranged, thinned
from tests.lab.ridge.ridge import result


@pytest.mark.parametrize("log", [False, True])
def test_a_thinned_line_keeps_its_ends_and_extremes_in_order(log: bool) -> None:
    y = np.random.default_rng(0).standard_normal(5000)
    x = np.arange(5000)
    keep = thinned(x, y, log)
    assert len(keep) < 400
    assert keep[0] == 0
    assert keep[-1] == 4999
    assert np.all(np.diff(keep) > 0)
    assert {int(np.argmin(y)), int(np.argmax(y))} <= set(keep.tolist())
    assert np.array_equal(thinned(x[:RAW], y[:RAW], log), np.arange(RAW))


def test_a_range_spans_every_positive_value_and_skips_what_a_log_scale_cannot_show() -> None:
    y = np.exp(np.random.default_rng(1).standard_normal((2, 1000)))
    y[:, ::7] = 0.0
    found = ranged(np.arange(1000), y, False)
    positive = y[y > 0]
    assert np.nanmin(found.low) == positive.min()
    assert np.nanmax(found.high) == positive.max()
    assert np.all((found.low <= found.mean) & (found.mean <= found.high))
    assert np.isnan(ranged(np.arange(5), np.zeros((1, 5)), False).mean).all()


def test_a_diverged_trial_ends_the_mean_and_counts_as_infinite_in_the_median() -> None:
    track = result(m=5, trials=3, iterations=20, methods=("sgd",), interpolated=False).tracks["sgd"]
    gap = np.ones_like(track.relative_gap)
    gap[0, 10:] = np.nan
    broken = dataclasses.replace(track, relative_gap=gap, diverged_at=np.array([10, -1, -1]))
    mean = gathered(broken, "relative_gap", "mean").line
    assert np.all(mean[:10] == 1)
    assert not np.isfinite(mean[10:]).any()
    assert np.all(gathered(broken, "relative_gap", "median").line == 1)
    assert np.isinf(gathered(broken, "relative_gap", "median").high[10:]).all()
