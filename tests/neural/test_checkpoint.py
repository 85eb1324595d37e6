"""Going back: a rewound comparison is as fresh as a new one."""

from __future__ import annotations

from dataclasses import asdict

from neural.config import LaneConfig, TrainConfig
from neural.methods import METHODS
from neural.train import Change, Comparison

CONFIG = TrainConfig(lanes=tuple(LaneConfig(key, momentum=0.9) for key in METHODS), epochs=1, eval_every=5)


def numbers(comparison: Comparison) -> list[str]:
    return [repr({k: v for k, v in asdict(p).items() if k != "seconds"}) for p in comparison.run()]


def test_a_rewound_comparison_gives_the_same_numbers_again() -> None:
    comparison = Comparison(CONFIG)
    first = numbers(comparison)
    assert comparison.rewind() == ()
    assert numbers(comparison) == first


def test_rewinding_in_the_middle_of_a_run() -> None:
    comparison = Comparison(CONFIG)
    first = numbers(Comparison(CONFIG))
    points = []
    rewound = False
    for point in comparison.run():
        if point.step == 7 and point.lane == 3 and not rewound:
            comparison.rewind()
            rewound = True
            points.clear()
            continue
        points.append(repr({k: v for k, v in asdict(point).items() if k != "seconds"}))
    assert points == first


def test_hyperparameters_in_force_are_kept() -> None:
    lanes = (LaneConfig("sam_sps"), LaneConfig("sam_cosine"))
    comparison = Comparison(TrainConfig(lanes, epochs=1))
    for point in comparison.run():
        if (point.step, point.lane) == (10, 1):
            comparison.set(0, gamma_b=0.01)
            comparison.set(1, lr=0.3, rho=0.2)
            break
    changes = comparison.rewind()
    assert sorted(changes, key=lambda change: (change.lane, change.name)) == [
        Change(1, 0, "gamma_b", 1.0, 0.01),
        Change(1, 1, "lr", 0.1, 0.3),
        Change(1, 1, "rho", 0.1, 0.2),
    ]
    steered = (LaneConfig("sam_sps", gamma_b=0.01), LaneConfig("sam_cosine", lr=0.3, rho=0.2))
    assert numbers(comparison) == numbers(Comparison(TrainConfig(steered, epochs=1)))
