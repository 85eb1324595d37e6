"""Python face of the thumbnail: a few lines without axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from lab.chart.component import mount


class Stroke(TypedDict):
    """A line: points in [0, 1]², its colour in the light palette, whether it is dashed."""

    x: list[float]
    y: list[float]
    color: str
    dash: bool


def thumbnail(lines: Sequence[Stroke], *, key: str, alt: str) -> None:
    """Draw the lines; `alt` says what they show."""
    mount(key=key, data={"kind": "thumbnail", "lines": list(lines), "alt": alt}, height="content")
