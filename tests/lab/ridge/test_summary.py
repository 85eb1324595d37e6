"""The numbers of the table, and how they are written."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from lab.ridge.result import RidgeResult
from lab.ridge.summary import first_below, fitted_factor
from lab.ridge.table import COLUMNS, cells, rate
from tests.lab.ridge.ridge import result


def row(found: RidgeResult, key: str) -> dict[str, str]:
    return dict(zip(COLUMNS, cells(found.summaries[key]), strict=True))


def test_the_fitted_factor_of_gradient_descent_is_the_exact_one() -> None:
    # Two directions: gamma = 1/L ends the steep one at once, the flat one shrinks by (1 - mu/L)^2 a step.
    found = result(methods=("sgd",), d=2, kappa=50.0, iterations=1000)
    exact = (1 - found.problem.mu / found.problem.L) ** 2
    assert found.summaries["sgd"].fitted == pytest.approx(exact, rel=1e-6)
    key, guaranteed = found.summaries["sgd"].guaranteed or ("", 0.0)
    assert key == "rate"
    assert guaranteed == pytest.approx(exact, rel=1e-9)


def test_the_fit_stops_above_rounding_and_before_a_divergence() -> None:
    track = result(methods=("sgd",), iterations=200).tracks["sgd"]
    gap = 0.5 ** np.arange(201.0)[None, :]
    gap[:, 60:] = 1e-30  # noise of rounding
    assert fitted_factor(dataclasses.replace(track, relative_gap=gap), 1e-28) == pytest.approx(0.5)
    gap[:, 5:] = np.nan
    assert math.isnan(fitted_factor(dataclasses.replace(track, relative_gap=gap), 1e-28))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5"), (0.9999, "1 − 1.0e-04"), (1.02, "1 + 2.0e-02"), (1.0, "1"), (math.nan, "–"), (4.0, "4")],
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
    first = first_below(found.tracks["usam_ps"], 1e-6)[0]
    assert row(found, "usam_ps")["iterations to 1e-6"] == str(int(first))


def test_steps_are_capped_only_where_there_is_a_cap() -> None:
    assert row(result(methods=("usam_ps", "sgd")), "usam_ps")["capped"] == "–"
    found = result(methods=("usam_ps", "sgd"), gamma_b=0.0)
    assert row(found, "usam_ps")["capped"] == "100.0%"
    assert row(found, "usam_ps")["final gap"] == "1.0e+00"
    assert row(found, "sgd")["capped"] == row(found, "sgd")["clamped"] == "–"


def test_a_gap_below_rounding_is_said_to_be() -> None:
    found = result(methods=("sgd",), iterations=50)
    rounded = dataclasses.replace(found.summaries["sgd"], final_gap=1e-33)
    assert cells(rounded)[COLUMNS.index("final gap")] == "below 1e-32"
