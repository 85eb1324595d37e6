"""A link reproduces the screen exactly, and nothing in a link can do harm."""

from __future__ import annotations

import math

import pytest

from lab.params import CONFIGS, RidgeConfig, Value
from lab.ui import link


@pytest.mark.parametrize("page", sorted(CONFIGS))
def test_round_trip_of_defaults_and_of_changed_values(page: str) -> None:
    kind = CONFIGS[page]
    others: dict[str, Value] = {"seed": 77, "rho": 0.07, "place": 0.2, "order": "best"}
    changed = kind.from_values({key: others[key] for key in others.keys() & kind.rows().keys()})
    assert changed != kind()
    for config in (kind(), changed):
        query = link.encode(config)
        assert set(query) == {"v", *kind.rows()}
        assert link.decode(kind, query) == (config, [])


def test_every_value_stands_in_the_link_also_defaults() -> None:
    assert link.encode(RidgeConfig())["gamma_b"] == "inf"


def test_unknown_and_out_of_range_are_named_and_the_rest_is_used() -> None:
    config, notices = link.decode(RidgeConfig, {"v": "1", "rho": "-1", "kappa": "50", "foo": "1"})
    assert config == RidgeConfig(kappa=50.0)
    assert notices == [
        "rho = '-1' is not allowed: a number from 0 to 100; 0.2 is used.",
        "There is no parameter 'foo' on this page.",
    ]


def test_another_version_is_refused_whole() -> None:
    config, notices = link.decode(RidgeConfig, {"v": "2", "rho": "1"})
    assert config == RidgeConfig()
    assert notices == ["This link is of version '2'; this app reads version 1. Its values are not used."]


def test_a_flood_of_bad_values_gives_a_short_list() -> None:
    _, notices = link.decode(RidgeConfig, {f"k{i}": "x" * 10_000 for i in range(500)})
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


def test_a_number_too_large_is_not_taken_for_infinity() -> None:
    config, notices = link.decode(RidgeConfig, {"v": "1", "rho": "3", "gamma_b": "1e999"})
    assert config == RidgeConfig(rho=3.0)
    assert notices == [
        "gamma_b = '1e999' is not allowed: a number from 0 to 1.8e+308, or inf; inf is used.",
    ]
    assert link.decode(RidgeConfig, {"v": "1", "gamma_b": "∞"}) == (RidgeConfig(gamma_b=math.inf), [])


@pytest.mark.parametrize(
    ("page", "text", "values"),
    [
        ("ridge", "rho = 0.037, kappa=50", {"rho": 0.037, "kappa": 50.0}),
        ("ridge", "rho=1;m=3 seed=9", {"rho": 1.0, "m": 3, "seed": 9}),
        ("ridge", "", {}),
        (
            "one_step",
            "ρ = 0.4, γ_b = ∞; κ=7 x₁=-1",
            {"rho": 0.4, "gamma_b": math.inf, "kappa": 7.0, "x1": -1.0},
        ),
        ("theory", "γ_b L_max = 2, ρL = 0.3", {"gamma_b_L": 2.0, "rho_L": 0.3}),
        ("ridge", "T = 50", {"iterations": 50}),
    ],
)
def test_exact_entry(page: str, text: str, values: dict[str, object]) -> None:
    assert link.parse_entry(CONFIGS[page], text) == (values, [])


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("rho=0,5", "'5' was not understood: a comma parts two values, decimals take a point, as in 0.5."),
        ("rho 0.4", "'rho 0.4' was not understood: write rho = 0.4, with an equals sign."),
        ("m = 3, κ: 7", "'κ: 7' was not understood: write κ = 7, with an equals sign."),
        ("rho", "'rho' was not understood: write name = value, for example n = 100."),
        (
            "rho = 1 and then some",
            "'and then some' was not understood: write name = value, for example n = 100.",
        ),
        ("= = =", "'= = =' was not understood: write name = value, for example n = 100."),
        ("rho = __import__('os')", "rho = \"__import__('os')\" is not allowed: a number from 0 to 100."),
        ("m = 3, rho = -3", "rho = '-3' is not allowed: a number from 0 to 100."),
        ("m = 3, foo = 1", "There is no parameter 'foo' on this page."),
        ("m = 3, γ = 1", "γ stands for several values here: write one of usam_gamma, sam_gamma, "),
        ("m = 3, " + " " * 1000, "An entry has at most 1000 characters, this one 1007. Nothing was set."),
    ],
)
def test_an_entry_with_a_fault_sets_nothing_and_says_so(text: str, notice: str) -> None:
    values, notices = link.parse_entry(RidgeConfig, text)
    assert values == {}
    assert notices[0].startswith(notice)
    assert notices[-1].endswith("Nothing was set.")


def test_a_symbol_means_the_parameter_that_is_shown() -> None:
    assert link.parse_entry(RidgeConfig, "ρ = 2", shown={"m", "sam_rho"}) == ({"sam_rho": 2.0}, [])
    assert link.parse_entry(RidgeConfig, "ρ = 2", shown={"rho", "sam_rho"})[1] == [
        "ρ stands for several values here: write one of rho, sam_rho.",
        "Nothing was set.",
    ]


def test_a_flood_in_an_entry_gives_a_short_list() -> None:
    _, notices = link.parse_entry(RidgeConfig, " ".join(f"k{i}=1" for i in range(100)))
    assert len(notices) == link.MAX_NOTICES + 1


def test_the_link_holds_the_view_beside_the_values() -> None:
    query = link.encode(RidgeConfig(), view=link.STAGE)
    assert query["view"] == "stage"
    assert link.decode(RidgeConfig, query) == (RidgeConfig(), [])
    assert link.decode_view(query) == ("stage", [])
    assert "view" not in link.encode(RidgeConfig())


def test_a_view_that_there_is_not_is_named() -> None:
    view, notices = link.decode_view({"view": "<b>"})
    assert view is None
    assert notices == ["view = '<b>' is not a view of this page: stage is the only one; it is ignored."]
