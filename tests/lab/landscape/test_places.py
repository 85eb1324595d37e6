"""What is looked at: lanes, moments and runs, and what is said where they are not there."""

from __future__ import annotations

import pytest

from lab.landscape import places
from lab.landscape.places import Point
from tests.lab.landscape.engine import BARE, OTHER, RUN, STEPS, found


def test_the_example_has_two_lanes_that_a_line_joins() -> None:
    here = found()
    assert [lane.label for lane in here.lanes] == ["A · SAM-SPS", "B · SGD, constant γ"]
    assert [lane.at.step for lane in here.lanes] == [460, 460]
    assert here.networks
    assert here.joinable
    assert not here.notices
    assert "Small CNN" in here.subject


def test_a_run_is_looked_at_with_its_generation() -> None:
    here = found(RUN, what="run", moment=50)
    assert here.lanes[1].points == tuple(Point(RUN, 2, 1, step) for step in STEPS)
    assert here.lanes[1].at == Point(RUN, 2, 1, 2)
    assert [one.run for one in here.recent] == [RUN, OTHER], "those that weights were kept of"
    assert found(what="run").run == RUN, "the newest where the link names none"


@pytest.mark.parametrize(
    ("run", "owner", "said"),
    [
        ("nowhere-1234", "me", places.GONE),
        (BARE, "me", places.NONE_KEPT),
        (None, "somebody", places.NO_RUNS),
    ],
)
def test_without_weights_the_example_is_shown_and_it_is_said(run: str | None, owner: str, said: str) -> None:
    here = found(run, owner, what="run", a="b", b="a")
    assert here.config.what == "example"
    assert here.run is None
    assert here.notices == (said,)
    assert len(here.lanes) == 2


def test_lanes_that_are_not_there_are_replaced_and_it_is_said() -> None:
    here = found(RUN, what="run", a="f", b="e")
    assert [lane.label for lane in here.lanes] == ["A · SAM-SPS"]
    assert here.notices == (
        "There is no lane F here: lane A is shown.",
        "There is no lane E here: one lane is shown.",
    )
    assert (here.config.a, here.config.b) == ("a", "none")
    twice = found(what="ridge", a="b", b="b")
    assert [lane.label for lane in twice.lanes] == ["B · Gradient descent"]
    assert twice.notices == ("The second lane is the first one: one lane is shown.",)


def test_a_second_run_of_another_network_is_joined_by_no_line() -> None:
    here = found(RUN, what="run", a="a", b="a", other=OTHER)
    assert [lane.label for lane in here.lanes] == ["A · SAM-SPS", "A · SAM-SPS, second run"]
    assert here.lanes[0].style.dash != here.lanes[1].style.dash
    assert not here.joinable
    assert " on Handwritten digits, 8×8 and LeNet" in here.subject
    gone = found(RUN, what="run", other="nowhere-1234")
    assert gone.notices == (places.NO_SECOND,)
    assert gone.config.other == ""


def test_what_is_known_exactly_has_the_ways_of_two_methods() -> None:
    here = found(what="plane", function="ripples", moment=0)
    assert [lane.at for lane in here.lanes] == [Point("plane", 0, 0, 0), Point("plane", 0, 1, 0)]
    assert not here.networks
    assert here.joinable
    assert found(what="ridge").lanes[0].at.step == 200
