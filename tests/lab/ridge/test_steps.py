"""Baselines with steps from theory: which constants they use, on screen as in the run."""

from __future__ import annotations

import re

import pytest

from lab.ridge.steps import RECIPES, steps_from_theory
from tests.lab.ridge.ridge import result

BASELINES = ("af22", "khanh24", "unified")


@pytest.mark.parametrize("m", [0, 5])
def test_every_baseline_says_its_constants_in_the_smoothness_of_the_batch(m: int) -> None:
    found = result(methods=BASELINES, m=m)
    said = steps_from_theory(found)
    L, L_max = found.problem.L, found.problem.L_max
    for key, line in zip(BASELINES, said.splitlines()[1:], strict=True):
        recipe = RECIPES[key][m > 0]
        formula = (recipe.rho + recipe.gamma).replace(r"L_{\max}", "M")
        assert ("L" in formula, "M" in formula) == (m == 0, m > 0)
        rho, gamma = (float(number) for number in re.findall(r"(?:rho|gamma) = ([\d.e-]+)\$", line))
        smoothness = L_max if m else L
        assert rho * smoothness <= 0.71
        track = found.tracks[key]
        assert gamma == pytest.approx(track.gamma[0, 0], rel=1e-3)
    assert ("nothing is guaranteed" in said) == (m > 0)


@pytest.mark.parametrize("m", [1, 5])
def test_no_baseline_from_theory_diverges_on_mini_batches(m: int) -> None:
    for key, found in result(methods=BASELINES, m=m).summaries.items():
        assert found.final_gap < 1, key
    khanh24 = result(methods=("khanh24",), m=5).summaries["khanh24"]
    assert khanh24.final_gap == pytest.approx(0.0659, rel=0.05)  # with L in the place of L_max 7.8e222


def test_nothing_is_said_of_methods_without_such_steps() -> None:
    assert steps_from_theory(result(methods=("usam_ps", "sgd"), m=5)) == ""
