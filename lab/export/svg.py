"""SVG that other programs read: not every one knows letters whose size is in percent."""

from __future__ import annotations

import re
from xml.etree import ElementTree

PERCENT = re.compile(r"font-size:\s*([\d.]+)%")
PIXELS = re.compile(r"font-size:\s*([\d.]+)px")
NAMESPACES = {"": "http://www.w3.org/2000/svg", "xlink": "http://www.w3.org/1999/xlink"}


def in_pixels(svg: str) -> str:
    """The drawing with every font size in pixels; of Plotly's own writing only."""
    for prefix, address in NAMESPACES.items():
        ElementTree.register_namespace(prefix, address)
    root = ElementTree.fromstring(svg)
    _settle(root, 12.0)
    return ElementTree.tostring(root, encoding="unicode")


def _settle(part: ElementTree.Element, size: float) -> None:
    style = part.get("style", "")
    if found := PIXELS.search(style):
        size = float(found[1])
    elif found := PERCENT.search(style):
        size *= float(found[1]) / 100
        part.set("style", PERCENT.sub(f"font-size: {size:g}px", style))
    for inner in part:
        _settle(inner, size)
