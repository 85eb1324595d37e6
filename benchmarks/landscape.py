"""Are the minima of SAM-SPS flatter than those of SGD? python benchmarks/landscape.py

Trains SAM-SPS, USAM-SPS, SAM and SGD at constant rates on the digits, with the small CNN and with its
BatchNorm variant, five seeds each, the baselines at their best rate of four; measures every minimum on all
training images and writes assets/examples/flatness.json, a `neural.landscape.comparison.Comparison` for each
network. About nine minutes on one core.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from neural.config import LaneConfig, TrainConfig  # noqa: E402
from neural.data import data_of  # noqa: E402
from neural.evaluation import evaluate  # noqa: E402
from neural.landscape.comparison import Comparison, Minimum  # noqa: E402
from neural.landscape.flatness import FINE, Effort, flatness  # noqa: E402
from neural.landscape.surface import Surface  # noqa: E402
from neural.lane import LaneTrainer  # noqa: E402
from neural.train import TrainingLoop  # noqa: E402

FILE = ROOT / "assets/examples/flatness.json"
NETWORKS = ("small_cnn", "small_cnn_bn")
ADAPTIVE, BASELINES = ("sam_sps", "usam_sps"), ("sam_constant", "sgd_constant")
RATES = (0.03, 0.1, 0.3, 1.0)
SEEDS = 5
RHO, REACH = 0.1, 0.5


def trained(config: TrainConfig, seeds: int) -> dict[LaneConfig, list[LaneTrainer]]:
    """The lanes of a configuration at the end, for seeds 0, 1, ..."""
    lanes = tuple(replace(lane, replica=seed) for lane in config.lanes for seed in range(seeds))
    loop = TrainingLoop(replace(config, lanes=lanes))
    for _ in loop.run():
        pass
    return {lane: list(loop.lanes[i * seeds : (i + 1) * seeds]) for i, lane in enumerate(config.lanes)}


def best_rates(
    config: TrainConfig, rates: Sequence[float], seeds: int
) -> tuple[tuple[LaneConfig, ...], tuple[tuple[str, float, float], ...]]:
    """Every method's lane, and the rates tried.

    Baselines have the rate of the best mean test accuracy, of equal ones that of the lowest mean test loss: a
    rate that is slow for its accuracy would look sharp.
    """
    data, tried = data_of(config), []
    chosen = [LaneConfig(method, rho=RHO) for method in ADAPTIVE]
    for method in BASELINES:
        lanes = tuple(LaneConfig(method, rho=RHO, lr=lr) for lr in rates)
        ends = {}
        for lane, found in trained(replace(config, lanes=lanes), seeds).items():
            tests = [evaluate(one.network, data.test_x, data.test_y) for one in found]
            ends[lane] = (round(mean(one.accuracy for one in tests), 4), -mean(one.loss for one in tests))
        tried += [(method, lane.lr, accuracy) for lane, (accuracy, _) in ends.items()]
        chosen.append(max(ends, key=lambda lane: ends[lane]))
    return tuple(chosen), tuple(tried)


def minimum(lane: LaneTrainer, config: TrainConfig, effort: Effort) -> Minimum:
    """What is measured of a trained network, on all images."""
    data = data_of(config)
    surface = Surface(lane.network, data.train_x, data.train_y)
    found = flatness(surface, surface.weights, RHO, surface.filters, effort, REACH)
    test = evaluate(lane.network, data.test_x, data.test_y)
    numbers: dict[str, Any] = {
        "train_loss": found.loss,
        "test_loss": test.loss,
        "test_accuracy": test.accuracy,
        "gradient_norm": found.gradient_norm,
        "weight_norm": float(np.linalg.norm(surface.weights)),
        "eigenvalue": found.eigenvalues[0],
        "trace": found.trace.value,
        "sharpness": found.sharpness.value,
        "average": found.average.value,
        "slice_rise": found.slices.rise().value,
    }
    rounded = {name: float(f"{value:.5g}") for name, value in numbers.items()}
    return Minimum(lane.config.method, lane.config.replica, **rounded)


def compared(
    config: TrainConfig, seeds: int, rates: Sequence[float] = RATES, effort: Effort = FINE
) -> Comparison:
    """Train and measure every method; `config` says all but the lanes."""
    lanes, tried = best_rates(config, rates, seeds)
    config = replace(config, lanes=lanes)
    ends = trained(config, seeds).values()
    minima = tuple(minimum(lane, config, effort) for found in ends for lane in found)
    return Comparison(config, RHO, REACH, minima, tried)


def main() -> None:
    """Write what was found for both networks."""
    torch.set_num_threads(1)
    found = {}
    for network in NETWORKS:
        config = TrainConfig((LaneConfig("sam_sps"),), network=network, epochs=40, eval_every=1_000_000)
        found[network] = compared(config, SEEDS).to_dict()
        print(network, "done", flush=True)
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
