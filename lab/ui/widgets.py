"""The widget of each kind of row: a row of the parameter table says all that a widget needs to know.

Each widget is given the value in force as its default, though the session knows it: the message that sets a
widget comes once, and is lost where the connection breaks before it has come. The browser then builds the
widget with its default, and sends that back as if it were chosen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from lab.params import Param, Value
from lab.ui.glossary import explained
from lab.ui.symbols import markdown

MANY = 10_000  # a slider over more values than this could not be set to one of them


def widget(row: Param, value: Value, *, in_a_row: bool = False, **options: Any) -> None:
    """Show the widget of a row.

    Parameters
    ----------
    row : Param
    value : float, int, bool, str or tuple
        The row's value: a stop of its slider, and an option, also where it is none of the row's ticks.
    in_a_row : bool
        Whether a choice shows all that can be chosen.
    **options
        Passed on to Streamlit: `key`, `disabled`, `on_change`, `args`.
    """
    symbol = f"{row.symbol}  ·  " if row.symbol else ""
    label = markdown(f"{symbol}{row.label}")
    terms = explained(row.label, row.help, *(row.choices or {}).values())
    help_text = markdown("\n\n".join(filter(None, (row.help, terms)))) or None
    show = _in_a_row if in_a_row else _WIDGETS[_kind(row)]
    show(row, value, label=label, help=help_text, **options)


def offering(row: Param, remarks: Mapping[str, str], only: Collection[str | float] | None) -> Param:
    """The row with `remarks` added to the labels of those choices, and `only` those choices, or ticks.

    Of a run the remarks are the choices.
    """
    choices = row.choices
    if row.kind == "id":
        return replace(row, kind="choice", choices=dict(remarks))
    if choices is None:
        return row if only is None else replace(row, ticks=tuple(float(one) for one in only))
    offered = [key for key in choices if only is None or key in only]
    offered += [
        str(key) for key in only or () if key in choices and key not in offered
    ]  # allowed, not listed
    return replace(row, choices={key: choices[key] + remarks.get(key, "") for key in offered})


def show_number(value: float) -> str:
    """A number as a control shows it."""
    return "∞" if math.isinf(value) else f"{value:g}"


def _kind(row: Param) -> str:
    if row.kind in ("choice", "bool", "set", "numbers"):
        return row.kind
    if row.ticks:
        return "ticks"
    return "field" if row.high - row.low > MANY else "slider"


def _ticks(row: Param, value: Value, **common: Any) -> None:
    exact = {float(value)} if isinstance(value, (int, float)) else set()
    number = _number_type(row)
    options = [number(tick) for tick in sorted(set(row.ticks) | exact)]
    st.select_slider(options=options, value=number(value), format_func=show_number, **common)


def _slider(row: Param, value: Value, **common: Any) -> None:
    st.slider(value=_number_type(row)(value), **_range(row), **common)


def _field(row: Param, value: Value, **common: Any) -> None:
    st.number_input(value=_number_type(row)(value), **_range(row), **common)


def _choice(row: Param, value: Value, **common: Any) -> None:
    choices = row.choices or {}
    options = list(choices)
    index = options.index(str(value)) if value in options else 0
    st.selectbox(options=options, index=index, format_func=lambda key: choices[key], **common)


def _in_a_row(row: Param, value: Value, **common: Any) -> None:
    choices = row.choices or {}
    st.segmented_control(
        options=list(choices),
        default=value if value in choices else None,
        format_func=lambda key: choices[key],
        required=True,
        wrap=True,
        **common,
    )


def _set(row: Param, value: Value, **common: Any) -> None:
    choices = row.choices or {}
    most, default = int(row.high), [key for key in choices if key in value]  # type: ignore[operator]
    st.multiselect(
        options=list(choices),
        default=default,
        format_func=lambda key: choices[key],
        max_selections=most,
        **common,
    )


def _numbers(row: Param, value: Value, **common: Any) -> None:
    options = sorted({*row.ticks, *value})  # type: ignore[misc]
    st.multiselect(
        options=options,
        default=list(value),  # type: ignore[arg-type]
        format_func=show_number,
        max_selections=row.most,
        **common,
    )


def _bool(row: Param, value: Value, **common: Any) -> None:
    st.toggle(value=bool(value), **common)


def _range(row: Param) -> dict[str, Any]:
    number = _number_type(row)
    return {"min_value": number(row.low), "max_value": number(row.high), "step": number(row.step)}


def _number_type(row: Param) -> Callable[[Any], Any]:
    """Streamlit wants value, ends and step of one type."""
    return int if row.kind == "int" else float


_WIDGETS: dict[str, Callable[..., None]] = {
    "ticks": _ticks, "slider": _slider, "field": _field, "choice": _choice, "set": _set, "numbers": _numbers,
    "bool": _bool,
}  # fmt: skip
