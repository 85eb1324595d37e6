"""What the Ridge lab computes: the numbers of `synthetic`, once for everyone who asks."""

from __future__ import annotations

import numpy as np
import pytest

from lab.params import RidgeConfig, Value
from lab.ridge import methods
from lab.ridge.compute import compute, follows
from synthetic import simulate
from tests.lab.ridge.ridge import NOISY, config, result


@pytest.mark.parametrize("changes", [{}, NOISY, NOISY | {"replacement": False}])
def test_methods_run_one_by_one_give_the_numbers_of_one_comparison(changes: dict[str, Value]) -> None:
    found = result(**changes)
    chosen, _ = methods.build(found.problem, found.config)
    together = simulate(found.problem, chosen, found.measured.config)
    assert list(found.tracks) == list(together.tracks)
    for key, track in together.tracks.items():
        assert np.array_equal(found.tracks[key].loss, track.loss, equal_nan=True)
        assert np.array_equal(found.tracks[key].gamma, track.gamma, equal_nan=True)


def test_what_did_not_change_is_not_run_again() -> None:
    before = result(seed=123)
    after = result(seed=123, rho=0.3)
    assert after.tracks["usam_ps"] is not before.tracks["usam_ps"]
    assert after.tracks["sam_ps"] is before.tracks["sam_ps"]
    assert result(seed=123) is before


def test_a_result_does_not_depend_on_what_the_comparison_does_not_show() -> None:
    before = result(seed=124)
    assert result(seed=124, map=True, map_T=500, figure="usam_theory_det", edition="described") is before
    assert result(seed=124, held="average") is not before
    assert result(seed=124, held="average").tracks["usam_ps"] is before.tracks["usam_ps"]


def test_what_a_result_knows_is_computed_once() -> None:
    found = result(seed=125)
    for name in ("guarantees", "bound_lines", "gamma_picture", "summaries"):
        assert getattr(found, name) is getattr(found, name)


def test_progress_ends_at_the_whole() -> None:
    told: list[float] = []
    compute(config(seed=77), told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize(
    ("changes", "fitted", "notice"),
    [
        ({}, {}, None),
        ({"m": 300}, {"m": 100}, "m = 300 is more than the n = 100 rows"),
        ({"trials": 3}, {"trials": 1}, "The full batch has no randomness"),
        ({"problem": "logistic"}, {"reg": 1e-3}, "needs a regularisation above 0"),
        ({"d": 120}, {"kappa_of": "A"}, "the Hessian is singular"),
        ({"d": 120, "reg": 0.1, "kappa": 1.0}, {"kappa_of": "A"}, "no Hessian has κ = 1"),
        ({"d": 120, "reg": 0.1}, {}, None),
    ],
)
def test_a_result_holds_the_values_that_were_run(
    changes: dict[str, Value], fitted: dict[str, Value], notice: str | None
) -> None:
    short: dict[str, Value] = {"iterations": 10, "methods": ("sgd",)}
    found = result(**short | changes)
    assert found.config == RidgeConfig.from_values(short | changes | fitted)
    assert (notice in found.notices[0]) if notice else not found.notices


def test_long_runs_are_recorded_sparsely() -> None:
    short = result().measured.config
    long = result(iterations=10_000, methods=("sgd",)).measured.config
    assert len(short.record_at()) == 1001
    assert len(long.record_at()) < 300


def test_what_is_there_already_is_quick() -> None:
    slow = config(iterations=10_000, trials=10, m=100, n=100, d=100, seed=31, methods=("sgd", "usam"))
    assert not follows(slow)
    compute(slow)
    assert follows(slow)
