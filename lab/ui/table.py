"""A table of numbers as HTML."""

from __future__ import annotations

from html import escape


def table_html(name: str, head: str, lines: str) -> str:
    """A table that can be scrolled sideways, by keyboard too; `head` and `lines` are HTML already."""
    place = f'<div class="lab-table" role="region" tabindex="0" aria-label="{escape(name)}">'
    return f"{place}<table><tr>{head}</tr>{lines}</table></div>"
