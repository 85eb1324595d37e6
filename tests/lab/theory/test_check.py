"""Values that a guarantee does not use change nothing; those that it uses do."""

from __future__ import annotations

import pytest

from lab.params import Value
from lab.params.guarantees import GUARANTEES
from lab.theory.check import build, relevant
from tests.lab.theory.results import config, result

OTHER: dict[str, Value] = {
    "kappa": 20.0,
    "rho_L": 0.3,
    "lambd": 0.5,
    "gamma_L": 0.8,
    "m": 2,
    "gamma_b_L": 0.1,
    "trials": 5,
    "iterations": 50,
    "seed": 1,
}
BY_MINI_BATCHES = {"m", "gamma_b_L", "trials"}


@pytest.mark.parametrize("guarantee", sorted(GUARANTEES))
@pytest.mark.parametrize("key", sorted(OTHER))
def test_a_value_that_is_not_used_changes_nothing(key: str, guarantee: str) -> None:
    by_all = {"kappa", "rho_L", "lambd", "iterations", "seed"}
    used = by_all | ({"gamma_L"} if guarantee == "rate" else set())
    used |= BY_MINI_BATCHES if guarantee in ("T3.5", "T3.8", "C3.6", "C3.6c") else set()
    asked: dict[str, Value] = {"guarantee": guarantee, "problems": 1, "iterations": 20}
    before, after = result(**asked), result(**(asked | {key: OTHER[key]}))
    same = before.samples[0] is after.samples[0]
    assert same == (key not in used)


@pytest.mark.parametrize(
    ("guarantee", "d", "interpolated"),
    [
        ("T3.1", 10, True),
        ("T3.2", 30, True),
        ("T3.4", 30, True),
        ("T3.5", 10, False),
        ("T3.8", 10, False),
        ("C3.6", 10, True),
        ("C3.6c", 30, True),
        ("LS", 10, True),
        ("rate", 10, True),
    ],
)
def test_problems_are_as_the_guarantee_assumes_unless_chosen(
    guarantee: str, d: int, interpolated: bool
) -> None:
    def problem(**changes: Value) -> tuple[int, bool]:
        found = build(relevant(config(guarantee=guarantee, **changes)), 0)
        return found.d, found.lower_bound == found.f_min == 0 or found.f_min < 1e-20

    assert problem() == (d, interpolated)
    assert problem(family="strong")[0] == 10
    assert problem(family="convex")[0] == 30
    stochastic = guarantee in ("T3.5", "T3.8", "C3.6", "C3.6c")
    assert problem(family="strong", labels="noisy") == (10, not stochastic), "only mini-batches see the noise"
    assert problem(labels="exact")[1]


def test_the_condition_number_is_that_of_the_positive_curvatures() -> None:
    for family in ("strong", "convex"):
        low, high = build(relevant(config(kappa=100.0, family=family)), 2).spectrum
        assert high / low == pytest.approx(100.0, rel=1e-9)


def test_the_number_of_problems_is_not_part_of_what_one_problem_is_kept_by() -> None:
    few, more = result(problems=2), result(problems=4)
    assert more.samples[:2] == few.samples
    assert result(problems=2, seed=1).samples[0].end != few.samples[0].end
