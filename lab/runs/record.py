"""A run's measurements as columns, as the worker writes them.

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
    "step", "epoch", "grad_evals", "seconds", "loss_x", "loss_e", "gamma", "gamma_raw", "gamma_b",
    "grad_x_norm", "grad_e_norm", "test_loss", "test_accuracy",
)  # fmt: skip
COUNTED = ("capped_share", "clamped_count", "skipped_count")
NAMES = (*MEASURED, *COUNTED)
WHOLE = frozenset({"step", "grad_evals", "clamped_count", "skipped_count"})
"""The columns of whole numbers."""


def plain(value: float | int | None) -> float | int | None:
    """A number fit for JSON: six significant digits, and None for what is not finite."""
    if value is None or isinstance(value, int):
        return value
    return float(f"{value:.6g}") if math.isfinite(value) else None


class LaneRecorder:
    """Turns the points of one lane into columns."""

    def __init__(self) -> None:
        self.columns: Columns = {name: [] for name in NAMES}
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

    def state_dict(self) -> dict[str, Any]:
        """The running counts, as plain values."""
        return {"capped": list(self._capped), "clamped": self._clamped, "skipped": self._skipped}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Inverse of `state_dict`."""
        self._capped = deque(state["capped"], maxlen=WINDOW)
        self._clamped, self._skipped = state["clamped"], state["skipped"]


class Recorder:
    """Collects the points of all lanes and hands out whole steps."""

    def __init__(self, lanes: int) -> None:
        self._lanes = [LaneRecorder() for _ in range(lanes)]

    def add(self, point: Point) -> None:
        """Record a point of any lane."""
        self._lanes[point.lane].add(point)

    @property
    def whole(self) -> bool:
        """Whether every lane has made the same number of steps since the last `take`."""
        return len({len(lane.columns["step"]) for lane in self._lanes}) == 1

    def take(self) -> list[Columns]:
        """The columns of the steps that every lane has made since the last call."""
        whole = min(len(lane.columns["step"]) for lane in self._lanes)
        taken = []
        for lane in self._lanes:
            taken.append({name: values[:whole] for name, values in lane.columns.items()})
            lane.columns = {name: values[whole:] for name, values in lane.columns.items()}
        return taken if whole else []

    def state_dict(self) -> list[dict[str, Any]]:
        """What `load_state_dict` needs to count on, taken between two whole steps."""
        return [lane.state_dict() for lane in self._lanes]

    def load_state_dict(self, state: list[dict[str, Any]]) -> None:
        """Inverse of `state_dict`."""
        for lane, lane_state in zip(self._lanes, state, strict=True):
            lane.load_state_dict(lane_state)
