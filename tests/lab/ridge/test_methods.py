"""The table of the Ridge lab's methods, and the method that each entry of it becomes."""

from __future__ import annotations

import numpy as np
import pytest

from lab.params import RidgeConfig
from lab.params.ridge_methods import METHODS
from lab.ridge.compute import compute
from lab.ridge.methods import BUILDERS, build
from lab.ridge.problem import problem_of, recipe_of
from lab.ui.theme import DARK, style
from synthetic.names import NAMES
from tests.lab.ridge.ridge import config, result


def test_every_method_of_the_table_has_a_builder_and_rows_of_its_own() -> None:
    assert set(BUILDERS) == set(METHODS)
    rows = [row for method in METHODS.values() for row in method.rows]
    assert len(set(rows)) == len(rows)
    assert set(rows) <= set(RidgeConfig.rows())


@pytest.mark.parametrize("m", [0, 10])
@pytest.mark.parametrize("key", METHODS)
def test_every_method_is_named_by_the_table_and_drawn(key: str, m: int) -> None:
    (method,), _ = build(problem_of(recipe_of(config())), config(methods=(key,), m=m))
    assert method.name.startswith(METHODS[key].name(m == 0))
    assert style(method.key).color in DARK
    if key != "mix" and (m, key) != (0, "sgd"):
        assert method.name == NAMES[method.key], "one name, also in the published figures"


@pytest.mark.parametrize("key", METHODS)
def test_the_unit_scales_the_methods_that_have_one(key: str) -> None:
    problem = problem_of(recipe_of(config()))
    (in_L,), _ = build(problem, config(methods=(key,), unit="L"))
    (plain,), _ = build(problem, config(methods=(key,), unit="1"))
    scaled = {"usam_ps", "long_ps", "mix", "usam", "sam", "unified_sam", "sgd"}
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
        found = result(methods=("usam_ps",), **changes)  # type: ignore[arg-type]
        assert next(iter(found.tracks.values())).method.name == name


def test_without_a_radius_a_step_costs_one_gradient() -> None:
    found = result(methods=("usam_ps", "sps_max", "sgd", "sa_sam"), iterations=100)
    spent = {key: int(track.gradient_evaluations[-1]) for key, track in found.tracks.items()}
    assert spent == {"usam_ps": 200, "sps_max": 100, "sgd": 100, "sa_sam": 299}


def test_the_selector_says_both_names_where_there_are_two() -> None:
    labels = RidgeConfig.rows()["methods"].choices or {}
    assert labels["usam_ps"] == "USAM-PS / USAM-SPS"
    assert labels["sgd"] == "Gradient descent / SGD"
    assert labels["sam"] == "SAM, constant γ"
    assert labels["mix"] == "Polyak step, λ between"


@pytest.mark.parametrize(("kappa", "low", "high"), [(10.0, 1.2, 2.0), (100.0, 2.0, 4.5), (1000.0, 3.5, 8.0)])
def test_the_long_step_takes_as_many_iterations_more_as_its_description_says(
    kappa: float, low: float, high: float
) -> None:
    ratios = []
    for seed in range(5):
        found = compute(RidgeConfig(methods=("usam_ps", "long_ps"), kappa=kappa, seed=seed, iterations=3000))
        short, long = (float(one.reached[0]) for one in found.summaries.values())
        ratios.append(long / short)
    assert low < np.median(ratios) < high  # the last digits, which differ among processors, move one count


def test_the_long_step_needs_one_step_for_a_single_curvature() -> None:
    found = compute(RidgeConfig(methods=("long_ps",), kappa=1.0))
    assert found.summaries["long_ps"].reached[0] == 1
