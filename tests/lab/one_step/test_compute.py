"""What One step computes is what its configuration describes."""

from __future__ import annotations

import numpy as np
import pytest

from lab.one_step.compute import OneStepResult, compute
from lab.params import OneStepConfig
from synthetic.step import GIVEN


def computed(**changes: object) -> OneStepResult:
    return compute(OneStepConfig(**changes))


@pytest.mark.parametrize(("second", "gamma", "rho"), [("sgd", 1.0, 0.0), ("usam", 0.5, 0.5)])
def test_constant_steps_take_their_rate_from_L(second: str, gamma: float, rho: float) -> None:
    found = computed(second=second).ways[1]
    assert set(found.gamma) == {gamma}
    np.testing.assert_allclose(found.e, found.x + rho * found.grad_x)
    assert set(found.decided) == {GIVEN}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ["USAM-PS"]),
        ({"lambd": 1.0, "second": "other"}, ["SAM-PS", "USAM-PS"]),
        ({"lambd": 0.25, "gamma_b": 1.0, "second": "other"}, ["PS, λ = 0.25", "SAM-PS"]),
        ({"f_star": "0", "second": "sgd"}, ["USAM-PS", "Gradient descent"]),
    ],
)
def test_methods_have_their_names(changes: dict[str, object], names: list[str]) -> None:
    assert [way.plan.name for way in computed(**changes).ways] == names


def test_the_second_method_starts_at_the_same_point() -> None:
    ours, classical = computed(rho=0.0, second="sps_max").ways
    np.testing.assert_array_equal(ours.x, classical.x)


@pytest.mark.parametrize(
    ("changes", "f_star"), [({}, 0.25), ({"f_star": "0"}, 0.0), ({"f_star": "value", "bound": -2.0}, -2.0)]
)
def test_the_lower_bound_is_the_one_chosen(changes: dict[str, object], f_star: float) -> None:
    found = computed(**changes)
    way = found.ways[0]
    assert found.f_star == f_star
    np.testing.assert_allclose(way.N, way.loss_e - f_star - way.inner, atol=1e-12)


@pytest.mark.parametrize("function", ["quadratic", "log_sum_exp", "ripples"])
def test_with_one_variable_x_stays_on_its_axis(function: str) -> None:
    way = computed(function=function, variables="1", x1=2.0, x2=3.0).ways[0]
    assert way.x[0].tolist() == [2.0, 0.0]
    for points in (way.x, way.e, way.x_next):
        assert not points[:, 1].any()


def test_cap_and_steps_are_those_of_the_controls() -> None:
    way = computed(gamma_b=0.1, steps=7).ways[0]
    assert way.gamma.tolist() == [0.1] * 7
