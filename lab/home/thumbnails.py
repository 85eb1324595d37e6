"""Small pictures on Home's cards."""

from __future__ import annotations

from collections.abc import Sequence

from lab.chart.thumbnail import Stroke
from lab.home.compute import Line
from lab.ui.theme import GUIDE, INK, MODEL, style

LOOKS = {"f": (INK, "solid"), "model": (MODEL, "dash"), "bound": (GUIDE, "dash")}
"""Colour and dash of a line that is not a method's."""


def strokes(lines: Sequence[Line]) -> list[Stroke]:
    """The lines with their looks."""
    return [_stroke(line) for line in lines]


def _stroke(line: Line) -> Stroke:
    color, dash = LOOKS.get(line.role) or (style(line.role).color, style(line.role).dash)
    return Stroke(x=line.x.tolist(), y=line.y.tolist(), color=color, dash=dash != "solid")
