"""What is said of two lanes is true for numbers on both sides, and where they cannot be told apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lab.landscape import captions, words
from lab.landscape.results import Between
from lab.landscape.tables import rows, table
from neural.landscape.functions import Estimate
from neural.landscape.sharpness import Sharpness
from tests.lab.landscape.engine import RUN, found
from tests.lab.landscape.results import FIT, KNOWN, NUMBERS, cuts, line, shown

A, B = "A · SAM-SPS", "B · SGD, constant γ"
SHARP = replace(
    NUMBERS,
    eigenvalues=np.array([9.0, 2.0]),
    trace=Estimate(22.0, 1.0, 32),
    sharpness=Sharpness(0.25, 0.4, 0.1, 9),
    fit=replace(FIT, test_accuracy=0.96, train_loss=0.3),
)


def test_who_is_flatter_by_what() -> None:
    said = words.verdict(shown(numbers=(NUMBERS, SHARP)))
    assert f"**{A} is flatter by 1 of 4 measures**: largest eigenvalue (4 against 9)." in said
    assert f"**{B} is flatter by 1 of 4 measures**: sharpness (0.5 against 0.25)." in said
    assert "Not told apart: trace (20 against 22), average sharpness (0.02 against 0.02)." in said
    assert f"Test accuracy is higher for {B} (95.00% against 96.00%)" in said
    assert "the training loss is 0.1 against 0.3" in said
    assert captions.ONE_RUN in said


def test_the_other_way_round() -> None:
    said = words.verdict(shown(numbers=(SHARP, replace(NUMBERS, trace=Estimate(10.0, 1.0, 32)))))
    assert (
        f"**{B} is flatter by 2 of 4 measures**: largest eigenvalue (9 against 4), trace (22 against 10)."
        in said
    )
    assert f"Test accuracy is higher for {A} (96.00% against 95.00%)" in said


def test_equal_lanes_are_not_told_apart() -> None:
    said = words.verdict(shown())
    assert "flatter" not in said
    assert said.startswith("Not told apart: largest eigenvalue (4 against 4), trace")
    assert "Test accuracy is the same (95.00%)" in said


def test_one_lane_is_compared_with_nothing() -> None:
    here = found(b="none")
    assert words.verdict(shown(here)) == ""


def test_estimates_stand_beside_what_is_known() -> None:
    said = words.verdict(shown(found(what="ridge")))
    assert "**A · USAM-PS**, step 200: largest eigenvalue 4, exactly 4;" in said
    assert "trace 20 ± 1, exactly 6 (14.0 standard errors away);" in said
    assert "sharpness at least 0.5, exactly 0.55; average sharpness 0.02 ± 0.001, exactly 0.021." in said
    grid = replace(KNOWN, exact=replace(KNOWN.exact, on_a_grid=True), trace=Estimate(6.0, 0.0, 32))
    said = words.verdict(shown(found(what="plane"), numbers=(grid, grid)))
    assert "exactly 6; sharpness at least 0.5, on a fine grid 0.55" in said


def test_barriers_on_both_sides() -> None:
    assert words.joined(shown()).notice == (
        "Training loss: a barrier of height 0.35, at 50% of the way. "
        "Test loss: no barrier; at no point of the grid is it above the straight line between its ends."
    )
    known = shown(found(what="ridge"), joined=Between(line(1.0, 0.5, 1.0), None))
    assert words.joined(known).notice.startswith("Loss: no barrier;")
    assert "Test" not in words.joined(known).notice
    assert words.joined(shown(joined=None)).notice == captions.NOT_JOINED


def test_what_the_plane_holds() -> None:
    made = shown()
    assert (
        "Of the variance of the 3 moments the plane holds 87.5% (75.0% along the first"
        in words.way(made, 0).notice
    )
    assert words.way(made, 1).notice == captions.NO_PLANE


def test_what_the_control_does() -> None:
    notice = words.control(shown()).notice
    assert notice.startswith("α = 8: the loss differs by 0, the largest eigenvalue goes from 4 to 99")
    assert notice.endswith("Filter-normalised, the two slices differ by at most 0.")
    assert words.control(shown(control=None)).notice == captions.NO_TWIN


def test_a_loss_that_is_not_finite_is_named() -> None:
    assert words.lost(shown()) == ""
    broken = replace(cuts(2.0), losses=np.full((2, 3), np.nan))
    assert words.lost(shown(slices=(cuts(2.0), broken))) == captions.LOST.format(lanes=B)


@pytest.mark.parametrize(
    ("here", "said"),
    [
        (found(), "The example that the app comes with: Small CNN on Handwritten digits"),
        (found(RUN, what="run"), "A run: Small CNN with BatchNorm on Handwritten digits"),
        (found(what="ridge"), "Here the Hessian is known"),
    ],
)
def test_what_is_looked_at(here: object, said: str) -> None:
    assert words.subject(here).replace("\\", "").startswith(said)  # type: ignore[arg-type]


def test_the_table_has_the_exact_answers_beside_the_estimates() -> None:
    assert ("trace", "20 ± 1", "6") in rows(KNOWN, 0.1)
    assert ("sharpness, ρ = 0.1", "≥ 0.5", "0.55") in rows(KNOWN, 0.1)
    assert ("test accuracy", "95.00%", "") in rows(NUMBERS, 0.1)
    assert table(shown()).count("<th>exactly</th>") == 0
    assert table(shown(found(what="ridge"))).count("<th>exactly</th>") == 2
    assert table(shown(numbers=None)) == ""
