"""A run of many methods and two seeds in the bare loop: what any backend must give, to the last bit."""

from __future__ import annotations

from typing import Any

import torch

from neural.config import LaneConfig, TrainConfig
from neural.train import TrainingLoop
from runs.record import Recorder

METHODS = ("sam_sps", "usam_sps", "sps_max", "sam_cosine", "sgd_constant", "adam", "lightsam_1", "sa_sam")
CONFIG = TrainConfig(
    lanes=tuple(
        LaneConfig(method, gamma_b=0.5, momentum=0.9, replica=seed)
        for seed, methods in enumerate((METHODS, METHODS[:2]))
        for method in methods
    ),
    network="small_cnn_bn",
    label_noise=0.1,
    kappa=10.0,
    epochs=2,
    eval_every=10,
    seed=11,
)
STEPS = CONFIG.epochs * 23


class Bare:
    """The weights and optimizer states after every step of all lanes, and the columns without the clock."""

    def __init__(self) -> None:
        loop, recorder = TrainingLoop(CONFIG), Recorder(len(CONFIG.lanes))
        self.states = [loop.state_dict()]
        for point in loop.run():
            recorder.add(point)
            if point.lane == len(CONFIG.lanes) - 1:
                self.states.append(loop.state_dict())
        self.columns = [
            {name: values for name, values in lane.items() if name != "seconds"} for lane in recorder.take()
        ]
        assert len(self.states) == STEPS + 1
        first, second = self.columns[0], self.columns[len(METHODS)]
        assert first["loss_x"] != second["loss_x"], "another seed gives other numbers"


def assert_same_bits(found: Any, expected: Any, where: str = "state") -> None:
    """Tensors and plain values of two states are the same to the last bit, the clock apart."""
    if isinstance(expected, torch.Tensor):
        assert found.dtype == expected.dtype, where
        assert torch.equal(found, expected), where
    elif isinstance(expected, dict):
        assert found.keys() == expected.keys(), where
        for key in expected.keys() - {"seconds"}:
            assert_same_bits(found[key], expected[key], f"{where}.{key}")
    elif isinstance(expected, list | tuple):
        assert len(found) == len(expected), where
        for index, (one, other) in enumerate(zip(found, expected, strict=True)):
            assert_same_bits(one, other, f"{where}[{index}]")
    else:
        assert found == expected, where
