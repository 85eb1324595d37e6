"""What the lanes' networks make of the test images, as JSON for the browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the app's process never imports torch
    from neural.pictures import Pictures


def packed(step: int, found: list[Pictures], names: tuple[str, ...]) -> str:
    """The pictures of every lane at one step, as the browser reads them."""
    lanes = [
        {
            "step": step,
            "labels": names,
            "confusion": lane.confusion,
            "filters": [grey(one) for one in lane.filters],
            "mistakes": [
                {"pixels": image(one.image), "truth": names[one.true], "said": names[one.predicted]}
                for one in lane.mistakes
            ],
        }
        for lane in found
    ]
    return json.dumps(lanes, separators=(",", ":"), allow_nan=False)


def image(channels: list[list[list[int]]]) -> list[list[Any]]:
    """Rows of grey values, or of [r, g, b], from channels, all in 0 … 255."""
    if len(channels) == 1:
        return list(channels[0])
    return [[list(pixel) for pixel in zip(*rows, strict=True)] for rows in zip(*channels, strict=True)]


def grey(channels: list[list[list[float | None]]]) -> list[list[int]]:
    """A filter as rows of 0 … 255: its channels' mean, 0 at 127.5, its largest weight at an end."""
    rows = [
        [sum(weight or 0.0 for weight in weights) / len(weights) for weights in zip(*lines, strict=True)]
        for lines in zip(*channels, strict=True)
    ]
    largest = max((abs(weight) for row in rows for weight in row), default=0.0) or 1.0
    return [[round(127.5 * (1 + weight / largest)) for weight in row] for row in rows]
