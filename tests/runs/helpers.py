"""What the tests of the run engine share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from neural.config import LaneConfig, TrainConfig
from neural.train import TrainingLoop
from runs.backend import Backend, Status
from runs.record import MEASURED, plain

ME, OTHER = "me", "somebody else"
SHORT = TrainConfig(lanes=(LaneConfig("sam_sps"), LaneConfig("sgd_constant")), epochs=1, eval_every=10)
LONG = TrainConfig(lanes=(LaneConfig("sam_sps", gamma_b=0.5),), epochs=10_000)


def wait_for(backend: Backend, run: str, reached: Callable[[Status], bool], seconds: float = 60) -> Status:
    """Block until the run's status is as wanted, woken by its news."""
    news = threading.Event()
    leave = backend.subscribe(run, news.set)
    try:
        while True:
            news.clear()
            status = backend.status(run)
            assert status is not None
            if reached(status):
                return status
            assert news.wait(seconds), f"nothing happened for {seconds} s: {status}"
    finally:
        leave()


def over(status: Status) -> bool:
    return status.over


def state(name: str) -> Callable[[Status], bool]:
    return lambda status: status.state == name


def columns(backend: Backend, run: str) -> list[dict[str, list[Any]]]:
    """All that was recorded, the clock apart."""
    found = backend.points(run, 0, 10**9)
    assert found is not None
    return [{name: values for name, values in lane.items() if name != "seconds"} for lane in found.lanes]


def bare(config: TrainConfig, steps: int | None = None) -> list[dict[str, list[Any]]]:
    """What the bare loop measures, without the counted columns and the clock."""
    lanes: list[dict[str, list[Any]]] = [
        {name: [] for name in MEASURED if name != "seconds"} for _ in config.lanes
    ]
    for point in TrainingLoop(config).run():
        if steps is not None and point.step > steps:
            break
        for name, values in lanes[point.lane].items():
            values.append(plain(getattr(point, name)))
    return lanes


def assert_equal_to_bare(found: list[dict[str, list[Any]]], config: TrainConfig) -> None:
    """The recorded columns are those of the bare loop, to the last digit that is kept."""
    expected = bare(config, steps=len(found[0]["step"]))
    for index, lane in enumerate(expected):
        for name, values in lane.items():
            assert found[index][name] == values, (index, name)
