"""A link reproduces the screen exactly, and nothing in a link can do harm."""

from __future__ import annotations

import pytest

from lab import link
from lab.params import PAGES, defaults


@pytest.mark.parametrize("page", sorted(PAGES))
def test_round_trip_of_defaults_and_of_changed_values(page: str) -> None:
    changed = defaults(page) | ({"seed": 77} if "seed" in PAGES[page] else {"rho": 0.07})
    for values in (defaults(page), changed):
        query = link.encode(page, values)
        assert set(query) == {"v", *PAGES[page]}
        assert link.decode(page, query) == (values, [])


def test_every_value_stands_in_the_link_also_defaults() -> None:
    assert link.encode("ridge", defaults("ridge"))["gamma_b"] == "inf"


def test_unknown_and_out_of_range_are_named_and_the_rest_is_used() -> None:
    values, notices = link.decode("ridge", {"v": "1", "rho": "-1", "kappa": "50", "foo": "1"})
    assert values == {"kappa": 50.0}
    assert notices == [
        "rho = '-1' is not allowed: a number from 0 to 100.",
        "There is no parameter 'foo' on this page.",
    ]


def test_another_version_is_refused_whole() -> None:
    values, notices = link.decode("ridge", {"v": "2", "rho": "1"})
    assert values == {}
    assert notices == ["This link is of version '2'; this app reads version 1."]


def test_a_flood_of_bad_values_gives_a_short_list() -> None:
    _, notices = link.decode("ridge", {f"k{i}": "x" * 10_000 for i in range(500)})
    assert len(notices) == link.MAX_NOTICES
    assert notices[-1].startswith("… and 495 more")
    assert max(map(len, notices)) < 100


@pytest.mark.parametrize(
    ("run", "expected"),
    [("abcDEF_-12", "abcDEF_-12"), ("../../etc", None), ("a", None), ("x" * 33, None), ("<b>12345678", None)],
)
def test_run_ids_have_a_form(run: str, expected: str | None) -> None:
    found, notices = link.decode_run({"run": run})
    assert found == expected
    assert bool(notices) == (expected is None)


@pytest.mark.parametrize(
    ("text", "values", "notices"),
    [
        ("rho = 0.037, kappa=50", {"rho": 0.037, "kappa": 50.0}, 0),
        ("rho=1;m=3 seed=9", {"rho": 1.0, "m": 3, "seed": 9}, 0),
        ("rho", {}, 1),
        ("rho = __import__('os')", {}, 1),
        ("rho = 1 and then some", {"rho": 1.0}, 1),
        ("", {}, 0),
        ("= = =", {}, 1),
    ],
)
def test_exact_entry(text: str, values: dict[str, object], notices: int) -> None:
    read, complaints = link.parse_entry("ridge", text)
    assert read == values
    assert len(complaints) == notices
