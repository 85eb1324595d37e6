"""A row of the table becomes the widget that fits it."""

from __future__ import annotations

import math
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lab.params import Param, Value
from lab.ui.widgets import offering, show_number


def shown(row: Param, value: Value) -> AppTest:
    def script(row, value):  # type: ignore[no-untyped-def]  # its source is run elsewhere, without our imports
        import streamlit as st

        from lab.ui.widgets import widget

        st.session_state.setdefault("a", value)
        widget(row, value, key="a")

    return AppTest.from_function(script, args=(row, value)).run()


NUMBER = {"key": "a", "label": "A", "default": 1.0}


@pytest.mark.parametrize(
    ("row", "value", "kind"),
    [
        (Param(**NUMBER, low=0, high=2), 0.5, "slider"),
        (Param(**NUMBER, low=0, high=math.inf, ticks=(0.0, 1.0, math.inf)), math.inf, "select_slider"),
        (Param("A", 1, "int", low=0, high=999_999, step=1, key="a"), 7, "number_input"),
        (Param("A", "x", "choice", choices={"x": "X", "y": "Y"}, key="a"), "y", "selectbox"),
        (Param("A", (), "set", high=2, choices={"x": "X", "y": "Y"}, key="a"), ["y"], "multiselect"),
        (Param("A", (), "numbers", high=2, most=3, ticks=(1.0,), key="a"), [0.5, 1.0], "multiselect"),
        (Param("A", True, "bool", key="a"), False, "toggle"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_each_kind_of_row_has_its_widget_with_the_value(row: Param, value: Value, kind: str) -> None:
    app = shown(row, value)
    assert not app.exception
    (widget,) = getattr(app, kind)
    assert widget.value == value
    assert widget.label == "A"
    assert default(widget) == value, "what the browser shows that knows of no value"


def default(widget: Any) -> Any:
    """The value with which a browser builds the widget."""
    said = widget.proto.default
    if widget.type in ("checkbox", "toggle", "number_input"):
        return said
    if widget.type == "selectbox":
        return ["x", "y"][said]
    if widget.type == "multiselect":
        return [given(widget.options[index]) for index in said]
    return (
        float(widget.options[int(said[0])].replace("∞", "inf")) if widget.type == "select_slider" else said[0]
    )


def given(option: str) -> float | str:
    """An option of a list as the value that it stands for: `X` is the label of x."""
    return option.lower() if option.isalpha() else float(option)


def test_a_value_between_the_ticks_is_a_stop_of_the_slider_too() -> None:
    app = shown(Param(**NUMBER, symbol="ρ", low=0, high=2, ticks=(0.0, 1.0, 2.0)), 0.037)
    assert app.select_slider[0].value == 0.037
    assert app.select_slider[0].options == ["0", "0.037", "1", "2"]
    assert app.select_slider[0].label == "ρ  ·  A"


def test_numbers_offer_the_ticks_and_what_is_chosen() -> None:
    app = shown(Param("A", (), "numbers", high=2, most=3, ticks=(0.0, 1.0, 2.0), key="a"), (0.037, 1.0))
    assert app.multiselect[0].options == ["0", "0.037", "1", "2"]


def test_remarks_stand_behind_labels_and_only_some_choices_are_offered() -> None:
    row = Param("A", "x", "choice", choices={"x": "X", "y": "Y", "z": "Z"}, key="a")
    assert offering(row, {"y": ": slow"}, None).choices == {"x": "X", "y": "Y: slow", "z": "Z"}
    assert offering(row, {}, ["z", "x"]).choices == {"x": "X", "z": "Z"}
    run = offering(Param("R", "", "id", key="r"), {"": "none", "abcdefgh": "my run"}, None)
    assert (run.kind, run.choices) == ("choice", {"": "none", "abcdefgh": "my run"})


def test_numbers_as_a_control_shows_them() -> None:
    assert [show_number(x) for x in (math.inf, 0.1, 1000.0, 1e6)] == ["∞", "0.1", "1000", "1e+06"]
