"""One screen's values: from the link to the widgets, from the widgets to the link, kept over a page switch.

`Screen` decodes the address bar once before the widgets are built and writes it once after. Streamlit's own
binding drops values that equal the default and loses a page's widgets on navigation, so the codec is ours.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Generic, TypeVar

import streamlit as st

from lab.params import Config, Param, Value
from lab.ui import link

C = TypeVar("C", bound=Config)


def escape(text: str) -> str:
    """Text from outside, made inert for Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>$~:^=-])", r"\\\1", text)


def _warn(texts: Iterable[str]) -> None:
    """A warning of these lines, none if there are none."""
    if lines := "  \n".join(escape(text) for text in texts):
        st.warning(lines)


def show_number(value: float) -> str:
    """A number as a control shows it."""
    return "∞" if math.isinf(value) else f"{value:g}"


class Screen(Generic[C]):
    """The values of one page.

    Parameters
    ----------
    kind : type of Config
        The page's configuration.

    Attributes
    ----------
    values : dict
        The checked value of every parameter of the page.
    run : str or None
        The run that the page shows, if it shows one.
    from_link : bool
        Whether this run of the script has just taken its values from the address bar.
    """

    def __init__(self, kind: type[C]) -> None:
        self.kind = kind
        self.page = kind.page
        self.rows = kind.rows()
        self.values: dict[str, Value] = self._kept("values", kind().values())
        self._notices: list[str] = self._kept("notices", [])
        self._told = False
        self._read_link()
        self._drawn: set[str] = set()
        # Streamlit forgets a widget that is not drawn, all of them on another page, and may bring back what
        # its key held before: such values come from us.
        before: set[str] = self._kept("drawn", set())
        if any(self._name(key) not in st.session_state for key in before):
            before.clear()
        for key in self.rows.keys() - before:
            st.session_state[self._name(key)] = self.values[key]
        self.values.update({key: self.current(key) for key in self.rows})
        for key, row in self.rows.items():
            if row.kind == "choice" and st.session_state.get(self._name(key)) not in (row.choices or {}):
                st.session_state[self._name(key)] = self.values[key]

    @property
    def config(self) -> C:
        """The values as the page's frozen configuration."""
        return self.kind.from_values(self.values)

    @property
    def run(self) -> str | None:
        """The run that the page shows."""
        return st.session_state.get(f"{self.page}:run")

    @run.setter
    def run(self, run: str | None) -> None:
        st.session_state[f"{self.page}:run"] = run

    def current(self, key: str) -> Value:
        """The newest value: in a callback the widget knows it before `values` does.

        A hidden widget, and a number field that was emptied, leave the last value in force.
        """
        value, row = st.session_state.get(self._name(key)), self.rows[key]
        if value is None:
            return self.values[key]
        if row.kind == "choice" and value not in (row.choices or {}):
            value = self._of_label(row, str(value))
        return row.check(value)

    def _of_label(self, row: Param, text: str) -> Value:
        """The choice that a label means: the browser may answer with an older one."""
        meant = [key for key, label in (row.choices or {}).items() if text.startswith(label)]
        return max(meant, key=lambda key: len((row.choices or {})[key]), default=self.values[row.key])

    def control(
        self,
        key: str,
        *,
        disabled: bool = False,
        on_change: Callable[..., None] | None = None,
        args: Any = (),
        remarks: Mapping[str, str] | None = None,
        only: Collection[str] | None = None,
    ) -> Value:
        """Draw the widget of one parameter and return its value.

        `remarks` are added to the labels of those choices; `only` those of a choice are offered.
        """
        row = self.rows[key]
        self._drawn.add(key)
        self._kept("drawn", set()).add(key)
        if row.choices and (remarks or only is not None):
            offered = row.choices if only is None else [key for key in row.choices if key in only]
            labels = {key: row.choices[key] + (remarks or {}).get(key, "") for key in offered}
            row = replace(row, choices=labels)
        symbol = f"{row.symbol}  ·  " if row.symbol else ""
        common: dict[str, Any] = {
            "label": f"{symbol}{row.label}",
            "key": self._name(key),
            "help": row.help or None,
            "disabled": disabled,
            "on_change": on_change,
            "args": args,
        }
        _WIDGETS[_widget(row)](row, self.values[key], common)
        return self.values[key]

    def controls(self, *keys: str, **options: Any) -> None:
        """Draw several widgets."""
        for key in keys:
            self.control(key, **options)

    def entry(self) -> None:
        """Draw the exact-entry field, above it what is wrong with it, and the way back to the defaults."""
        row = next(row for row in self.rows.values() if row.kind in ("int", "float"))
        place = st.empty()  # above the field: below it the answer may be under the edge of the screen
        st.text_input(
            "Set values exactly",
            key=self._name(":entry"),
            placeholder=f"{row.key} = {row.format(row.default)}",
            help="Write name = value; several are parted by commas. A name is the symbol beside a control, "
            "or one of those in the link: " + ", ".join(f"`{key}`" for key in self.rows),
            on_change=self._take_entry,
        )
        if st.session_state[self._name(":entry")]:
            with place:
                _warn(self._kept("entry_notices", []))
        st.button("Reset all values", key=self._name(":reset"), on_click=self._reset)

    def notices(self, more: Iterable[str] = ()) -> None:
        """Show what could not be used of a link, once: a script run that was cut off does not count."""
        texts = [*self._notices, *more]
        self._told = True
        _warn(texts)

    def write_link(self) -> None:
        """Make the address bar reproduce the screen; the last call of a page."""
        st.session_state[f"{self.page}:drawn"] = self._drawn
        if self._told:
            self._notices.clear()
        query = link.encode(self.config, self.run)
        if st.query_params.to_dict() != query:
            st.query_params.from_dict(query)

    def _read_link(self) -> None:
        """Read the address bar on arrival only: while a slider moves, the browser's copy lags behind."""
        arrived = st.session_state.get("screen") != self.page
        st.session_state["screen"] = self.page
        query = st.query_params.to_dict()
        self.from_link = arrived and bool(query)
        if not self.from_link:
            return
        config, notices = link.decode(self.kind, query)
        run, run_notices = link.decode_run(query)
        self._notices += [*notices, *run_notices]
        self.run = run or self.run
        self.put(config.values())

    def _take_entry(self) -> None:
        text = str(st.session_state[self._name(":entry")])
        values, notices = link.parse_entry(self.kind, text, self._drawn)
        st.session_state[f"{self.page}:entry_notices"] = notices
        self.put(values)
        if not notices:
            st.session_state[self._name(":entry")] = ""

    def _reset(self) -> None:
        self.put(self.kind().values())
        st.session_state[self._name(":entry")] = ""

    def put(self, values: Mapping[str, Value]) -> None:
        """Set values from a callback, before the widgets of the next run are built."""
        self.values.update(values)
        for key, value in values.items():
            st.session_state[self._name(key)] = value

    def _kept(self, what: str, initial: Any) -> Any:
        return st.session_state.setdefault(f"{self.page}:{what}", initial)

    def _name(self, key: str) -> str:
        return f"{self.page}.{key}"


