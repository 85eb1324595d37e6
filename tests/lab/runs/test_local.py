"""Runs in worker processes: the same numbers as the bare loop, obedient, and robust against a death."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator

import pytest

from lab.runs.backend import Command, Status
from lab.runs.local import LocalBackend
from lab.runs.record import MEASURED, plain
from neural.config import LaneConfig, TrainConfig
from neural.train import Comparison

SHORT = TrainConfig(lanes=(LaneConfig("sam_sps"), LaneConfig("sgd_constant")), epochs=1, eval_every=10)
LONG = TrainConfig(lanes=(LaneConfig("sam_sps", gamma_b=0.5),), epochs=10_000)


@pytest.fixture(scope="module")
def backend() -> Iterator[LocalBackend]:
    running = LocalBackend(workers=1)
    yield running
    running.close()


def wait_for(
    backend: LocalBackend, run: str, reached: Callable[[Status], bool], seconds: float = 60
) -> Status:
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


def worker_pid(backend: LocalBackend) -> int:
    (worker,) = backend._workers
    return worker.process.pid


def test_a_run_gives_the_numbers_of_the_bare_loop(backend: LocalBackend) -> None:
    run = backend.submit(SHORT)
    status = wait_for(backend, run, over)
    assert (status.state, status.step, status.total) == ("finished", status.total, status.recorded)
    found = backend.points(run, 0, 10**6)
    assert found is not None
    expected = list(Comparison(SHORT).run())
    for lane, columns in enumerate(found[1]):
        for name in set(MEASURED) - {"seconds"}:
            assert columns[name] == [plain(getattr(p, name)) for p in expected if p.lane == lane], name


def test_points_are_handed_out_in_increments(backend: LocalBackend) -> None:
    run = backend.submit(SHORT)
    wait_for(backend, run, over)
    whole = backend.points(run, 0, 10**6)
    assert whole is not None
    seen: list[int] = []
    since = 0
    while since < whole[0]:
        since, lanes = backend.points(run, since, 7) or (0, [])
        seen += lanes[1]["step"]
    assert seen == whole[1][1]["step"] == list(range(1, whole[0] + 1))


def test_pause_change_resume_stop(backend: LocalBackend) -> None:
    run = backend.submit(LONG)
    wait_for(backend, run, lambda s: s.step > 5)
    backend.send(run, Command("pause"))
    paused = wait_for(backend, run, lambda s: s.state == "paused")
    backend.send(run, Command("set", 0, {"gamma_b": 0.001}))
    backend.send(run, Command("set", 0, {"lr": 1.0}))  # a method that takes no rate refuses it in words
    wait_for(backend, run, lambda s: "lr" in s.message)
    backend.send(run, Command("resume"))
    wait_for(backend, run, lambda s: s.step > paused.step + 20)
    backend.send(run, Command("stop"))
    assert wait_for(backend, run, over).state == "stopped"
    _, (columns,) = backend.points(run, 0, 10**6) or (0, [{}])
    assert columns["gamma_b"][: paused.step] == [0.5] * paused.step
    assert set(columns["gamma_b"][paused.step :]) == {0.001}
    assert max(columns["gamma"][paused.step :]) <= 0.001


def test_a_paused_run_can_be_stopped_and_a_waiting_one_too(backend: LocalBackend) -> None:
    first, second = backend.submit(LONG), backend.submit(LONG)
    wait_for(backend, first, lambda s: s.step > 0)
    waiting = backend.status(second)
    assert waiting is not None
    assert waiting.message == "Waiting for a free worker, 1. in the queue"
    backend.send(second, Command("stop"))
    assert wait_for(backend, second, over).message == "Stopped before it began"
    backend.send(first, Command("pause"))
    wait_for(backend, first, lambda s: s.state == "paused")
    backend.send(first, Command("stop"))
    assert wait_for(backend, first, over).state == "stopped"


def test_a_killed_worker_costs_its_run_alone(backend: LocalBackend) -> None:
    doomed, next_one = backend.submit(LONG), backend.submit(SHORT)
    recorded = wait_for(backend, doomed, lambda s: s.recorded > 5).recorded
    os.kill(worker_pid(backend), signal.SIGKILL)
    status = wait_for(backend, doomed, over)
    assert (status.state, status.message) == (
        "failed",
        "The worker process died. Every recorded step is kept.",
    )
    assert status.recorded >= recorded
    assert wait_for(backend, next_one, over).state == "finished"


def test_a_frozen_worker_is_stopped_by_force(backend: LocalBackend) -> None:
    run = backend.submit(LONG)
    wait_for(backend, run, lambda s: s.recorded > 5)
    os.kill(worker_pid(backend), signal.SIGSTOP)
    backend.send(run, Command("stop"))
    assert wait_for(backend, run, over, seconds=5).state == "stopped"


def test_what_is_not_known_is_none(backend: LocalBackend) -> None:
    assert backend.status("nobody") is None
    assert backend.points("nobody", 0, 1) is None
    assert backend.config("nobody") is None
    backend.send("nobody", Command("stop"))
    backend.subscribe("nobody", lambda: None)()


def test_no_process_is_left_behind() -> None:
    backend = LocalBackend(workers=1)
    run = backend.submit(LONG)
    wait_for(backend, run, lambda s: s.step > 0)
    process = backend._workers[0].process
    backend.close()
    assert process.poll() is not None
