"""Record what the app shows before anybody has trained: python benchmarks/examples.py [NAME …]

race: assets/examples/race.json, step size and loss of the lanes of the CNN lab's race at every step, and test
accuracy each time it is measured.
presets: assets/examples/presets.json, where each of its ready comparisons ends, three seeds each (about ten
minutes on one core), and the table of docs/presets.md made from it.
landscape: assets/examples/landscape.npz, the weights of two lanes at the moments that a run keeps, with their
configuration.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lab.cnn.preset_table import DOCS, written  # noqa: E402
from lab.cnn.presets import ENDS, PRESETS, RACE, SEEDS, Preset, ends  # noqa: E402
from lab.cnn.run_config import train_config  # noqa: E402
from neural.config import LaneConfig, TrainConfig  # noqa: E402
from neural.point import plain  # noqa: E402
from neural.train import TrainingLoop  # noqa: E402
from runs.moments import kept, unpack  # noqa: E402
from runs.worker.moments import Moments  # noqa: E402


def race() -> None:
    """Train the race and write what it measured."""
    config = train_config(RACE)
    every = ("gamma", "gamma_raw", "loss_x")
    columns = ("step", "accuracy", *every)
    lanes: list[dict[str, Any]] = [
        {"method": lane.method} | {name: [] for name in columns} for lane in config.lanes
    ]
    for point in TrainingLoop(config).run():
        lane = lanes[point.lane]
        for name in every:
            lane[name].append(plain(getattr(point, name)))
        if point.test_accuracy is not None:
            lane["step"].append(point.step)
            lane["accuracy"].append(round(point.test_accuracy, 4))
    (ROOT / "assets/examples/race.json").write_text(json.dumps(lanes) + "\n")


def presets() -> None:
    """Train every ready comparison and write where its lanes end."""
    found = {}
    for preset in PRESETS:
        begin = time.monotonic()
        found[preset.name] = _ends(preset)
        print(f"{preset.name}: {found[preset.name]}, {time.monotonic() - begin:.0f} s", flush=True)
    ENDS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    ends.cache_clear()
    DOCS.write_text(written(DOCS.read_text()))


def _ends(preset: Preset) -> list[list[float]]:
    """The last test accuracy of every lane, for every seed."""
    lanes, last = preset.config.lanes, {}
    for point in TrainingLoop(train_config(replace(preset.config, seeds=SEEDS))).run():
        last[point.lane] = point.test_accuracy
    accuracies = [[last[lane + lanes * seed] for seed in range(SEEDS)] for lane in range(lanes)]
    return [[round(float(one or 0.0), 4) for one in of_lane] for of_lane in accuracies]


def landscape() -> None:
    """Train SAM-SPS and SGD from the same weights on the same batches, and write what a run would keep."""
    lanes = (LaneConfig("sam_sps"), LaneConfig("sgd_constant"))
    config = TrainConfig(lanes, eval_every=20)
    loop = TrainingLoop(config)
    moments = Moments(loop)
    packed = {0: moments.packed(0)}
    for point in loop.run():
        last = point.step == loop.total_steps
        if point.lane == len(lanes) - 1 and (last or moments.is_due(point.step)):
            packed[point.step] = moments.packed(point.step)
    arrays = {
        f"{step}/{lane}/{name}": array
        for step in sorted(kept(packed, moments.most))
        for lane in range(len(lanes))
        for name, array in (unpack(packed[step] or b"", lane) or {}).items()
    }
    np.savez_compressed(
        ROOT / "assets/examples/landscape.npz", config=np.array(json.dumps(config.to_dict())), **arrays
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    parts = {"race": race, "presets": presets, "landscape": landscape}
    for name in sys.argv[1:] or parts:
        parts[name]()
