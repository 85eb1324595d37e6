"""The numbers of the table, and how they are written."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from lab.params import Value
from lab.ridge.rates import Rate, rate_of
from lab.ridge.result import RidgeResult
from lab.ridge.spread import Spread
from lab.ridge.table import COLUMNS, _rate, cells, rate
from tests.lab.ridge.ridge import result


def row(found: RidgeResult, key: str) -> dict[str, str]:
    return dict(zip(COLUMNS, cells(found.summaries[key], found.spreads[key]), strict=True))


def test_the_fitted_factor_of_gradient_descent_is_the_exact_one() -> None:
    # Two directions: gamma = 1/L ends the steep one at once, the flat one shrinks by (1 - mu/L)^2 a step.
    found = result(methods=("sgd",), d=2, kappa=50.0, iterations=1000)
    exact = (1 - found.problem.mu / found.problem.L) ** 2
    assert found.summaries["sgd"].rate.factor == pytest.approx(exact, rel=1e-6)
    key, guaranteed = found.summaries["sgd"].guaranteed or ("", 0.0)
    assert key == "rate"
    assert guaranteed == pytest.approx(exact, rel=1e-9)


def test_the_fit_stops_above_rounding_and_before_a_divergence() -> None:
    track = result(methods=("sgd",), iterations=200).tracks["sgd"]
    gap = 0.5 ** np.arange(201.0)[None, :]
    gap[:, 60:] = 1e-30  # noise of rounding
    assert rate_of(track.iterations, gap, 1e-28).factor == pytest.approx(0.5)
    gap[:, 5:] = np.nan
    assert math.isnan(rate_of(track.iterations, gap, 1e-28).factor)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "halves every 1"),
        (0.9999, "halves every 6,931"),
        (0.93, "halves every 9.6"),
        (1.02, "doubles every 35"),
        (1.0, "stays"),
        (math.nan, "–"),
        (4.0, "doubles every 0.5"),
        (0.0, "gone at once"),
    ],
)
def test_rates_are_readable(value: float, text: str) -> None:
    assert rate(value) == text


def test_the_table_counts_what_diverged() -> None:
    found = result(methods=("sgd", "usam_ps"), sgd_gamma=100.0)
    gone = row(found, "sgd")
    assert gone["diverged"] == f"at {int(found.tracks['sgd'].diverged_at[0])}"
    assert gone["final gap"] == "–"
    assert gone["iterations to 1e-6"] == "not reached"
    assert row(found, "usam_ps")["diverged"] == "no"
    first = int(found.tracks["usam_ps"].reached[0])
    assert row(found, "usam_ps")["iterations to 1e-6"].split(" (")[0] == str(first)


def test_steps_are_capped_only_where_there_is_a_cap() -> None:
    assert row(result(methods=("usam_ps", "sgd")), "usam_ps")["capped"] == "–"
    found = result(methods=("usam_ps", "sgd"), gamma_b=0.0)
    assert row(found, "usam_ps")["capped"] == "100.0%"
    assert row(found, "usam_ps")["final gap"] == "1.0e+00"
    assert row(found, "sgd")["capped"] == row(found, "sgd")["clamped"] == "–"


def test_a_gap_below_rounding_is_said_to_be() -> None:
    found = result(methods=("sgd",), iterations=50)
    rounded = dataclasses.replace(found.summaries["sgd"], final_gap=1e-33)
    assert cells(rounded, None)[COLUMNS.index("final gap")] == "below 1e-32"


def test_the_iterations_to_the_target_are_exact_where_not_every_one_is_recorded() -> None:
    changes: dict[str, Value] = {"methods": ("sgd", "usam"), "kappa": 500.0, "n": 50, "d": 50}
    dense, sparse = result(iterations=5000, **changes), result(iterations=10_000, **changes)
    assert len(sparse.tracks["sgd"].iterations) < 300
    for key, track in dense.tracks.items():
        exact = int(np.argmax(track.relative_gap[0] <= 1e-6))
        assert row(sparse, key)["iterations to 1e-6"] == f"{exact:,}"
        assert exact not in sparse.tracks[key].iterations


def test_trials_without_a_rate_are_counted_beside_the_range() -> None:
    """Else the mean of all trials can lie outside the range that is said to be that of the trials."""
    known = Spread(reached=np.array([np.inf] * 3), factors=np.array([0.25, 0.5, np.nan]))
    assert _rate(Rate(factor=0.9), known) == "halves every 6.6 (0.5 to 1; 1 of 3 without a rate)"
    alone = Spread(reached=np.array([np.inf] * 2), factors=np.array([0.5, np.nan]))
    assert _rate(Rate(factor=0.5), alone) == "halves every 1 (1 of 2 without a rate)"
    whole = Spread(reached=np.array([np.inf] * 2), factors=np.array([0.25, 0.5]))
    assert _rate(Rate(factor=0.5), whole) == "halves every 1 (0.5 to 1)"
