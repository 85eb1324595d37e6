"""What One step says is true of the function, the step and the bound on the screen."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from lab.one_step import words
from lab.one_step.compute import compute
from lab.one_step.tries import TRIES
from lab.params import OneStepConfig, Value


@pytest.mark.parametrize("function", ["quadratic", "log_sum_exp", "ripples"])
@pytest.mark.parametrize("lambd", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("f_star", ["min", "0"])
def test_without_a_climb_the_safeguard_never_acts(function: str, lambd: float, f_star: str) -> None:
    found = compute(OneStepConfig(function=function, lambd=lambd, rho=0.0, f_star=f_star))
    if found.f_star <= found.function.f_min:
        assert "the safeguard never acts" in words.constants(found)
        assert "clamped" not in found.ways[0].decided


def test_where_the_words_say_that_n_is_not_negative_no_step_is_clamped() -> None:
    """Over functions, starts, radii and lower bounds: the promise is never broken."""
    choices = itertools.product(
        ("quadratic", "log_sum_exp", "ripples"),
        ("1", "2"),
        (0.0, 0.3, 1.0),
        (0.0, 0.5, 1.0),
        ("min", "0"),
        (-2.5, 0.3),
    )
    for function, variables, rho, lambd, f_star, x1 in choices:
        found = compute(
            OneStepConfig(
                function=function, variables=variables, rho=rho, lambd=lambd, f_star=f_star, x1=x1, steps=30
            )
        )
        if "N$ may" not in words.constants(found):
            assert "clamped" not in found.ways[0].decided, found.config


def test_where_the_words_say_that_the_bound_lies_above_it_does() -> None:
    choices = itertools.product(
        ("quadratic", "log_sum_exp", "ripples"),
        (0.0, 0.3, 2.0),
        (0.0, 1.0),
        ("min", "0", "value"),
        (-2.5, 0.3),
    )
    for function, rho, lambd, f_star, x1 in choices:
        found = compute(
            OneStepConfig(function=function, rho=rho, lambd=lambd, f_star=f_star, bound=0.6, x1=x1, steps=20)
        )
        if "need not lie above" in words.constants(found):
            continue
        way = found.ways[0]
        for gamma in (0.0, 0.1, 1.0, 5.0):
            room = way.bound(gamma) - way.truth(gamma)
            assert np.all(room >= -1e-9 * np.maximum(way.distance_sq, gamma)), found.config


@pytest.mark.parametrize(
    ("changes", "question"),
    [
        ({}, "Why is the step not along the gradient at x?"),
        ({"rho": 0.0}, "Why is the step along the gradient at x?"),
        ({"kappa": 1.0}, "Why is the step along the gradient at x?"),
    ],
)
def test_whether_the_step_turns_away_from_the_gradient_is_read_from_it(
    changes: dict[str, Value], question: str
) -> None:
    assert words.picture(compute(OneStepConfig.from_values(changes))).question == question


def test_the_buttons_do_what_they_say_to_the_last_step() -> None:
    ways = {
        one.name: compute(OneStepConfig.from_values(one.config.values() | {"steps": 90})).ways
        for one in TRIES
    }
    for name in ("On a graph", "From above"):
        (way,) = ways[name]
        assert set(way.decided) == {"ratio"}
        assert np.all(np.diff(way.distance_sq) <= 0)
    thrown = np.diff(ways["ℓ* too low"][0].distance_sq)
    assert np.sum(thrown > 1) >= 3, "again and again"
    assert ways["… and a cap"][0].decided[2:] == ("capped",) * 88
    (still,) = ways["ρ beyond 1/L"]
    assert still.decided == ("clamped",)
    halted, going = ways["SAM stops"]
    assert np.sqrt(halted.distance_sq[-1]) == pytest.approx(0.5, rel=1e-3)
    assert halted.gamma[-1] < 1e-3
    assert going.distance_sq[-1] < 1e-20
