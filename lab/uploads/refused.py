"""A file that is not taken."""

from __future__ import annotations


class RefusedError(ValueError):
    """Why a file is not taken, in words for the screen."""


def shown(text: object) -> str:
    """Something of a file, made fit for a message: one short line of printable characters."""
    line = "".join(one if one.isprintable() else "·" for one in str(text)[:60])
    return f"'{line[:40]}…'" if len(line) > 40 else f"'{line}'"
