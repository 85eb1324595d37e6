"""What the Ridge lab computes: the numbers of `synthetic`, the fits, the guarantees, the map."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from lab.params import Value, defaults
from lab.params.ridge import METHODS
from lab.ridge import compute, heatmap, methods
from lab.ridge.cost import evaluations
from lab.ridge.guarantees import drawn, factor, reasons
from lab.ridge.problem import problem_of, recipe_of
from lab.ridge.summary import COLUMNS, first_below, fitted_factor, rate, reached, summary
from synthetic import SimulationConfig, simulate


def values(**changes: Value) -> dict[str, Value]:
    return defaults("ridge") | changes


NOISY: dict[str, Value] = {
    "n": 60, "d": 20, "interpolated": False, "m": 5, "trials": 4, "iterations": 300, "f_star": "0",
    "gamma_b": 1.0, "methods": ("usam_ps", "sam_ps", "sgd"),
}  # fmt: skip


@pytest.mark.parametrize("changes", [{}, NOISY, NOISY | {"replacement": False}])
def test_methods_run_one_by_one_give_the_numbers_of_one_comparison(changes: dict[str, Value]) -> None:
    found = compute.compute(values(**changes))
    chosen, _ = methods.build(found.problem, found.values)
    together = simulate(found.problem, chosen, found.result.config)
    assert list(found.result.tracks) == list(together.tracks)
    for key, track in together.tracks.items():
        assert np.array_equal(found.result[key].loss, track.loss, equal_nan=True)
        assert np.array_equal(found.result[key].gamma, track.gamma, equal_nan=True)


def test_what_did_not_change_is_not_run_again() -> None:
    before = compute.compute(values(seed=123)).result
    after = compute.compute(values(seed=123, rho=0.3)).result
    assert after["usam_ps"] is not before["usam_ps"]
    assert after["sam_ps"] is before["sam_ps"]
    assert compute.compute(values(seed=123)).result["usam_ps"] is before["usam_ps"]


def test_progress_ends_at_the_whole() -> None:
    told: list[float] = []
    compute.compute(values(seed=77), told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("key", METHODS)
def test_every_method_of_the_table_has_a_builder_and_the_unit_scales_it(key: str) -> None:
    problem = problem_of(recipe_of(values()))
    (in_L,), _ = methods.build(problem, values(methods=(key,), unit="L"))
    (plain,), _ = methods.build(problem, values(methods=(key,), unit="1"))
    scaled = {"usam_ps", "mix", "usam", "sam", "unified_sam", "sgd"}
    assert (in_L != plain) == (key in scaled)
    if key == "usam_ps":
        assert in_L.rho == pytest.approx(0.2 / problem.L)  # type: ignore[attr-defined]
        assert plain.rho == 0.2  # type: ignore[attr-defined]


def test_the_deterministic_names_stand_for_full_batch_f_star_and_no_cap() -> None:
    for changes, name in (
        ({}, "USAM-PS"),
        ({"gamma_b": 1.0}, "USAM-SPS"),
        ({"f_star": "0"}, "USAM-SPS"),
        ({"m": 10}, "USAM-SPS"),
    ):
        found = compute.compute(values(methods=("usam_ps",), **changes))
        assert next(iter(found.result.tracks.values())).method.name == name


def test_without_a_radius_a_step_costs_one_gradient() -> None:
    found = compute.compute(values(methods=("usam_ps", "sps_max", "sgd", "sa_sam"), iterations=100)).result
    spent = {key: int(evaluations(track)[-1]) for key, track in found.tracks.items()}
    assert spent == {"usam_ps": 200, "sps_max": 100, "sgd": 100, "sa_sam": 299}


def test_the_fitted_factor_of_gradient_descent_is_the_exact_one() -> None:
    # Two directions: gamma = 1/L ends the steep one at once, the flat one shrinks by (1 - mu/L)^2 a step.
    found = compute.compute(values(methods=("sgd",), d=2, kappa=50.0, iterations=1000)).result
    exact = (1 - found.problem.mu / found.problem.L) ** 2
    assert fitted_factor(found["sgd"], 1e-28) == pytest.approx(exact, rel=1e-6)
    key, guaranteed = factor(found, found["sgd"]) or ("", 0.0)
    assert key == "rate"
    assert guaranteed == pytest.approx(exact, rel=1e-9)


def test_the_fit_stops_above_rounding_and_before_a_divergence() -> None:
    found = compute.compute(values(methods=("sgd",), iterations=200)).result["sgd"]
    gap = 0.5 ** np.arange(201.0)[None, :]
    gap[:, 60:] = 1e-30  # noise of rounding
    assert fitted_factor(dataclasses.replace(found, relative_gap=gap), 1e-28) == pytest.approx(0.5)
    gap[:, 5:] = np.nan
    assert math.isnan(fitted_factor(dataclasses.replace(found, relative_gap=gap), 1e-28))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5"), (0.9999, "1 − 1.0e-04"), (1.02, "1 + 2.0e-02"), (1.0, "1"), (math.nan, "–"), (4.0, "4")],
)
def test_rates_are_readable(value: float, text: str) -> None:
    assert rate(value) == text


@pytest.mark.parametrize("changes", [{}, {"rho": 0.9}, {"reg": 0.01}, NOISY | {"rho": 0.001, "trials": 50}])
def test_what_is_drawn_lies_over_the_mean_of_what_was_measured(changes: dict[str, Value]) -> None:
    found = compute.compute(values(**changes)).result
    for held, array in (("distance", "distance_sq"), ("average", "gap_of_average")):
        bounds = list(drawn(found, held))
        assert bounds
        for bound in bounds:
            at = np.searchsorted(bound.track.iterations, bound.iterations)
            measured = np.mean(getattr(bound.track, array), axis=0)[at]
            assert np.all(measured <= bound.values * (1 + 1e-9) + 1e-25), bound.name


def test_bounds_with_the_same_values_share_a_line() -> None:
    names = [
        bound.name
        for bound in drawn(compute.compute(values(methods=("usam_ps",), rho=0.01)).result, "distance")
    ]
    assert "T3.5 = C3.6" in names


def test_reasons_name_the_theorems_that_they_stop() -> None:
    found = compute.compute(values(rho=2.0)).result
    applies, against = reasons(found, found["usam_ps"])
    assert applies == []
    stopped = next(keys for text, keys in against.items() if text.startswith("ρ must be below 1/L ="))
    assert stopped == ["T3.1", "T3.2"]
    assert factor(found, found["usam_ps"]) is None


def test_the_summary_counts_what_diverged() -> None:
    found = compute.compute(values(methods=("sgd", "usam_ps"), sgd_gamma=100.0)).result
    rows = {row.key: dict(zip(COLUMNS, row.cells, strict=True)) for row in summary(found)}
    assert rows["sgd"]["diverged"] == f"at {int(found['sgd'].diverged_at[0])}"
    assert rows["sgd"]["final gap"] == "–"
    assert rows["sgd"]["iterations to 1e-6"] == "not reached"
    assert rows["usam_ps"]["diverged"] == "no"
    assert reached(found["usam_ps"]) == str(int(first_below(found["usam_ps"], 1e-6)[0]))


def test_the_map_tells_not_reached_from_diverged() -> None:
    asked = values(map_of="usam", map_size=4, map_T=100, map_target=1e-3, usam_gamma=1.5)
    found = heatmap.heatmap(asked)
    assert found.iterations.shape == (4, 4)
    assert heatmap.known(asked)
    assert not heatmap.known(asked | {"seed": 5})
    assert heatmap.known(asked | {"x": "evals", "kappa": 7.0}), "the map has its own kappa"
    assert (found.iterations == heatmap.DIVERGED).any()
    # A cell is what the lab itself measures.
    line, column = np.argwhere(found.iterations > 0)[0]
    lab = values(
        methods=("usam",), kappa=float(found.kappas[column]), usam_rho=float(found.radii[line]),
        usam_gamma=1.5, iterations=100,
    )  # fmt: skip
    assert first_below(compute.compute(lab).result["usam"], 1e-3)[0] == pytest.approx(
        found.iterations[line, column], rel=0.03
    )


def test_the_map_tells_its_progress_cell_by_cell() -> None:
    told: list[float] = []
    heatmap.heatmap(values(map_size=4, map_T=100, seed=99), told.append)
    assert told == [cell / 16 for cell in range(1, 17)]


def test_long_runs_are_recorded_sparsely() -> None:
    short = compute.compute(values()).result.config
    long = compute.compute(values(iterations=10_000, methods=("sgd",))).result.config
    assert len(short.record_at()) == 1001
    assert len(long.record_at()) < 300
    assert isinstance(short, SimulationConfig)