def _widget(row: Param) -> str:
    if row.kind in ("choice", "bool", "set"):
        return row.kind
    if row.ticks:
        return "ticks"
    return "field" if row.high - row.low > 10_000 else "slider"


def _ticks(row: Param, value: Value, common: dict[str, Any]) -> None:
    exact = {float(value)} if isinstance(value, (int, float)) else set()
    kind: Callable[[float], Any] = int if row.kind == "int" else float
    options = [kind(tick) for tick in sorted(set(row.ticks) | exact)]
    st.select_slider(options=options, format_func=show_number, **common)


def _slider(row: Param, value: Value, common: dict[str, Any]) -> None:
    kind: Callable[[float], Any] = int if row.kind == "int" else float
    st.slider(min_value=kind(row.low), max_value=kind(row.high), step=kind(row.step), **common)


def _field(row: Param, value: Value, common: dict[str, Any]) -> None:
    kind: Callable[[float], Any] = int if row.kind == "int" else float
    st.number_input(min_value=kind(row.low), max_value=kind(row.high), step=kind(row.step), **common)


def _choice(row: Param, value: Value, common: dict[str, Any]) -> None:
    choices = row.choices or {}
    st.selectbox(options=list(choices), format_func=lambda key: choices[key], **common)


def _set(row: Param, value: Value, common: dict[str, Any]) -> None:
    choices = row.choices or {}
    st.multiselect(
        options=list(choices), format_func=lambda key: choices[key], max_selections=int(row.high), **common
    )


def _bool(row: Param, value: Value, common: dict[str, Any]) -> None:
    st.toggle(**common)


_WIDGETS: dict[str, Callable[[Param, Value, dict[str, Any]], None]] = {
    "ticks": _ticks, "slider": _slider, "field": _field, "choice": _choice, "set": _set, "bool": _bool,
}  # fmt: skip
