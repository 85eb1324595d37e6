"""What the Theory page says: the numbers of the result, and reasons where no bound is drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.params import Value
from lab.theory import captions, words
from synthetic.theory.theorems import THEOREMS
from tests.lab.theory.results import result


def test_a_promise_that_is_kept() -> None:
    found = result(kappa=1.0, bounds="published")
    said = words.verdict(found)
    assert said.startswith(
        "**0 of 4 problems above the bound** (0 of 400 comparisons, at up to 100 of the 100 iterations of "
    )
    # ρL = ½, κ = 1: x⁺ = ¾ x, promised 15/16 of the square, so 3/5 of the bound after one step
    assert "Tightest ratio after the start: 0.6 (problem " in said
    assert "iteration 1)." in said
    assert "promised × 0.9375, measured × 0.5625 (median)." in words.details(found)
    assert "The safeguard acted in 0 of 400 steps." in words.details(found)


def test_both_ratios_are_said() -> None:
    said = words.verdict(result(kappa=1.0))
    assert "Tightest ratio after the start: 1, equal up to rounding (problem " in said
    assert said.endswith(" To the published bound: 0.6.")
    assert (
        words.verdict(result(guarantee="T3.2"))
        .rpartition(" To the ")[2]
        .startswith("bound of the published form: ")
    )
    assert " To the " not in words.verdict(result(guarantee="LS"))


def test_a_promise_that_is_met_is_not_called_slow() -> None:
    assert "lie on the promise" in words.around(result(kappa=1.0))["measured"].question
    assert "lie on the promise" in words.around(result(kappa=1.0, guarantee="LS"))["measured"].question
    assert "the room between" in words.around(result())["measured"].question
    assert "the room between" in words.around(result(kappa=1.0, bounds="published"))["measured"].question


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({}, "leaves out $N/L$"),
        ({"guarantee": "T3.2"}, "falls no faster than $1/T$"),
        ({"guarantee": "C3.6c"}, "falls no faster than $1/T$"),
        ({"guarantee": "LS"}, "the worst mixture of directions"),
        ({"guarantee": "C3.6"}, "largest curvature of any sample"),
        ({"guarantee": "T3.5", "labels": "exact"}, "largest curvature of any sample"),
        ({"rho_L": 1.5}, "Move $\\rho L$ across 1"),
        ({"lambd": 1.0}, "With $\\lambda > 0$ the climb"),
        ({"guarantee": "C3.6", "labels": "noisy"}, "it went well."),
    ],
)
def test_the_answer_is_about_the_bound_that_is_drawn_or_missing(changes: dict[str, Value], part: str) -> None:
    assert part in words.around(result(**changes))["measured"].answer


def test_under_a_low_cap_the_promise_of_mini_batches_is_near() -> None:
    ratios = [result(guarantee="C3.6", gamma_b_L=cap).summary.end_ratio for cap in (0.001, 1.0)]
    assert ratios[0] > 0.9 > 0.5 > ratios[1]


@pytest.mark.parametrize("guarantee", ["T3.1", "T3.5", "T3.8", "C3.6c", "rate"])
def test_where_the_ratio_is_largest_is_read_from_the_result(guarantee: str) -> None:
    found = result(guarantee=guarantee)
    said = words.around(found)["ratio"].answer
    sample = found.samples[found.summary.tightest_problem - 1]
    assert sample.tightest == max(one.tightest for one in found.samples)
    assert said.startswith(f"Here at iteration {sample.tightest_at}, in problem ")
    of_average = guarantee in ("T3.8", "C3.6c")
    assert ("a constant over $T$" in said) == of_average


def test_at_radius_0_the_normalisation_plays_no_part() -> None:
    for guarantee in ("T3.1", "rate"):
        plain, normalised = (result(guarantee=guarantee, rho_L=0.0, lambd=one) for one in (0.0, 1.0))
        assert normalised.has_bound
        assert normalised.summary.tightest == pytest.approx(plain.summary.tightest)


def test_random_points_are_late_unless_all_curvatures_are_the_same() -> None:
    late, alike = words.around_fired(result()), words.around_fired(result(kappa=1.0))
    assert late.question == "Why are random points so late?"
    assert alike.question.startswith("Why are random points as early")
    count = result().count
    assert count.random_share[count.rho_L == 1.05] < count.steepest_share[count.rho_L == 1.05] == 1.0


def test_a_promise_that_is_broken_is_not_hidden() -> None:
    found = result(problems=1)
    broken = replace(found, summary=replace(found.summary, above=1234, broken=1, judged=5000))
    assert words.verdict(broken).startswith("**1 of 1 problem above the bound** (1,234 of 5,000 comparisons")


def test_a_ratio_of_one_is_named_as_rounding() -> None:
    assert "Tightest ratio after the start: 1, equal up to rounding" in words.verdict(
        result(guarantee="rate", kappa=1.0)
    )


@pytest.mark.parametrize("rho_L", [1.0, 1.5])
def test_reasons_stand_in_place_of_a_bound(rho_L: float) -> None:
    found = result(rho_L=rho_L)
    said = words.verdict(found).replace("\\", "")
    assert said.startswith("**Theorem 3.1 does not apply here**")
    assert "ρ must be below 1/L" in said
    assert words.meaning(found).startswith("**What it would mean, if it applied.**")
    assert "At the end $\\|x^t-x^*\\|^2$ is " in words.details(found)


def test_a_limit_has_no_bound_and_is_said_to_apply() -> None:
    found = result(guarantee="T3.4")
    assert words.verdict(found).startswith("**Theorem 3.4 applies.** It is a limit")
    assert words.meaning(found).startswith("**What it means.**")


def test_runs_that_were_lost_are_named() -> None:
    said = words.details(result(guarantee="rate", gamma_L=10.0, iterations=1000))
    assert "**4 of 4 runs left the floats.**" in said
    assert "comparisons are left out" in said
    assert "safeguard" not in said, "a constant step has none"


def test_a_line_for_each_theorem_says_what_it_bounds_and_whose_constant_it_has() -> None:
    for theorem in THEOREMS:
        line = words.in_a_line(theorem)
        assert line.startswith(f"**{theorem.name}** · {theorem.setting} · ")
        assert line.endswith(f" · {theorem.constant}")
    assert len(set(map(words.in_a_line, THEOREMS))) == 10


def test_the_count_at_the_chosen_radius() -> None:
    introduced, found = words.counted(result(problems=3, rho_L=1.5))
    assert "at 60 random points (3 problems, 20 points each)" in introduced
    assert found.startswith("At $\\rho L = 1.5$ (outside the proposition): $N < 0$ at **")
    assert found.endswith("and at **3 of 3** points along the top eigenvector.")
    assert "(as proven)" in words.counted(result(problems=3))[1]


@pytest.mark.parametrize(
    ("changes", "question"),
    [
        ({}, "What does the room between"),
        ({"guarantee": "T3.5"}, "What does the noise do"),
        ({"guarantee": "rate"}, "Why do the measured lines run parallel"),
        ({"guarantee": "rate", "gamma_L": 3.0}, "What is a promise worth that climbs?"),
        # a largest factor of 1.01, and every problem still below its start: the promise climbs all the same
        ({"guarantee": "rate", "gamma_L": 1.34, "iterations": 10}, "What is a promise worth that climbs?"),
        ({"guarantee": "rate", "gamma_L": 3.0, "lambd": 1.0}, "Why are there lines that end above"),
        ({"guarantee": "rate", "lambd": 1.0}, "What does a constant step do"),
        ({"guarantee": "T3.4"}, "Why is there no bound, although"),
        ({"rho_L": 1.5}, "Which problems fall"),
    ],
)
def test_the_words_follow_what_the_lines_do(changes: dict[str, Value], question: str) -> None:
    found = result(**changes)
    said = words.around(found)["measured"]
    assert said.question.startswith(question)
    assert ("The chart ends at" in said.notice) == bool(
        (found.curves("measured") <= found.summary.floor).any()
    )
    assert ("Above 1e+16 nothing" in said.notice) == bool((found.curves("measured") > 1e16).any())


def test_every_line_of_the_charts_is_explained() -> None:
    mini, full = result(guarantee="T3.5"), result()
    assert "Dotted: the highest of the one-sided 99.9% limits" in words.around(mini)["ratio"].notice
    assert "Dotted" not in words.around(full)["ratio"].notice
    assert "Dashes with dots: the published form" in words.around(full)["measured"].notice
    assert "Dashes with dots" not in words.around(result(bounds="published"))["measured"].notice


def test_the_most_problems_are_as_many_as_the_control_allows() -> None:
    assert "on up to 200 random problems" in captions.INTRO
