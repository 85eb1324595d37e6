"""Screen state to text and back: the address bar and the exact-entry field.

Every value stands in the link, also those equal to today's default, so that a link keeps its meaning when a
default changes. Nothing is ever evaluated: values are read by the parameter table alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lab.params import PAGES, InvalidValueError, Value, shorten

SCHEMA = "1"
VERSION = "v"
RUN = "run"
RUN_ID = re.compile(r"[A-Za-z0-9_-]{8,32}")
MAX_NOTICES = 6


def encode(page: str, values: Mapping[str, Value], run: str | None = None) -> dict[str, str]:
    """Query parameters that reproduce the screen."""
    query = {VERSION: SCHEMA}
    query |= {key: row.format(values[key]) for key, row in PAGES[page].items()}
    return query | ({RUN: run} if run else {})


def decode(page: str, query: Mapping[str, str]) -> tuple[dict[str, Value], list[str]]:
    """Values read from a link, and a notice for each part of it that could not be used.

    Returns
    -------
    values : dict
        Only what the link names and the table allows; the caller keeps the default for the rest.
    notices : list of str
        Plain sentences naming what was unknown, out of range or of another schema version.
    """
    if query and query.get(VERSION, SCHEMA) != SCHEMA:
        return {}, [f"This link is of version {shorten(query[VERSION])}; this app reads version {SCHEMA}."]
    return read(page, ((key, text) for key, text in query.items() if key not in (VERSION, RUN)))


def decode_run(query: Mapping[str, str]) -> tuple[str | None, list[str]]:
    """The run that a link points to, if it has the form of one."""
    run = query.get(RUN)
    if run is None or RUN_ID.fullmatch(run):
        return run, []
    return None, [f"run = {shorten(run)} is not the name of a run."]


def parse_entry(page: str, text: str) -> tuple[dict[str, Value], list[str]]:
    """Values typed as ``rho = 0.037, kappa = 50`` (commas, semicolons or blanks between them)."""
    pairs = re.findall(r"([^\s=,;]+)\s*=\s*([^\s=,;]+)", text[:1000])
    rest = re.sub(r"([^\s=,;]+)\s*=\s*([^\s=,;]+)", "", text[:1000]).strip(" ,;\t\n")
    values, notices = read(page, pairs)
    if rest:
        notices.append(f"{shorten(rest)} was not understood: write name = value, for example rho = 0.05.")
    return values, notices


def read(page: str, pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, Value], list[str]]:
    """Check each name and value against the page's rows of the table."""
    rows = PAGES[page]
    values: dict[str, Value] = {}
    notices: list[str] = []
    for key, text in pairs:
        if key not in rows:
            notices.append(f"There is no parameter {shorten(key)} on this page.")
            continue
        try:
            values[key] = rows[key].parse(text)
        except InvalidValueError as error:
            notices.append(f"{error}.")
    if len(notices) > MAX_NOTICES:
        notices[MAX_NOTICES - 1 :] = [f"… and {len(notices) - MAX_NOTICES + 1} more that could not be used."]
    return values, notices
