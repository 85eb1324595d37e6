"""What the Ridge lab computes: the numbers of `synthetic`, the fits, the guarantees, the map."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from lab.params import Value, defaults
from lab.params.ridge import METHODS
from lab.ridge import compute, methods
from lab.ridge import map as heatmap
from lab.ridge import words as texts
from lab.ridge.cost import evaluations
from lab.ridge.guarantees import drawn, factor, reasons, safeguard_is_idle
from lab.ridge.presets import TEACHING, shown
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


def test_only_mini_batches_make_a_polyak_method_a_stochastic_one() -> None:
    for changes, name in (
        ({}, "USAM-PS"),
        ({"gamma_b": 1.0}, "USAM-PS"),
        ({"f_star": "0"}, "USAM-PS"),
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
    named = {key for keys in against.values() for key in keys}
    assert not named & {"T3.4", "rate"}, "a constant ρ and a step that changes are no failures"
    assert factor(found, found["usam_ps"]) is None


def test_the_summary_counts_what_diverged() -> None:
    found = compute.compute(values(methods=("sgd", "usam_ps"), sgd_gamma=100.0)).result
    rows = {row.key: dict(zip(COLUMNS, row.cells, strict=True)) for row in summary(found)}
    assert rows["sgd"]["diverged"] == f"at {int(found['sgd'].diverged_at[0])}"
    assert rows["sgd"]["final gap"] == "–"
    assert rows["sgd"]["iterations to 1e-6"] == "not reached"
    assert rows["usam_ps"]["diverged"] == "no"
    assert reached(found["usam_ps"]) == str(int(first_below(found["usam_ps"], 1e-6)[0]))


@pytest.mark.parametrize(
    ("changes", "idle"),
    [
        ({}, True),
        ({"rho": 1.0}, True),
        ({"rho": 1.01}, False),
        ({"methods": ("sam_ps",)}, False),
        ({"methods": ("sgd",)}, False),
        ({"interpolated": False, "d": 50, "f_star": "min", "m": 5, "rho": 0.001}, False),
        ({"interpolated": False, "d": 50, "f_star": "batch", "m": 5, "rho": 0.001}, True),
    ],
)
def test_where_the_safeguard_can_only_be_woken_by_rounding(changes: dict[str, Value], idle: bool) -> None:
    found = compute.compute(values(**{"methods": ("usam_ps",), "iterations": 50} | changes)).result
    assert safeguard_is_idle(found, next(iter(found.tracks.values()))) is idle


def test_a_clamped_step_that_is_rounding_is_said_to_be() -> None:
    found = compute.compute(values(problem="logistic", methods=("usam_ps", "sps_max"))).result
    assert all(track.clamped_share[0, -1] > 0.1 for track in found.tracks.values()), (
        "there is something to say"
    )
    assert all(track.clamped_share[0, 200] == 0 for track in found.tracks.values())
    said = texts.shares(found, math.inf, "t").notice
    assert "Proposition 2.1 says $N \\ge 0$ here. That is rounding" in said
    assert "Below 1e-15 a line shows rounding" in texts.gap(found, "mean", "t").notice
    ends = [dict(zip(COLUMNS, row.cells, strict=True))["final gap"] for row in summary(found)]
    assert ends == ["below 1e-15"] * 2
    beyond = compute.compute(values(rho=3.0, methods=("usam_ps",))).result
    assert "rounding" not in texts.shares(beyond, math.inf, "t").notice


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"methods": ("sps_max",)}, "a straight line downwards is linear convergence"),
        ({"methods": ("usam_ps",), "rho": 3.0}, "No line falls in the second half"),
        ({"methods": ("sgd",), "sgd_gamma": 2.2}, "Gradient descent: further from the minimum"),
        ({"methods": ("sps_max", "sam_ps")}, "Flat in the second half: SAM-PS."),
    ],
)
def test_the_words_at_the_gap_are_chosen_by_the_lines(changes: dict[str, Value], part: str) -> None:
    assert part in texts.gap(compute.compute(values(**changes)).result, "mean", "t").notice


def test_the_preset_of_noise_shows_a_cap_that_divides_and_a_floor() -> None:
    noisy = next(preset for preset in TEACHING if preset.name == "Noise and the cap")
    found = compute.compute(noisy.values).result
    for key, track in found.tracks.items():
        gap = np.mean(track.relative_gap, axis=0)
        half, end = gap[np.searchsorted(track.iterations, [500, 1000])]
        assert 0.5 < end / half < 2, "it stands still"
        assert end < 0.05, "after a fall that is seen"
        if key != "sgd":
            assert 0.1 < track.capped_share[:, -1].mean() < 0.9
    assert found["sgd"].relative_gap[:, -1].mean() < 0.6 * found["usam_sps"].relative_gap[:, -1].mean()


def test_the_preset_beyond_the_theory_shows_what_it_says() -> None:
    beyond = next(preset for preset in TEACHING if preset.name == "ρ beyond 1/L")
    found = compute.compute(beyond.values).result
    assert found["usam_ps"].clamped_share[0, -1] == 1.0
    assert found["usam"].relative_gap[0, -1] < 1e-4


def test_a_preset_is_known_however_it_is_drawn() -> None:
    for preset in TEACHING:
        assert shown(preset.values | {"x": "evals", "map_T": 500}) is preset
    assert shown(values(seed=3)) is None
    assert not any("ρ_t" in preset.look or "_" in preset.look for preset in TEACHING)


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
