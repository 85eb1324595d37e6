"""The table of parameters is sound, and reads values without being fooled."""

from __future__ import annotations

import math

import pytest

from lab.params import CONFIGS, InvalidValueError, Param

ROWS = [(page, row) for page, config in CONFIGS.items() for row in config.rows().values()]
HOSTILE = [
    "",
    " ",
    "nan",
    "-inf",
    "1e999",
    "__import__('os')",
    "<script>",
    "1" * 5000,
    "0x10",
    "None",
    "\x00",
]


@pytest.mark.parametrize(("page", "row"), ROWS, ids=[f"{page}.{row.key}" for page, row in ROWS])
def test_default_ends_and_ticks_are_allowed_and_survive_a_round_trip(page: str, row: Param) -> None:
    ticks = [(tick,) for tick in row.ticks] if row.kind == "numbers" else row.ticks
    values = [row.default, *ticks]
    if row.kind in ("float", "int"):
        values += [row.low, row.high]
    for value in values:
        checked = row.check(value)
        again = row.parse(row.format(checked))
        assert again == checked
        assert type(again) is type(checked)


@pytest.mark.parametrize("text", HOSTILE, ids=[ascii(text[:20]) for text in HOSTILE])
def test_hostile_text_is_refused_by_name(text: str) -> None:
    for page, row in ROWS:
        with pytest.raises(InvalidValueError, match=f"^{row.key} = .* is not allowed: ") as error:
            row.parse(text)
        assert len(str(error.value)) < 400, (page, row.key)
        assert "\n" not in str(error.value), (page, row.key)


@pytest.mark.parametrize(
    ("row", "value"),
    [
        (Param("A", 1.0, low=0, high=2, key="a"), 2.0000001),
        (Param("A", 1.0, low=0, high=2, key="a"), -1e-300),
        (Param("A", 1, "int", low=0, high=2, key="a"), 1.5),
        (Param("A", 1, "int", low=0, high=2, key="a"), True),
        (Param("A", True, "bool", key="a"), 1),
        (Param("A", "", "id", key="a"), "short"),
        (Param("A", "", "id", key="a"), "with a blank"),
        (Param("A", "", "id", key="a"), None),
        (Param("A", "x", "choice", choices={"x": "X"}, key="a"), "y"),
        (Param("A", "x", "choice", choices={"x": "X"}, key="a"), ["x"]),
        (Param("A", (), "set", key="a", high=2, choices={"x": "X"}), ["y"]),
        (Param("A", (), "set", key="a", high=2, choices={"x": "X"}), "x"),
        (Param("A", (), "set", key="a", high=2, choices={"x": "X", "y": "Y", "z": "Z"}), ["x", "y", "z"]),
    ],
)
def test_just_outside_is_refused(row: Param, value: object) -> None:
    with pytest.raises(InvalidValueError, match=r"^a = .* is not allowed: "):
        row.check(value)


@pytest.mark.parametrize("text", ["inf", "∞", "Infinity", " +inf "])
def test_infinity_is_meant_only_where_it_is_written(text: str) -> None:
    row = Param("A", 1.0, low=0, high=math.inf, key="a")
    assert row.parse(text) == math.inf
    for slip in ("1e999", "-1e999", "infin"):
        with pytest.raises(InvalidValueError, match=r"a number from 0 to 1\.8e\+308, or inf"):
            row.parse(slip)
    with pytest.raises(InvalidValueError):
        Param("A", 1.0, low=0, high=5, key="a").parse(text)


def test_floats_keep_every_digit() -> None:
    row = Param("A", 0.0, low=0, high=1, key="a")
    for value in (0.1 + 0.2, 1 / 3, 5e-324, 1.0):
        assert row.parse(row.format(value)) == value


def test_a_set_keeps_the_order_of_its_choices_and_survives_a_round_trip() -> None:
    row = Param("A", (), "set", key="a", high=2, choices={"x": "X", "y": "Y", "z": "Z"})
    assert row.check(["z", "x", "z"]) == ("x", "z")
    for value in ((), ("y",), ("x", "z")):
        assert row.parse(row.format(value)) == value


def test_numbers_are_kept_in_order_each_once_and_survive_a_round_trip() -> None:
    row = Param("A", (), "numbers", key="a", low=0, high=10, most=3)
    assert row.check([3, 0.1, 3.0]) == (0.1, 3.0)
    assert row.parse("0_0.1_3") == (0.0, 0.1, 3.0)
    for value in ((), (0.0,), (1e-17, 0.1 + 0.2, 10.0)):
        assert row.parse(row.format(value)) == value


@pytest.mark.parametrize("value", [[1, 2, 3, 4], [11], [-1], [True], ["1"], [float("nan")], "1", 1.0, None])
def test_numbers_outside_are_refused(value: object) -> None:
    with pytest.raises(InvalidValueError, match=r"a = .* at most 3, parted by underscores, from 0 to 10"):
        Param("A", (), "numbers", key="a", low=0, high=10, most=3).check(value)


@pytest.mark.parametrize("text", ["1_x", "1_nan", "1e999", "1_2_3_4", "1.2.3", "1_-1"])
def test_text_that_is_not_numbers_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        Param("A", (), "numbers", key="a", low=0, high=10, most=3).parse(text)


def test_keys_are_short_words_that_need_no_escape_in_a_link() -> None:
    for _, row in ROWS:
        assert row.key.replace("_", "").isalnum()
        assert len(row.key) <= 16
