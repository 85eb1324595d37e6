"""What the chart of a visitor without runs shows: the race that its button starts, as recorded."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from lab.history.compute import Curve, Overlay
from lab.params import HistoryConfig
from lab.ui.theme import style
from neural.methods import METHODS

RECORD = Path(__file__).parents[2] / "assets" / "examples" / "race.json"


def example() -> Overlay:
    """Test accuracy over the steps of the two lanes of the race."""
    lanes = json.loads(RECORD.read_text(encoding="utf-8"))
    return Overlay(HistoryConfig(), tuple(_curve(lane) for lane in lanes), (), 0)


def _curve(lane: dict[str, list[float]]) -> Curve:
    method = str(lane["method"])
    own, name = style(method), METHODS[method].label
    return Curve(method, name, own, own.dash, np.array(lane["step"], float), np.array(lane["accuracy"]))
