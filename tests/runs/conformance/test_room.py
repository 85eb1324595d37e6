"""Room on every backend: runs wait, share their workers, and leave them while they are paused."""

from __future__ import annotations

import threading

import pytest

from runs.backend import Backend, Busy, Command, Mark
from tests.runs.backends import LIMITS, PER_WORKER, Made
from tests.runs.helpers import (
    LONG,
    ME,
    OTHER,
    SHORT,
    THIRD,
    assert_equal_to_bare,
    columns,
    over,
    state,
    stop,
    wait_for,
)


def test_waiting_runs_know_their_place(backend: Backend) -> None:
    for _ in range(2 * PER_WORKER):
        wait_for(backend, backend.submit(LONG, owner=OTHER), lambda s: s.rate > 0)
    second, third = backend.submit(LONG, owner=ME), backend.submit(LONG, owner=ME)
    status = wait_for(backend, third, lambda s: s.position == 2)
    assert status.message.startswith("Waiting for a free worker, 2. in the queue")
    ahead = wait_for(backend, second, lambda s: s.position == 1 and s.wait is not None)
    assert ahead.wait is not None
    assert 0 < ahead.wait <= 60 * LIMITS.minutes
    backend.send(second, Command("stop"), owner=ME)
    assert wait_for(backend, second, over).message == "Stopped before it began"
    assert wait_for(backend, third, lambda s: s.position == 1).state == "queued"


def test_caps(backend: Backend) -> None:
    for _ in range(4):
        backend.submit(LONG, owner=ME)
    with pytest.raises(Busy, match="4 runs"):
        backend.submit(LONG, owner=ME)
    for _ in range(2):
        backend.submit(LONG, owner=OTHER)
    with pytest.raises(Busy, match="6 runs are going on or waiting"):
        backend.submit(LONG, owner=THIRD)


def test_runs_share_their_workers_and_move_on_together(backend: Backend) -> None:
    runs = [backend.submit(LONG, owner=owner) for owner in (ME, OTHER) for _ in range(2)]
    for run in runs:
        wait_for(backend, run, lambda s: s.step > 60)
    steps = [wait_for(backend, run, lambda _: True).step for run in runs]
    assert max(steps) < 5 * min(steps), steps
    for run, owner in zip(runs, (ME, ME, OTHER, OTHER), strict=True):
        stop(backend, run, owner)
    for run in runs:
        assert_equal_to_bare(columns(backend, run), LONG)


def test_a_run_that_is_paused_for_a_while_leaves_its_worker_and_goes_on_with_the_same_bits(
    made: Made,
) -> None:
    backend = made.backend
    runs = [backend.submit(LONG, owner=owner) for owner in (ME, OTHER) for _ in range(2)]
    for run in runs[:3]:
        wait_for(backend, run, lambda s: s.step > 20)
        backend.send(run, Command("pause"), owner=ME if run in runs[:2] else OTHER)
    late = [backend.submit(LONG, owner=THIRD) for _ in range(2)]
    for run in late:  # there is no room for both until those that are paused have left
        wait_for(backend, run, lambda s: s.step > 5)
    paused = wait_for(backend, runs[0], state("paused"))
    backend.send(runs[0], Command("set", 0, {"gamma_b": 0.01}), owner=ME)
    backend.send(runs[0], Command("step"), owner=ME)
    again = wait_for(backend, runs[0], lambda s: s.step > paused.step)
    assert (again.state, again.step, again.generation) == ("paused", paused.step + 1, 0)
    backend.send(runs[0], Command("resume"), owner=ME)
    wait_for(backend, runs[0], lambda s: s.state == "running" and s.step > paused.step + 20)
    (lane,) = columns(backend, runs[0])
    assert lane["step"] == list(range(1, len(lane["step"]) + 1)), "none lost, none doubled"
    before = {name: values[: paused.step] for name, values in lane.items()}
    assert_equal_to_bare([before], LONG)
    assert set(lane["gamma_b"][paused.step :]) == {0.01}
    assert backend.marks(runs[0]) == (Mark(paused.step + 1, 0, "gamma_b", 0.01),)


def test_many_threads_submit_at_once_and_all_runs_end(backend: Backend) -> None:
    runs: list[str] = []
    threads = [
        threading.Thread(target=lambda: runs.append(backend.submit(SHORT, owner=ME))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {wait_for(backend, run, over).state for run in runs} == {"finished"}
    for run in runs:
        assert_equal_to_bare(columns(backend, run), SHORT)
