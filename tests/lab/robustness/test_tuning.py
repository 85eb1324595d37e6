"""What tuning buys, held against expectations worked out by hand."""

from __future__ import annotations

import math

import pytest

from lab.robustness.compute import RobustnessResult
from lab.robustness.tuning import lost_by_tuning_once, tuning
from neural.sweep import SweepMethod
from neural.sweep_runs import SweepRun
from tests.lab.robustness.results import STEPS, made_up, rho, seed


def accuracy(run: SweepRun) -> float:
    """Rates 0.3, 1, 2, 3 of SAM, cosine: 0.4, 0.6, 0.8, 0.1, and at ρ = 0 the first is the best."""
    if run.method.method != "sam_cosine" or run.method.values:
        return 0.5
    own = {0.3: 0.4, 1.0: 0.6, 2.0: 0.8, 3.0: 0.1}[float(run.tuned[0][1])]
    return (0.9 if run.tuned[0][1] == 0.3 and rho(run) == 0 else own) + 0.01 * (seed(run) - 1)


def plain_cosine(result: RobustnessResult) -> SweepMethod:
    return next(one for one in result.sweep.methods if one.label == "SAM, cosine")


def test_the_best_of_k_rates_on_average() -> None:
    result = made_up("mlp_all", accuracy, place=0.2)
    method = plain_cosine(result)
    curve = tuning(result, method)
    assert curve is not None
    assert curve.costs == (2 * STEPS, 4 * STEPS, 6 * STEPS, 8 * STEPS)
    # Pairs have the maxima 0.6, 0.8, 0.4, 0.8, 0.6, 0.8; three of the four triples hold the best.
    assert curve.accuracies == pytest.approx([1.9 / 4, 4.0 / 6, (3 * 0.8 + 0.6) / 4, 0.8])
    adaptive = tuning(result, result.sweep.methods[0])
    assert adaptive is not None
    assert (adaptive.costs, adaptive.accuracies) == ((2 * STEPS,), (0.5,))


def test_no_curve_while_a_run_is_missing() -> None:
    def cut(run: SweepRun) -> float:
        return math.nan if (rho(run), seed(run)) == (0.2, 2) else accuracy(run)

    for place, there in ((0.2, False), (0.1, True)):
        result = made_up("mlp_all", cut, place=place)
        assert (tuning(result, plain_cosine(result)) is not None) == there


def test_what_is_lost_where_the_first_choice_is_kept() -> None:
    result = made_up("mlp_all", accuracy)
    lost = {method.label: points for method, points in lost_by_tuning_once(result).items()}
    assert lost.pop("SAM, cosine") == pytest.approx(0.4)  # 0.8 by rate 2, 0.4 by the rate that was best at 0
    assert set(lost.values()) == {0.0}
    assert len(lost) == 3
