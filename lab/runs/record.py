"""A run's measurements as columns: written by the worker, kept by the app, read by the stream.

A step is recorded when every lane has made it, so one number tells how much of a run is known.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the app's process never imports torch
    from neural.train import Point

Columns = dict[str, list[Any]]

WINDOW = 50
MEASURED = (
    "step", "epoch", "grad_evals", "seconds", "loss_x", "loss_e",
    "gamma", "gamma_raw", "gamma_b", "test_accuracy",
)  # fmt: skip
COUNTED = ("capped_share", "clamped_count", "skipped_count")


def plain(value: float | int | None) -> float | int | None:
    """A number fit for JSON: six significant digits, and None for what is not finite."""
    if value is None or isinstance(value, int):
        return value
    return float(f"{value:.6g}") if math.isfinite(value) else None


class LaneRecorder:
    """Turns the points of one lane into columns."""

    def __init__(self) -> None:
        self.columns: Columns = {name: [] for name in (*MEASURED, *COUNTED)}
        self._capped: deque[bool] = deque(maxlen=WINDOW)
        self._clamped = self._skipped = 0

    def add(self, point: Point) -> None:
        """Record a point; the share of capped steps is over the last `WINDOW` of them."""
        for name in MEASURED:
            self.columns[name].append(plain(getattr(point, name)))
        self._capped.append(point.capped)
        self._clamped += point.clamped
        self._skipped += point.skipped
        self.columns["capped_share"].append(plain(sum(self._capped) / len(self._capped)))
        self.columns["clamped_count"].append(self._clamped)
        self.columns["skipped_count"].append(self._skipped)


class Recorder:
    """Collects the points of all lanes and hands out whole steps."""

    def __init__(self, lanes: int) -> None:
        self._lanes = [LaneRecorder() for _ in range(lanes)]

    def add(self, point: Point) -> None:
        """Record a point of any lane."""
        self._lanes[point.lane].add(point)

    def take(self) -> list[Columns]:
        """The columns of the steps that every lane has made since the last call."""
        whole = min(len(lane.columns["step"]) for lane in self._lanes)
        taken = []
        for lane in self._lanes:
            taken.append({name: values[:whole] for name, values in lane.columns.items()})
            lane.columns = {name: values[whole:] for name, values in lane.columns.items()}
        return taken if whole else []


class History:
    """All recorded steps of one run, in the app."""

    def __init__(self, lanes: int) -> None:
        self._lanes: list[Columns] = [{name: [] for name in (*MEASURED, *COUNTED)} for _ in range(lanes)]

    def __len__(self) -> int:
        """Number of steps recorded."""
        return len(self._lanes[0]["step"])

    def extend(self, lanes: list[Columns]) -> None:
        """Append what a worker sent."""
        for known, new in zip(self._lanes, lanes, strict=True):
            for name, values in new.items():
                known[name].extend(values)

    def since(self, start: int, limit: int) -> tuple[int, list[Columns]]:
        """Number of the next step, and each lane's columns from `start` on, `limit` steps at most."""
        end = min(len(self), start + limit)
        return end, [{name: values[start:end] for name, values in columns.items()} for columns in self._lanes]
