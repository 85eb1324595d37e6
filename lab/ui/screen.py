"""One screen's values: from the link to the widgets, from the widgets to the link, kept over a page switch.

`Screen` reads the address bar once before the widgets are built and writes it once after them. Streamlit's
own binding to the address bar is not used: it drops values that equal the default, and forgets a page's
widgets on another page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Generic, TypeVar

import streamlit as st

from lab.params import Config, Param, Value
from lab.ui import link, view
from lab.ui.unasked import was_unasked
from lab.ui.widgets import offering, widget
from lab.ui.words import escape

C = TypeVar("C", bound=Config)


def _warn(texts: Iterable[str]) -> None:
    """A warning of these lines, none if there are none."""
    if lines := "  \n".join(escape(text) for text in texts):
        st.warning(lines)


class Screen(Generic[C]):
    """The values of one page.

    Parameters
    ----------
    kind : type of Config
        The page's configuration.
    first : Config, optional
        What the page shows without a link, and after a reset; by default the defaults, which also stand in
        for what a link leaves out.

    Attributes
    ----------
    values : dict
        The checked value of every parameter of the page.
    run : str or None
        The run that the page shows, if it shows one.
    marked : collection of str
        Parameters whose controls have a dot, since they differ from what is shown.
    from_link : bool
        Whether this run of the script has just taken its values from the address bar.
    run_alone : bool
        Whether that link names a run and no value: then the values are the run's.
    """

    def __init__(self, kind: type[C], first: C | None = None) -> None:
        self.kind = kind
        self._first = first or kind()
        self.page = kind.page
        self.rows = kind.rows()
        self.values: dict[str, Value] = self._kept("values", self._first.values())
        self._notices: list[str] = self._kept("notices", [])
        self._told: list[str] = self._kept("told", [])
        if not was_unasked():
            self._drop_told()
        self.run_alone = False
        self._read_link()
        self._shown: set[str] = set()
        self._offered: set[str] = set()  # those of closed groups too
        self._closed = False
        self._shown_notices: list[str] = []
        self.marked: Collection[str] = ()
        self._forget_widgets_that_are_gone()
        self.values.update({key: self.current(key) for key in self._last_shown})
        self._mend_choices()

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
        value = st.session_state.get(self._name(key)) if key in self._last_shown else None
        if value is None:
            return self.values[key]
        row = self.rows[key]
        if row.kind == "choice" and value not in (row.choices or {}):
            value = self._of_label(row, str(value))
        return row.check(value)

    def _of_label(self, row: Param, text: str) -> Value:
        """The choice that a label means; what was added to it may have changed since the browser got it."""
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
        only: Collection[str | float] | None = None,
        in_a_row: bool = False,
    ) -> Value:
        """Show the widget of one parameter and return its value.

        `remarks` are added to the labels of those choices; `only` those of a choice, or of the ticks, are
        offered. `in_a_row`: all of a choice are in sight, one of them pressed.
        """
        self._offered.add(key)
        if self._closed:
            return self.values[key]
        if key not in self._last_shown:  # Streamlit has forgotten its value, or kept an earlier one
            st.session_state[self._name(key)] = self.values[key]
        self._shown.add(key)
        self._last_shown.add(key)
        row = offering(self.rows[key], remarks or {}, only)
        row = replace(row, label=f"{row.label} ●") if key in self.marked else row
        options = {"disabled": disabled, "on_change": on_change, "args": args}
        widget(row, self.values[key], in_a_row=in_a_row, key=self._name(key), **options)
        return self.values[key]

    def controls(self, *keys: str, **options: Any) -> None:
        """Show the widgets of several parameters."""
        for key in keys:
            self.control(key, **options)

    @contextmanager
    def group(self, label: str, key: str, *, expanded: bool = False) -> Iterator[bool]:
        """A group of controls that folds; the block is told whether it is open.

        The controls of a closed one are not sent: in the Ridge lab they were a third of what the move of a
        slider costs the app. They keep their values, and can be set by an exact entry.
        """
        name = self._name(f":{key}")
        fold = st.expander(label, expanded=expanded, key=name, on_change="rerun")
        with fold:
            self._closed = not fold.open
            try:
                yield not self._closed
            finally:
                self._closed = False

    def entry(self) -> None:
        """A group with the exact-entry field, what is wrong with an entry, and the way back."""
        with self.group("Exact values", "exact") as opened:
            if opened:
                self._entry()

    def _entry(self) -> None:
        row = next(row for row in self.rows.values() if row.kind in ("int", "float"))
        place = st.empty()  # above the field: below it the answer may be under the edge of the screen
        st.text_input(
            "Set values exactly",
            key=self._name(":entry"),
            placeholder=f"{row.key} = {row.format(row.default)}",
            help="Write name = value; several are parted by commas. A name is the symbol beside a control, "
            "with _ before what is set low, or one of those in the link: "
            + ", ".join(f"`{key}`" for key in self.rows),
            on_change=self._take_entry,
        )
        if st.session_state[self._name(":entry")]:
            with place:
                _warn(self._kept("entry_notices", []))
        st.button("Reset all values", key=self._name(":reset"), on_click=self._reset)

    def tell(self, *texts: str) -> None:
        """Have `notices` show these, also from a callback, until the visitor does something."""
        self._notices += [text for text in texts if text not in self._notices]
        self._told[:] = [text for text in self._told if text not in texts]

    def notices(self, more: Iterable[str] = ()) -> None:
        """Show what is to be told, first what could not be used of a link; `more` is shown each time.

        A run of the script that was cut off does not count, nor one that nobody asked for.
        """
        self._shown_notices = [*self._notices]
        _warn([*self._notices, *more])

    def write_link(self) -> None:
        """Make the address bar reproduce the screen; the last call of a page."""
        st.session_state[f"{self.page}:shown"] = self._shown
        self._told += self._shown_notices
        query = link.encode(self.config, self.run, view.view())
        if st.query_params.to_dict() != query:
            st.query_params.from_dict(query)

    def _drop_told(self) -> None:
        """Forget the notices that a whole run of the script has shown."""
        self._notices[:] = [text for text in self._notices if text not in self._told]
        self._told.clear()

    def _read_link(self) -> None:
        """Read the address bar on arrival only: while a slider moves, it lags behind the widgets."""
        arrived = st.session_state.get("screen") != self.page
        st.session_state["screen"] = self.page
        query = st.query_params.to_dict()
        self.from_link = arrived and bool(query.keys() - {link.VIEW})
        self.run_alone = self.from_link and link.names_a_run_alone(query)
        if not self.from_link:
            return
        config, notices = link.decode(self.kind, query)
        run, run_notices = link.decode_run(query)
        self.tell(*notices, *run_notices, *link.decode_view(query)[1])
        self.run = run or self.run
        self.put(config.values())

    @property
    def _last_shown(self) -> set[str]:
        """The parameters whose widgets the last run of the script showed, and those this one has shown."""
        shown: set[str] = self._kept("shown", set())
        return shown

    def _forget_widgets_that_are_gone(self) -> None:
        """Streamlit forgets the widgets that are not shown, on another page all of them."""
        if any(self._name(key) not in st.session_state for key in self._last_shown):
            self._last_shown.clear()

    def _mend_choices(self) -> None:
        """Where the browser answered with a label, give the widget the choice that it means."""
        for key in self._last_shown:
            row = self.rows[key]
            if row.kind == "choice" and st.session_state.get(self._name(key)) not in (row.choices or {}):
                st.session_state[self._name(key)] = self.values[key]

    def _take_entry(self) -> None:
        text = str(st.session_state[self._name(":entry")])
        values, notices = link.parse_entry(self.kind, text, self._offered)
        st.session_state[f"{self.page}:entry_notices"] = notices
        self.put(values)
        if not notices:
            st.session_state[self._name(":entry")] = ""

    def _reset(self) -> None:
        self.put(self._first.values())
        st.session_state[self._name(":entry")] = ""

    def put(self, values: Mapping[str, Value]) -> None:
        """Set values from a callback, before the widgets of the next run are built."""
        self.values.update(values)
        for key in values.keys() & self._last_shown:
            st.session_state[self._name(key)] = values[key]

    def _kept(self, what: str, initial: Any) -> Any:
        return st.session_state.setdefault(f"{self.page}:{what}", initial)

    def _name(self, key: str) -> str:
        return f"{self.page}.{key}"
