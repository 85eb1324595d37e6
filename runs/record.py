"""A run's measurements as columns, as the worker writes them.

A step is recorded when every lane has made it, so one number tells how much of a run is known.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from neural.point import Point, plain

Columns = dict[str, list[Any]]

WINDOW = 50
MEASURED = (
    "step", "epoch", "grad_evals", "seconds", "loss_x", "loss_e", "gamma", "gamma_raw", "gamma_b",
    "grad_x_norm", "grad_e_norm", "numerator", "sam_gap", "test_loss", "test_accuracy",
    "test_accuracy_recomputed",
)  # fmt: skip
DECIDED = ("capped", "clamped", "skipped")
COUNTED = tuple(f"{name}_{what}" for name in DECIDED for what in ("share", "count"))
NAMES = (*MEASURED, *COUNTED)
WHOLE = frozenset({"step", "grad_evals", *(f"{name}_count" for name in DECIDED)})
"""The columns of whole numbers."""


class LaneRecorder:
    """Turns the points of one lane into columns."""

    def __init__(self) -> None:
        self.columns: Columns = {name: [] for name in NAMES}
        self._recent: dict[str, deque[bool]] = {name: deque(maxlen=WINDOW) for name in DECIDED}
        self._counts = dict.fromkeys(DECIDED, 0)

    def add(self, point: Point) -> None:
        """Record a point; steps that were capped, clamped or skipped are counted, in all and in a window."""
        for name in MEASURED:
            self.columns[name].append(plain(getattr(point, name)))
        for name, recent in self._recent.items():
            happened = bool(getattr(point, name))
            recent.append(happened)
            self._counts[name] += happened
            self.columns[f"{name}_share"].append(plain(sum(recent) / len(recent)))
            self.columns[f"{name}_count"].append(self._counts[name])

    def state_dict(self) -> dict[str, Any]:
        """The running counts and what was not taken yet, as plain values."""
        return {
            "columns": {name: list(values) for name, values in self.columns.items()},
            "recent": {name: list(recent) for name, recent in self._recent.items()},
            "counts": dict(self._counts),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Inverse of `state_dict`, also of one that has no columns, from before runs could be set aside."""
        self.columns = state.get("columns") or {name: [] for name in NAMES}
        self._recent = {name: deque(recent, maxlen=WINDOW) for name, recent in state["recent"].items()}
        self._counts = dict(state["counts"])


class Recorder:
    """Collects the points of all lanes and hands out whole steps."""

    def __init__(self, lanes: int) -> None:
        self._lanes = [LaneRecorder() for _ in range(lanes)]

    def add(self, point: Point) -> None:
        """Record a point of any lane."""
        self._lanes[point.lane].add(point)

    @property
    def whole(self) -> bool:
        """Whether all lanes have made equally many steps since the last `take`."""
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
        """What every lane has counted, and the points of a step that is not whole, for `load_state_dict`."""
        return [lane.state_dict() for lane in self._lanes]

    def load_state_dict(self, state: list[dict[str, Any]]) -> None:
        """Inverse of `state_dict`."""
        for lane, lane_state in zip(self._lanes, state, strict=True):
            lane.load_state_dict(lane_state)
