"""Who wins where and what collapses where, of results that are made up to be so."""

from __future__ import annotations

import math

import pytest

from lab.robustness import verdict, verdict_words, words
from lab.robustness.compute import RobustnessResult
from neural.sweep_runs import SweepRun
from tests.lab.robustness.results import STEPS, made_up, rho, run_result, seed

OURS = {0.0: 0.55, 0.1: 0.55, 0.2: 0.8, 0.3: 0.8, 0.4: 0.8, 0.8: 0.2}


def accuracy(run: SweepRun) -> float:
    """Ours wins from 0.2 to 0.4 and collapses at 0.8; rate 1 of the baseline is better than rate 0.3."""
    if run.method.method == "sam_sps":
        return OURS[rho(run)] + 0.01 * (seed(run) - 1)
    if run.method.method == "usam_sps":
        return 0.7
    return (0.6 if run.tuned == (("lr", 1.0),) else 0.1) + 0.01 * (seed(run) - 1)


def of(result: RobustnessResult, key: str) -> list[verdict.Comparison]:
    method = next(one for one in result.sweep.methods if one.method == key)
    return verdict.comparisons(result, method, "SAM")


def test_wins_and_losses_against_the_best_rate_of_the_baseline() -> None:
    found = of(made_up("mlp", accuracy), "sam_sps")
    assert [one.place for one in found] == [0.0, 0.1, 0.2, 0.3, 0.4, 0.8]
    assert [one.outcome for one in found] == ["behind", "behind", "ahead", "ahead", "ahead", "behind"]
    assert [one.gap for one in found] == pytest.approx([-0.05, -0.05, 0.2, 0.2, 0.2, -0.4])
    assert {one.baseline for one in found} == {"SAM, cosine"}


@pytest.mark.parametrize(("gap", "outcome"), [(0.016, "level"), (0.017, "ahead"), (-0.017, "behind")])
def test_level_is_a_gap_within_twice_its_standard_error(gap: float, outcome: str) -> None:
    # Both have a standard deviation of 0.01 over three seeds: 2 sqrt(2 / 3) 0.01 = 0.0163.
    def shifted(run: SweepRun) -> float:
        return 0.6 + 0.01 * (seed(run) - 1) + (gap if run.method.method == "sam_sps" else 0.0)

    assert {one.outcome for one in of(made_up("mlp", shifted), "sam_sps")} == {outcome}


def test_the_sentences() -> None:
    said = verdict_words.verdict(made_up("mlp", accuracy))
    assert said[0] == (
        "**SAM-SPS** against SAM, cosine at its best rate: "
        "ahead at $\\rho$ = 0.2 (+20.0), 0.3 (+20.0), 0.4 (+20.0); "
        "behind at $\\rho$ = 0 (−5.0), 0.1 (−5.0), 0.8 (−40.0). "
        "It goes from 20.0% (at 0.8) to 80.0% (at 0.2)."
    )
    assert said[1] == "**USAM-SPS** stays at 70.0%."
    assert said[2] == (
        "**Best on the whole grid**: SAM-SPS 80.0% (at 0.2); of the baselines SAM, cosine 60.0% (at 0)."
    )
    assert said[3] == "**Collapse**: SAM-SPS at 0.8 (20.0%). Spared: USAM-SPS; SAM, cosine."
    assert said[4] == "Nowhere were more than half of the steps capped or clamped."
    assert len(said) == 5


def test_where_most_steps_were_clamped_or_capped() -> None:
    def clamped(run: SweepRun) -> object:
        if run.method.method == "sam_sps" and rho(run) >= 0.4:
            return run_result(run, 0.5, clamped=STEPS * 3 // 4)
        if run.method.method == "usam_sps" and rho(run) == 0:
            return run_result(run, 0.5, capped=STEPS)
        return 0.5

    said = verdict_words.verdict(made_up("mlp", clamped))  # type: ignore[arg-type]
    assert said[-1] == (
        "**More than half of all steps**: SAM-SPS clamped ($\\gamma_t = 0$) at 0.4, 0.8; "
        "USAM-SPS capped (constant $\\gamma_b$) at 0."
    )
    assert "**No collapse** of any method on this grid." in said


def test_nothing_is_said_of_a_value_whose_runs_are_not_all_done() -> None:
    def cut(run: SweepRun) -> float:
        late = run.method.method == "sam_cosine" and seed(run) == 2 and rho(run) == 0.8
        return math.nan if late else accuracy(run)

    result = made_up("mlp", cut)
    assert [one.place for one in of(result, "sam_sps")] == [0.0, 0.1, 0.2, 0.3, 0.4]
    assert "2 runs are still missing: this may change." in verdict_words.verdict(result)
    nothing = made_up("mlp", lambda run: math.nan)
    assert verdict_words.verdict(nothing) == ["What it says comes here, once all runs of a value are done."]
    assert "computed once all runs are done" in words.cost(nothing).answer


def test_with_one_seed_no_standard_error_is_claimed() -> None:
    one, three = made_up("mlp", accuracy, seeds=1), made_up("mlp", accuracy)
    assert "nothing is known of the spread" in verdict_words.rule(one)
    assert "standard error" not in verdict_words.rule(one)
    assert words.accuracy(one).notice.startswith("One seed: nothing is known of the spread.")
    assert verdict_words.rule(three).startswith(verdict_words.RULE)
    assert verdict_words.rule(made_up("cap", lambda _run: 0.5)) == verdict_words.COLLAPSE
    assert "with a band of ± one standard deviation" in words.accuracy(three).notice


def test_of_adaptive_methods_that_are_not_there_nothing_is_said() -> None:
    assert "adaptive methods" not in words.accuracy(made_up("mlp", accuracy, adaptive=())).notice
    assert "adaptive methods" in words.accuracy(made_up("mlp", accuracy)).notice


@pytest.mark.parametrize(("clamped", "question"), [(600, "clamped steps?"), (100, "capped steps mean?")])
def test_the_question_at_the_shares_is_about_what_is_seen_more(clamped: int, question: str) -> None:
    result = made_up("mlp", lambda run: run_result(run, 0.5, capped=300, clamped=clamped))
    assert words.decided(result).question.endswith(question)
    assert "SAM, or USAM, at that constant rate" in words.decided(result).notice
