"""How the methods of a sweep are drawn: in the app's style; a second one of a kind is told apart."""

from __future__ import annotations

from typing import Any

from lab.robustness.compute import RobustnessResult
from lab.ui.theme import Style, style
from neural.sweep import SweepMethod

TWIN_DASH, TWIN_MARKER = "longdash", "diamond-wide"


def look(result: RobustnessResult, method: SweepMethod) -> Style:
    """The style of the method's key, or a variant of it where a method before has that key."""
    own = style(method.method)
    before = result.sweep.methods[: result.sweep.methods.index(method)]
    twin = any(one.method == method.method for one in before)
    return Style(own.color, TWIN_DASH, TWIN_MARKER, own.width) if twin else own


def marker(result: RobustnessResult, method: SweepMethod) -> dict[str, Any]:
    """The marker of its line."""
    shown = look(result, method)
    return {"symbol": shown.marker, "size": 8, "color": shown.color}


def legend_items(result: RobustnessResult) -> list[dict[str, Any]]:
    """An entry of the common legend for each method; its label is the key."""
    items = []
    for method in result.sweep.methods:
        shown = look(result, method)
        drawn = {"color": shown.color, "dash": shown.dash, "width": shown.width, "marker": shown.marker}
        items.append({"key": method.label, "label": method.label, **drawn})
    return items
