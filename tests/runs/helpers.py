"""What the tests of the run engine share."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from neural.config import LaneConfig, TrainConfig
from neural.train import TrainingLoop
from runs.backend import Backend, Command, Status
from runs.record import MEASURED, plain

ME, OTHER, THIRD = "me", "somebody else", "a third"
SHORT = TrainConfig(lanes=(LaneConfig("sam_sps"), LaneConfig("sgd_constant")), epochs=1, eval_every=10)
LONG = TrainConfig(lanes=(LaneConfig("sam_sps", gamma_b=0.5),), epochs=10_000)


def wait_for(backend: Backend, run: str, reached: Callable[[Status], bool], seconds: float = 60) -> Status:
    """Block until the run's status is as wanted, woken by its news."""
    news = threading.Event()
    unsubscribe = backend.subscribe(run, news.set)
    try:
        while True:
            news.clear()
            status = backend.status(run)
            assert status is not None
            if reached(status):
                return status
            assert news.wait(seconds), f"nothing happened for {seconds} s: {status}"
    finally:
        unsubscribe()


def wait_until(true: Callable[[], object], seconds: float = 30) -> None:
    """Look fifty times a second until it is true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def checkpoints(folder: Path, run: str) -> dict[int, Path]:
    """The checkpoints of a run that are on disk, by step."""
    files = (folder / "checkpoints").glob(f"{run}-*.pt")
    return {int(path.name.removeprefix(f"{run}-").split("-")[0]): path for path in files}


def pause_at_checkpoint(backend: Backend, folder: Path, run: str) -> int:
    """Pause a run; returns its step, that of the checkpoint from which it would go on.

    A pause writes a checkpoint, and a single step does; a checkpoint counts when the one before has gone.
    """
    backend.send(run, Command("pause"), owner=ME)
    step = wait_for(backend, run, state("paused")).step
    for _ in range(2):  # the pause may fall between two lanes and write none, a single step does not
        backend.send(run, Command("step"), owner=ME)
        step = wait_for(backend, run, lambda s, known=step: s.step > known).step
    wait_until(lambda: list(checkpoints(folder, run)) == [step])
    return step


def over(status: Status) -> bool:
    return status.over


def state(name: str) -> Callable[[Status], bool]:
    return lambda status: status.state == name


def stop(backend: Backend, run: str, owner: str = ME) -> None:
    """Stop a run, and wait until it is over: what is compared then has an end."""
    backend.send(run, Command("stop"), owner=owner)
    wait_for(backend, run, over)


def columns(backend: Backend, run: str) -> list[dict[str, list[Any]]]:
    """All that was recorded, the clock apart."""
    found = backend.points(run, 0, 10**9)
    assert found is not None
    return [{name: values for name, values in lane.items() if name != "seconds"} for lane in found.lanes]


class Bare:
    """What the bare loop measures, without the counted columns and the clock; trained as far as was asked."""

    def __init__(self, config: TrainConfig) -> None:
        self._points = TrainingLoop(config).run()
        self._lanes: list[dict[str, list[Any]]] = [
            {name: [] for name in MEASURED if name != "seconds"} for _ in config.lanes
        ]

    def until(self, step: int) -> list[dict[str, list[Any]]]:
        """The columns of every lane up to a step, of which one is measured each."""
        while len(self._lanes[-1]["step"]) < step:
            point = next(self._points)
            for name, values in self._lanes[point.lane].items():
                values.append(plain(getattr(point, name)))
        return [{name: values[:step] for name, values in lane.items()} for lane in self._lanes]


bare = functools.cache(Bare)  # tests that train the same configuration share it


def assert_equal_to_bare(found: list[dict[str, list[Any]]], config: TrainConfig) -> None:
    """The recorded columns are those of the bare loop, to the last digit that is kept."""
    expected = bare(config).until(len(found[0]["step"]))
    for index, lane in enumerate(expected):
        for name, values in lane.items():
            assert found[index][name] == values, (index, name)
