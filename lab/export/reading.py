"""A file that the app has written, read back: its configuration, through the table of parameters alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar
from urllib.parse import parse_qsl

from lab.params import Config, Param, shorten
from lab.ui import link

C = TypeVar("C", bound=Config)

HEAD = 1 << 20  # bytes that are looked at: what a file is stands at its beginning
START = re.compile(r'\ufeff?\s*(?:\{\s*"about"\s*:|#)\s*')
WRITTEN = "a JSON or CSV file of numbers that this app has written"


class NotReadableError(ValueError):
    """A file that cannot be read; the message says why, for the screen."""


@dataclass(frozen=True)
class Read(Generic[C]):
    """What a file says.

    Attributes
    ----------
    config : Config
    run : str or None
        The run that the numbers are from.
    notices : tuple of str
        What of it could not be used, and what is used instead.
    """

    config: C
    run: str | None
    notices: tuple[str, ...]


def read(kind: type[C], file: bytes) -> Read[C]:
    """The screen of a page from a JSON or CSV file; only its first megabyte is looked at.

    Raises
    ------
    NotReadableError
        For anything else, and for a file of another page or of another version of the app.
    """
    about = _about(file[:HEAD])
    address, values = about.get("link"), about.get("configuration")
    if not isinstance(address, str) or not isinstance(values, dict):
        raise NotReadableError(f"The file does not say which screen it is from: choose {WRITTEN}.")
    page, _, text = address[:HEAD].partition("?")
    if page != kind.page:
        raise NotReadableError(f"The file is from the page {shorten(page)}; this page is {kind.page!r}.")
    query = dict(parse_qsl(text))
    if query.get(link.VERSION) != link.SCHEMA:
        version = shorten(query.get(link.VERSION, ""))
        raise NotReadableError(f"The file is of version {version}; this app reads version {link.SCHEMA}.")
    rows = kind.rows()
    pairs = [(key, _as_in_a_link(rows[key], value) if key in rows else "") for key, value in values.items()]
    found, notices = link.read(kind, pairs, instead=kind().values())
    missing = [key for key in rows if key not in values]
    if missing:
        notices.append(
            f"The file has no value of {', '.join(map(shorten, missing[:6]))}: the default is used."
        )
    run, about_run = link.decode_run(query)
    return Read(kind.from_values(found), run, (*notices, *about_run))


def _about(head: bytes) -> dict[str, Any]:
    """The description at the beginning of a file; its numbers as they are written."""
    text = head.decode("utf-8", errors="replace")
    start = START.match(text)
    if start is None:
        raise NotReadableError(f"This is not a file to open here: choose {WRITTEN}.")
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_refuse)
    try:
        about, _ = decoder.raw_decode(text, start.end())
    except (ValueError, RecursionError):
        raise NotReadableError(f"The beginning of the file cannot be read: choose {WRITTEN}.") from None
    if not isinstance(about, dict):
        raise NotReadableError(f"The beginning of the file cannot be read: choose {WRITTEN}.")
    return about


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _as_in_a_link(row: Param, value: object) -> str:
    """A value of the file as a link has it; empty for what no link has."""
    if isinstance(value, bool):
        return str(int(value)) if row.kind == "bool" else ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        mark = "_" if row.kind == "numbers" else "."
        return mark.join(value) or mark
    return ""
