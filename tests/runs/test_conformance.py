"""What every backend does, on each of them: the same numbers as the bare loop, obedient, robust."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from neural.config import LaneConfig, TrainConfig
from neural.devices import available
from runs.backend import Backend, Busy, Command, Mark, NotOwner
from runs.fleets.dask import DaskFleet
from runs.fleets.local import LocalFleet
from runs.limits import Limits
from runs.service import Service
from tests.runs.cluster import cluster
from tests.runs.helpers import (
    LONG,
    ME,
    OTHER,
    SHORT,
    assert_equal_to_bare,
    columns,
    over,
    pause_at_checkpoint,
    state,
    wait_for,
)

LIMITS = Limits(per_visitor=4, in_all=6)


@dataclass
class Made:
    """A backend with two workers, its folder, and which process trains a run."""

    backend: Backend
    folder: Path
    pid_of: Callable[[str], int]


@contextmanager
def local(folder: Path) -> Iterator[Made]:
    """Worker processes of this machine."""
    fleet = LocalFleet(2)
    running = Service(fleet, folder, LIMITS)
    yield Made(running, folder, lambda run: next(w.process.pid for w in fleet.workers if w.run == run))
    running.close()


@contextmanager
def dask(folder: Path) -> Iterator[Made]:
    """A Dask cluster: a scheduler and two workers, started as separate processes."""
    with cluster(2) as address:
        fleet = DaskFleet(address)
        running = Service(fleet, folder, LIMITS)
        client = fleet.client()
        yield Made(running, folder, lambda run: client.run(os.getpid)[fleet.attempts[run].worker])
        running.close()


@pytest.fixture(scope="module", params=[local, dask], ids=["local", "dask"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with request.param(tmp_path_factory.mktemp("home")) as found:
        yield found


@pytest.fixture
def backend(made: Made) -> Backend:
    return made.backend


@pytest.fixture(autouse=True)
def _all_ended(backend: Backend) -> Iterator[None]:
    """Whatever a test leaves behind is stopped."""
    yield
    for owner in (ME, OTHER):
        for summary in backend.recent(owner, 50):
            if not summary.status.over:
                backend.send(summary.run, Command("stop"), owner=owner)
                wait_for(backend, summary.run, over)


def test_a_run_gives_the_numbers_of_the_bare_loop(backend: Backend) -> None:
    run = backend.submit(SHORT, owner=ME)
    status = wait_for(backend, run, over)
    assert (status.state, status.message) == ("finished", "Finished: all 23 steps")
    assert status.step == status.total == status.recorded == 23
    assert_equal_to_bare(columns(backend, run), SHORT)


def test_the_workers_say_which_devices_they_have(backend: Backend) -> None:
    backend.warm()
    deadline = time.monotonic() + 60
    while backend.devices() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert backend.devices() == available(), "they are this machine's"


def test_points_are_handed_out_in_increments(backend: Backend) -> None:
    run = backend.submit(SHORT, owner=ME)
    wait_for(backend, run, over)
    seen: list[int] = []
    since = 0
    while since < 23:
        found = backend.points(run, since, 7)
        assert found is not None
        since = found.next
        seen += found.lanes[1]["step"]
    assert seen == list(range(1, 24))


def test_pause_change_resume_stop(backend: Backend) -> None:
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.step > 5)
    backend.send(run, Command("pause"), owner=ME)
    paused = wait_for(backend, run, state("paused"))
    backend.send(run, Command("set", 0, {"gamma_b": 0.001}), owner=ME)
    backend.send(run, Command("set", 0, {"lr": 1.0}), owner=ME)  # no rate here: refused in words
    wait_for(backend, run, lambda s: "lr" in s.message)
    backend.send(run, Command("resume"), owner=ME)
    wait_for(backend, run, lambda s: s.step > paused.step + 20)
    backend.send(run, Command("stop"), owner=ME)
    stopped = wait_for(backend, run, over)
    assert stopped.state == "stopped"
    assert stopped.message == "", "its owner stopped it: the state says it"
    (lane,) = columns(backend, run)
    assert lane["gamma_b"][: paused.step] == [0.5] * paused.step
    assert set(lane["gamma_b"][paused.step :]) == {0.001}
    assert backend.marks(run) == (Mark(paused.step + 1, 0, "gamma_b", 0.001),)


def test_single_steps_while_paused(backend: Backend) -> None:
    run = backend.submit(TrainConfig(lanes=SHORT.lanes, epochs=1000), owner=ME)
    wait_for(backend, run, lambda s: s.step > 5)
    backend.send(run, Command("pause"), owner=ME)
    wait_for(backend, run, state("paused"))
    for expected in range(3):
        before = wait_for(backend, run, state("paused"))
        backend.send(run, Command("step"), owner=ME)
        after = wait_for(backend, run, lambda s, known=before.step: s.step > known)
        assert after.step == before.step + 1, expected
        assert after.state == "paused"


def test_speed(backend: Backend) -> None:
    run = backend.submit(LONG, owner=ME)
    backend.send(run, Command("speed", values={"steps_per_second": 20.0}), owner=ME)
    first = wait_for(backend, run, lambda s: s.speed == 20 and s.step > 10)
    began = time.monotonic()
    last = wait_for(backend, run, lambda s: s.step >= first.step + 30)
    # A busy machine may be slower, but it never goes faster than asked for (a batch may be under way).
    assert time.monotonic() - began > (last.step - first.step - 3) / 20
    backend.send(run, Command("speed", values={"steps_per_second": 0.0}), owner=ME)
    wait_for(backend, run, lambda s: s.speed == 0)


def test_rewind_gives_the_same_numbers_again(backend: Backend) -> None:
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.step > 40)
    backend.send(run, Command("pause"), owner=ME)
    wait_for(backend, run, state("paused"))
    first = columns(backend, run)
    backend.send(run, Command("rewind"), owner=ME)
    status = wait_for(backend, run, lambda s: s.generation == 1)
    assert (status.state, status.step, status.recorded) == ("paused", 0, 0)
    backend.send(run, Command("resume"), owner=ME)
    wait_for(backend, run, lambda s: s.step >= len(first[0]["step"]))
    second = columns(backend, run)
    count = len(first[0]["step"])
    assert {name: values[:count] for name, values in second[0].items()} == first[0]
    assert backend.marks(run) == ()


def test_rewind_keeps_the_values_in_force_and_marks_them(backend: Backend) -> None:
    run = backend.submit(LONG, owner=ME)
    backend.send(run, Command("set", 0, {"gamma_b": 0.01}), owner=ME)
    wait_for(backend, run, lambda s: s.step > 10)
    backend.send(run, Command("rewind"), owner=ME)
    wait_for(backend, run, lambda s: s.generation == 1 and s.step > 10)
    assert backend.marks(run) == (Mark(1, 0, "gamma_b", 0.01),)
    assert set(columns(backend, run)[0]["gamma_b"]) == {0.01}


def test_only_the_owner_steers(backend: Backend) -> None:
    run = backend.submit(LONG, owner=ME)
    assert backend.owns(run, ME)
    assert not backend.owns(run, OTHER)
    for command in (Command("stop"), Command("pause"), Command("set", 0, {"rho": 0.2}), Command("rewind")):
        with pytest.raises(NotOwner):
            backend.send(run, command, owner=OTHER)
    known = wait_for(backend, run, lambda s: s.step > 5).step
    assert wait_for(backend, run, lambda s: s.step > known).state == "running"
    assert backend.marks(run) == ()


def test_waiting_runs_know_their_place(backend: Backend) -> None:
    for _ in range(2):
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
        backend.submit(LONG, owner="a third")


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


def test_recent_runs_of_an_owner(backend: Backend) -> None:
    first = backend.submit(SHORT, owner="history")
    wait_for(backend, first, over)
    second = backend.submit(TrainConfig((LaneConfig("sps_max"),), epochs=1), owner="history")
    wait_for(backend, second, over)
    found = backend.recent("history")
    assert [summary.run for summary in found] == [second, first]
    assert found[1].config == SHORT
    assert found[0].status.state == "finished"
    assert [summary.run for summary in backend.recent("history", 1)] == [second]
    assert backend.recent("a stranger") == []


def test_what_is_not_known_is_none(backend: Backend) -> None:
    assert backend.status("nobody") is None
    assert backend.points("nobody", 0, 1) is None
    assert backend.config("nobody") is None
    assert backend.marks("nobody") == ()
    assert not backend.owns("nobody", ME)
    backend.send("nobody", Command("stop"), owner=ME)
    backend.subscribe("nobody", lambda: None)()


def test_a_killed_worker_costs_the_tail_of_its_run(made: Made) -> None:
    backend = made.backend
    doomed, spared = backend.submit(LONG, owner=ME), backend.submit(LONG, owner=ME)
    backend.send(doomed, Command("set", 0, {"gamma_b": 0.01}), owner=ME)
    wait_for(backend, spared, lambda s: s.step > 5)
    wait_for(backend, doomed, lambda s: s.step > 50)
    kept = pause_at_checkpoint(backend, made.folder, doomed)
    backend.send(doomed, Command("resume"), owner=ME)
    known = wait_for(backend, doomed, lambda s: s.step > kept + 10).step
    os.kill(made.pid_of(doomed), signal.SIGKILL)
    status = wait_for(backend, doomed, state("interrupted"))
    assert f"Resume continues from step {kept}" in status.message
    assert status.recorded >= known
    before, marks = columns(backend, doomed)[0], backend.marks(doomed)
    elsewhere = wait_for(backend, spared, lambda s: True).step
    wait_for(backend, spared, lambda s: s.step > elsewhere + 5)

    backend.send(doomed, Command("resume"), owner=ME)
    wait_for(backend, doomed, lambda s: s.step > status.recorded + 10)
    after = columns(backend, doomed)[0]
    assert after["step"] == list(range(1, len(after["step"]) + 1)), "none lost, none doubled"
    assert {name: values[: status.recorded] for name, values in after.items()} == before
    assert backend.marks(doomed) == marks
