"""How large a sweep is before any of it is trained: gradients, and about how many seconds. No torch here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from neural.catalog import DATASETS
from neural.config import TrainConfig
from neural.methods import METHODS
from neural.sweep_result import RunResult

PACE = Path(__file__).parents[1] / "assets" / "pace.json"
"""Seconds a gradient by network and data set, measured by `benchmarks/pace.py`."""


@dataclass(frozen=True)
class Size:
    """What there is to train.

    Attributes
    ----------
    runs : int
    gradients : int
        Of all runs together.
    seconds : float
        An estimate, with a number of workers.
    """

    runs: int
    gradients: int
    seconds: float


def size_of(configs: Iterable[TrainConfig], workers: int, known: Iterable[RunResult] = ()) -> Size:
    """The size of runs of one lane each.

    Parameters
    ----------
    configs : iterable of TrainConfig
    workers : int
        That train side by side, at least 1.
    known : iterable of RunResult
        Runs like these that this machine has done: their pace is taken, instead of the measured table's.
    """
    runs = list(configs)
    gradients = [gradients_of(config) for config in runs]
    done = [(one.seconds, one.grad_evals) for one in known]
    if done:
        seconds = sum(gradients) * sum(took for took, _ in done) / sum(count for _, count in done)
    else:
        each = (pace(config.dataset, config.network) for config in runs)
        seconds = sum(count * pace for count, pace in zip(gradients, each, strict=True))
    return Size(len(runs), sum(gradients), seconds / min(workers, max(1, len(runs))))


def gradients_of(config: TrainConfig) -> int:
    """Gradients that a run of one lane computes: two a step, one where ρ is 0."""
    (lane,) = config.lanes
    passes = METHODS[lane.method].passes if lane.effective()["rho"] else 1
    return passes * config.epochs * steps_an_epoch(config.dataset, config.batch_size, config.train_size)


def steps_an_epoch(dataset: str, batch_size: int = 64, train_size: int = 10_000) -> int:
    """The last batch holds what is left; the defaults are those of `TrainConfig`."""
    return math.ceil(min(DATASETS[dataset].train, train_size) / batch_size)


def pace(dataset: str, network: str) -> float:
    """Seconds a gradient at batches of 64 on one core, as measured; elsewhere by the size of the images.

    A network that was not measured has the pace of the slowest that was.
    """
    known = _paces().get(network) or max(_paces().values(), key=lambda row: max(row.values()))
    if dataset in known:
        return known[dataset]
    near = max(known, key=lambda name: math.prod(DATASETS[name].shape))
    return known[near] * math.prod(DATASETS[dataset].shape) / math.prod(DATASETS[near].shape)


@cache
def _paces() -> Mapping[str, Mapping[str, float]]:
    return json.loads(PACE.read_text(encoding="utf-8"))
