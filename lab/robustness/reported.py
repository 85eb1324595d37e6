"""The table that was reported for ResNet-32; nothing of it was measured here."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from pathlib import Path

from lab.ui.table import table_html

FILE = Path(__file__).parents[2] / "assets" / "reported.json"


@cache
def reported() -> str:
    """The table as HTML, the best of each row in bold."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    head = "".join(f"<th>{escape(name)}</th>" for name in ("ρ", *kept["columns"]))
    lines = "".join(_line(rho, cells) for rho, cells in kept["rows"].items())
    return table_html("As reported", head, lines)


def _line(rho: str, cells: list[list[float]]) -> str:
    best = max(mean for mean, _ in cells)
    shown = (
        f"<td>{'<b>' if mean == best else ''}{mean:.2f} ± {spread:.2f}{'</b>' if mean == best else ''}</td>"
        for mean, spread in cells
    )
    return f'<tr><td style="text-align: left">{rho}</td>{"".join(shown)}</tr>'
