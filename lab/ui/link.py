"""Screen state to text and back: the address bar and the exact-entry field.

Every value stands in the link, also one that is equal to its default, so that a link keeps its meaning when a
default changes. Nothing is ever evaluated: the parameter table alone reads the values.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from lab.params import Config, InvalidValueError, Value, shorten
from lab.params.table import ID

SCHEMA = "1"
VERSION = "v"
RUN = "run"
VIEW = "view"
STAGE = "stage"
MAX_NOTICES = 6
MAX_ENTRY = 1000
PAIR = re.compile(r"([^\s=,;]+)\s*=\s*([^\s=,;]+)")


C = TypeVar("C", bound=Config)


def encode(config: Config, run: str | None = None, view: str | None = None) -> dict[str, str]:
    """Query parameters that reproduce the screen."""
    query, rows = {VERSION: SCHEMA}, config.rows()
    query |= {key: rows[key].format(value) for key, value in config.values().items()}
    return query | ({RUN: run} if run else {}) | ({VIEW: view} if view else {})


def decode(kind: type[C], query: Mapping[str, str]) -> tuple[C, list[str]]:
    """A configuration read from a link, and a notice for each part of the link that could not be used.

    Returns
    -------
    config : Config
        Of this kind: what the link names and the table allows, the defaults for the rest.
    notices : list of str
        Plain sentences naming what was unknown, out of range or of another schema version, and what is used.
    """
    if query and query.get(VERSION, SCHEMA) != SCHEMA:
        version = shorten(query[VERSION])
        return kind(), [
            f"This link is of version {version}; this app reads version {SCHEMA}. Its values are not used."
        ]
    pairs = ((key, text) for key, text in query.items() if key not in (VERSION, RUN, VIEW))
    values, notices = read(kind, pairs, instead=kind().values())
    return kind.from_values(values), notices


def decode_run(query: Mapping[str, str]) -> tuple[str | None, list[str]]:
    """The run that a link points to, if it has the form of one."""
    run = query.get(RUN)
    if run is None or ID.fullmatch(run):
        return run, []
    return None, [f"run = {shorten(run)} is not the name of a run; it is ignored."]


def names_a_run_alone(query: Mapping[str, str]) -> bool:
    """Whether a link names a run, and no value of the page."""
    return RUN in query and query.keys() <= {VERSION, RUN, VIEW}


def decode_view(query: Mapping[str, str]) -> tuple[str | None, list[str]]:
    """The view that a link asks for: `STAGE`, or None for the usual one."""
    view = query.get(VIEW)
    if view is None or view == STAGE:
        return view, []
    return None, [
        f"view = {shorten(view)} is not a view of this page: {STAGE} is the only one; it is ignored."
    ]


def parse_entry(
    kind: type[Config], text: str, shown: Collection[str] = ()
) -> tuple[dict[str, Value], list[str]]:
    """Values typed as ``rho = 0.037, κ = 50`` (commas, semicolons or blanks between them).

    A name is a parameter's key or its symbol; of several parameters with that symbol it means those in
    `shown`. If any part cannot be used, no value is returned, and the last notice says so.
    """
    if len(text) > MAX_ENTRY:
        return {}, [f"An entry has at most {MAX_ENTRY} characters, this one {len(text)}. Nothing was set."]
    for row in kind.rows().values():
        if " " in row.symbol:
            text = text.replace(row.symbol, row.key)
    rest = PAIR.sub("", text).strip(" ,;\t\n")
    notices = [_not_understood(kind, rest, text)] if rest else []
    pairs = []
    for name, value in PAIR.findall(text):
        keys = _keys(kind, name, shown)
        if len(keys) > 1:
            notices.append(f"{name} stands for several values here: write one of {', '.join(keys)}.")
        else:
            pairs.append((keys[0] if keys else name, value))
    values, refused = read(kind, pairs)
    notices = [*notices, *refused]
    return ({}, [*_few(notices), "Nothing was set."]) if notices else (values, [])


def _keys(kind: type[Config], name: str, shown: Collection[str] = ()) -> list[str]:
    """Keys of the parameters that a typed name may mean: a key means itself, a symbol all that have it."""
    rows = kind.rows()
    if name in rows:
        return [name]
    plain = unicodedata.normalize("NFKC", name)
    keys = [key for key, row in rows.items() if plain == unicodedata.normalize("NFKC", row.symbol)]
    return [key for key in keys if key in shown] or keys


def _not_understood(kind: type[Config], rest: str, text: str) -> str:
    """A notice about the part of an entry that could not be read, and how it might have been meant."""
    row = next(row for row in kind.rows().values() if row.kind in ("int", "float"))
    advice = f"write name = value, for example {row.key} = {row.format(row.default)}"
    words = re.match(r"([^\s:]+)[\s:]+(\S+)", rest)
    if re.search(r"\d,\d", text):
        advice = "a comma parts two values, decimals take a point, as in 0.5"
    elif words and _keys(kind, words[1]):
        advice = f"write {words[1]} = {shorten(words[2])[1:-1]}, with an equals sign"
    return f"{shorten(rest)} was not understood: {advice}."


def read(
    kind: type[Config], pairs: Iterable[tuple[str, str]], instead: Mapping[str, Value] | None = None
) -> tuple[dict[str, Value], list[str]]:
    """Check each name and value against the page's rows; the notices name what is used `instead`."""
    rows = kind.rows()
    values: dict[str, Value] = {}
    notices: list[str] = []
    for key, text in pairs:
        if key not in rows:
            notices.append(f"There is no parameter {shorten(key)} on this page.")
            continue
        try:
            values[key] = rows[key].parse(text)
        except InvalidValueError as error:
            used = f"; {rows[key].format(instead[key])} is used" if instead else ""
            notices.append(f"{error}{used}.")
    return values, _few(notices)


def _few(notices: list[str]) -> list[str]:
    """At most `MAX_NOTICES` notices; the last one counts those that are left out."""
    if len(notices) <= MAX_NOTICES:
        return notices
    return [
        *notices[: MAX_NOTICES - 1],
        f"… and {len(notices) - MAX_NOTICES + 1} more that could not be used.",
    ]
