"""Seconds a gradient, for every network on every data set that is here: python benchmarks/pace.py

Writes assets/pace.json, from which the page Robustness says how long a sweep will take: time of the
processor, one thread, batches of 64.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from neural.availability import availability  # noqa: E402
from neural.catalog import DATASETS, NETWORKS  # noqa: E402
from neural.config import LaneConfig, TrainConfig  # noqa: E402
from neural.point import Point  # noqa: E402
from neural.sweep_size import PACE  # noqa: E402
from neural.train import TrainingLoop  # noqa: E402

WARM, TIMED, TIMES = 10, 10, 8  # steps, of two gradients each; the fastest of so many counts


def seconds(dataset: str, network: str) -> float:
    """Of one gradient with all that belongs to it, evaluations apart."""
    config = TrainConfig((LaneConfig("sam_sps"),), dataset, network, eval_every=10_000, epochs=1_000)
    points = TrainingLoop(config).run()
    list(islice(points, WARM))
    return min(_timed(points) for _ in range(TIMES)) / (2 * TIMED)


def _timed(points: Iterator[Point]) -> float:
    begun = time.process_time()
    list(islice(points, TIMED))
    return time.process_time() - begun


if __name__ == "__main__":
    torch.set_num_threads(1)
    here = [key for key in DATASETS if availability(key, online=lambda: False).available]
    found = {
        key: {name: round(seconds(name, key), 5) for name in here if network.takes(name)}
        for key, network in NETWORKS.items()
    }
    measured = {key: paces for key, paces in found.items() if paces}
    PACE.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
