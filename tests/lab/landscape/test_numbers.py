"""The numbers to take along: a row for each lane and moment."""

from __future__ import annotations

from lab.export.numbers import FORMATS
from lab.landscape.numbers import file_name, numbers
from tests.lab.landscape.engine import RUN, found
from tests.lab.landscape.results import shown


def test_a_row_for_each_lane_and_moment() -> None:
    made = numbers(shown())
    assert made.columns["lane"] == ["A · SAM-SPS"] * 9 + ["B · SGD, constant γ"] * 9
    assert list(made.columns["step"][:3]) == [0, 64, 128]
    assert set(made.columns["test_accuracy"]) == {0.95}
    assert str(made.about["link"]).startswith("landscape?v=1&what=example")
    for form in FORMATS.values():
        assert form.write(made)


def test_what_is_known_exactly_has_no_accuracy() -> None:
    made = numbers(shown(found(what="ridge")))
    assert set(made.columns["test_accuracy"]) == {None}
    assert made.name == "landscape_ridge"


def test_the_file_names_the_run() -> None:
    assert file_name(shown(found(RUN, what="run"))) == f"landscape_run_{RUN}"
