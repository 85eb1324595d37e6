"""What the tests of the Ridge lab begin with."""

from __future__ import annotations

from lab.params import RidgeConfig, Value
from lab.ridge.compute import compute
from lab.ridge.result import RidgeResult

NOISY: dict[str, Value] = {
    "n": 60, "d": 20, "interpolated": False, "m": 5, "trials": 4, "iterations": 300, "f_star": "0",
    "gamma_b": 1.0, "methods": ("usam_ps", "sam_ps", "sgd"),
}  # fmt: skip


def config(**changes: Value) -> RidgeConfig:
    return RidgeConfig.from_values(changes)


def result(**changes: Value) -> RidgeResult:
    return compute(config(**changes))
