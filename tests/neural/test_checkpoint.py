"""Going back: a rewound run is as fresh as a new one."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from neural.config import LaneConfig, TrainConfig
from neural.methods import METHODS
from neural.point import Change
from neural.train import TrainingLoop

CONFIG = TrainConfig(
    lanes=tuple(LaneConfig(key, momentum=0.9) for key in METHODS), epochs=1, eval_every=5, train_size=640
)


def numbers(loop: TrainingLoop) -> list[str]:
    return [repr({k: v for k, v in asdict(p).items() if k != "seconds"}) for p in loop.run()]


@pytest.fixture(scope="module")
def first() -> list[str]:
    return numbers(TrainingLoop(CONFIG))


def test_a_rewound_run_gives_the_same_numbers_again(first: list[str]) -> None:
    loop = TrainingLoop(CONFIG)
    assert numbers(loop) == first
    assert loop.rewind() == ()
    assert numbers(loop) == first


def test_rewinding_in_the_middle_of_a_run(first: list[str]) -> None:
    loop = TrainingLoop(CONFIG)
    points = []
    rewound = False
    for point in loop.run():
        if point.step == 7 and point.lane == 3 and not rewound:
            loop.rewind()
            rewound = True
            points.clear()
            continue
        points.append(repr({k: v for k, v in asdict(point).items() if k != "seconds"}))
    assert points == first


def test_hyperparameters_in_force_are_kept() -> None:
    lanes = (LaneConfig("sam_sps"), LaneConfig("sam_cosine"))
    loop = TrainingLoop(TrainConfig(lanes, epochs=1))
    for point in loop.run():
        if (point.step, point.lane) == (10, 1):
            loop.set(0, gamma_b=0.01)
            loop.set(1, lr=0.3, rho=0.2)
            break
    changes = loop.rewind()
    assert sorted(changes, key=lambda change: (change.lane, change.name)) == [
        Change(1, 0, "gamma_b", 1.0, 0.01),
        Change(1, 1, "lr", 0.1, 0.3),
        Change(1, 1, "rho", 0.1, 0.2),
    ]
    steered = (LaneConfig("sam_sps", gamma_b=0.01), LaneConfig("sam_cosine", lr=0.3, rho=0.2))
    assert numbers(loop) == numbers(TrainingLoop(TrainConfig(steered, epochs=1)))
