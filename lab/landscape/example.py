"""The example that the app comes with: weights of two lanes, made by benchmarks/examples.py."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np

from neural.config import TrainConfig
from runs.moments import Weights

FILE = Path(__file__).parents[2] / "assets" / "examples" / "landscape.npz"


@cache
def config() -> TrainConfig:
    """What was trained."""
    with np.load(FILE, allow_pickle=False) as file:
        return TrainConfig.from_dict(json.loads(str(file["config"])))


@cache
def steps() -> tuple[int, ...]:
    """The steps at which the weights were kept, ascending."""
    with np.load(FILE, allow_pickle=False) as file:
        return tuple(sorted({int(name.split("/")[0]) for name in file.files if "/" in name}))


def weights(lane: int, step: int) -> Weights:
    """The weights of a lane after `step` steps."""
    start = f"{step}/{lane}/"
    with np.load(FILE, allow_pickle=False) as file:
        return {name.removeprefix(start): file[name] for name in file.files if name.startswith(start)}
