"""The one result of the Theory page: its numbers are those of its problems, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lab.theory.compute import compute
from lab.theory.summary import summarise
from tests.lab.theory.results import config, result


def test_progress_is_heard_to_the_end() -> None:
    heard: list[float] = []
    compute(config(iterations=10), heard.append)
    assert heard == [0.25, 0.5, 0.75, 1.0]


def test_counts_are_summed_and_the_nearest_problem_is_named() -> None:
    found = result(guarantee="C3.6", problems=3)
    counts = found.summary
    ratios = [sample.tightest for sample in found.samples]
    nearest = found.samples[counts.tightest_problem - 1]
    assert counts.tightest == max(ratios) == nearest.tightest
    assert counts.tightest_at == nearest.tightest_at
    assert counts.judged + counts.unjudged == 3 * counts.records
    assert counts.end_ratio == sorted(sample.end for sample in found.samples)[1]
    assert counts.worst_end == max(sample.measured[-1] for sample in found.samples)
    assert (found.runs, counts.steps) == (60, 60 * 100)


def test_a_mean_that_is_above_its_bound_makes_its_problem_a_broken_one() -> None:
    samples = result().samples
    broken = summarise([replace(samples[0], above=7), replace(samples[1], above=2), *samples[2:]])
    assert (broken.above, broken.broken) == (9, 2)


def test_without_a_bound_there_are_no_ratios() -> None:
    counts = result(rho_L=1.5).summary
    assert counts.records == counts.judged == 0
    assert np.isnan([counts.tightest, counts.end_ratio, counts.promised, counts.fitted]).all()
    assert not counts.contracts
    assert 0 < counts.median_end <= counts.worst_end


def test_of_numbers_that_are_all_lost_none_is_made_up() -> None:
    counts = result(guarantee="rate", gamma_L=10.0, rho_L=10.0, iterations=2000).summary
    assert counts.diverged == 4
    assert np.isnan([counts.median_end, counts.worst_end]).all()


def test_reasons_are_those_of_a_problem_that_is_refused() -> None:
    """A radius one rounding below 1/L is refused on those problems only whose L rounds it up."""
    found = result(rho_L=float(np.nextafter(1.0, 0.0)), problems=60, iterations=10)
    applies = [sample.found.applies for sample in found.samples]
    assert any(applies)
    assert not all(applies)
    assert not found.applies
    assert "ρ must be below 1/L" in found.reasons[0]


@pytest.mark.parametrize(("labels", "noise"), [("exact", False), ("noisy", True)])
def test_noise_is_what_no_point_fits(labels: str, noise: bool) -> None:
    strong = result(guarantee="C3.6", labels=labels, problems=2)
    assert (strong.noisy, strong.summary.noise) == (noise, noise)
    flat = result(guarantee="C3.6c", labels=labels, problems=2)
    assert (flat.noisy, flat.summary.noise) == (noise, False), "with more unknowns than rows all is fitted"
