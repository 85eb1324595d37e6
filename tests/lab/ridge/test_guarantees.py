"""Bounds lie over what was measured; reasons name the theorems that they stop."""

from __future__ import annotations

import numpy as np
import pytest

from lab.params import Value
from lab.ridge.why import guarantees
from lab.ui.symbols import markdown
from tests.lab.ridge.ridge import NOISY, result


@pytest.mark.parametrize("held", ["distance", "average"])
@pytest.mark.parametrize("changes", [{}, {"rho": 0.9}, {"reg": 0.01}, NOISY | {"rho": 0.001, "trials": 50}])
def test_what_is_drawn_lies_over_the_mean_of_what_was_measured(changes: dict[str, Value], held: str) -> None:
    found = result(**changes | {"held": held})
    array = {"distance": "distance_sq", "average": "gap_of_average"}[held]
    assert found.bound_lines
    for bound in found.bound_lines:
        at = np.searchsorted(bound.track.iterations, bound.iterations)
        measured = np.mean(getattr(bound.track, array), axis=0)[at]
        assert np.all(measured <= bound.values * (1 + 1e-9) + 1e-25), bound.name


def test_bounds_with_the_same_values_share_a_line() -> None:
    names = [bound.name for bound in result(methods=("usam_ps",), rho=0.01).bound_lines]
    assert "T3.5 = C3.6" in names


def test_reasons_name_the_theorems_that_they_stop() -> None:
    found = result(rho=2.0).guarantees["usam_ps"]
    assert not found.applying
    stopped = next(keys for text, keys in found.against.items() if text.startswith("ρ must be below 1/L ="))
    assert stopped == ["T3.1", "T3.2", "least squares"]
    named = {key for keys in found.against.values() for key in keys}
    assert not named & {"T3.4", "rate"}, "a constant ρ and a step that changes are no failures"
    assert found.factor is None


@pytest.mark.parametrize("m", [0, 10])
def test_a_cap_of_zero_stops_every_theorem_and_the_text_says_so(m: int) -> None:
    found = result(gamma_b=0.0, m=m, methods=("usam_ps", "sps_max"), rho=0.001)
    assert not found.bound_lines
    assert all(not one.applying and one.factor is None for one in found.guarantees.values())
    assert r"The cap must be above 0; here $\gamma_b$ = 0, and x stands still." in markdown(guarantees(found))


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
    found = result(**{"methods": ("usam_ps",), "iterations": 50} | changes)
    assert next(iter(found.guarantees.values())).safeguard_is_idle is idle


def test_the_tighter_bounds_stand_beside_the_published_ones_or_not_at_all() -> None:
    both = result(methods=("usam_ps",))
    lines = {line.name: line.values for line in both.bound_lines}
    assert list(lines) == ["T3.1", "least squares", "T3.1 tighter"]
    assert np.all(lines["least squares"] <= lines["T3.1 tighter"] * (1 + 1e-12))
    assert np.all(lines["T3.1 tighter"] <= lines["T3.1"])
    key, factor = both.guarantees["usam_ps"].factor or ("", 1.0)
    assert key == "least squares"
    alone = result(methods=("usam_ps",), bounds="published")
    assert [line.name for line in alone.bound_lines] == ["T3.1"]
    assert np.array_equal(alone.bound_lines[0].values, lines["T3.1"])
    published = alone.guarantees["usam_ps"].factor or ("", 0.0)
    assert published[0] == "T3.1"
    assert factor < published[1]
    assert "smaller constant" in guarantees(both)
    assert "smaller constant" not in guarantees(alone)


def test_with_noise_the_table_keeps_the_factor_that_does_not_depend_on_t() -> None:
    found = result(**NOISY | {"rho": 0.001, "methods": ("usam_ps",), "gamma_b": 1.0})
    key, _ = next(iter(found.guarantees.values())).factor or ("", 0.0)
    assert key == "T3.5"
