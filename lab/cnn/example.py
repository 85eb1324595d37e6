"""The race as it was recorded: charts show it until a run of its settings is started."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from lab.cnn.presets import PRESETS, RACE, shown
from lab.params import CnnConfig

RECORD = Path(__file__).parents[2] / "assets" / "examples" / "race.json"
Points = dict[str, list[float]]
Columns = dict[str, Points]
"""The x and y of every recorded column, by its name in `runs.record`."""


def example_of(config: CnnConfig) -> tuple[Columns, ...] | None:
    """The recorded columns of every lane, where these settings are those of the race."""
    same = all(getattr(config, name) == getattr(RACE, name) for name in ("seed", "seeds", "x", "smooth"))
    return _recorded() if same and shown(config) is PRESETS[0] else None


@cache
def _recorded() -> tuple[Columns, ...]:
    return tuple(_columns(lane) for lane in json.loads(RECORD.read_text()))


def _columns(lane: dict[str, list[float]]) -> Columns:
    """Accuracy where it was measured, the others at every step."""
    steps = [float(step) for step in range(1, len(lane["gamma"]) + 1)]
    every = {name: {"x": steps, "y": lane[name]} for name in ("gamma", "gamma_raw", "loss_x")}
    return every | {"test_accuracy": {"x": lane["step"], "y": lane["accuracy"]}}
