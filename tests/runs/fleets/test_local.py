"""Worker processes: a death costs the tail of one run, and no process stays behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runs.backend import Command
from runs.fleets.local import NO_WORKER, LocalFleet
from runs.limits import Limits
from runs.service import Service
from runs.worker.work import failure
from tests.runs.helpers import (
    LONG,
    ME,
    SHORT,
    assert_equal_to_bare,
    checkpoints,
    columns,
    over,
    pause_at_checkpoint,
    state,
    wait_for,
    wait_until,
)


@pytest.fixture
def fleet() -> LocalFleet:
    return LocalFleet(1)


@pytest.fixture
def backend(fleet: LocalFleet, tmp_path: Path) -> Iterator[Service]:
    running = Service(fleet, tmp_path)
    yield running
    running.close()


def worker_pid(fleet: LocalFleet) -> int:
    (worker,) = fleet.workers
    return worker.process.pid


def paused_and_killed(backend: Service, fleet: LocalFleet, folder: Path, run: str) -> int:
    """Pause a run at a checkpoint and kill its worker; returns the checkpoint's step."""
    wait_for(backend, run, lambda s: s.step > 5)
    step = pause_at_checkpoint(backend, folder, run)
    os.kill(worker_pid(fleet), signal.SIGKILL)
    wait_for(backend, run, state("interrupted"))
    return step


def test_a_killed_worker_costs_the_tail_of_its_run(
    backend: Service, fleet: LocalFleet, tmp_path: Path
) -> None:
    doomed, next_one = backend.submit(LONG, owner=ME), backend.submit(SHORT, owner=ME)
    wait_for(backend, doomed, lambda s: s.step > 5)
    step = pause_at_checkpoint(backend, tmp_path, doomed)
    backend.send(doomed, Command("resume"), owner=ME)
    backend.send(doomed, Command("set", 0, {"gamma_b": 0.01}), owner=ME)
    wait_for(backend, doomed, lambda _: len(backend.marks(doomed)) == 1)
    known = wait_for(backend, doomed, lambda s: s.step > step + 30).step
    killed = time.monotonic()
    os.kill(worker_pid(fleet), signal.SIGKILL)
    status = wait_for(backend, doomed, state("interrupted"))
    assert time.monotonic() - killed < 1
    assert status.message.startswith("The worker process died. Resume continues from step ")
    assert status.recorded >= known
    before = columns(backend, doomed)[0]
    marks = backend.marks(doomed)
    assert wait_for(backend, next_one, over).state == "finished", "the worker was replaced"

    backend.send(doomed, Command("resume"), owner=ME)
    wait_for(backend, doomed, lambda s: s.step > status.recorded + 20)
    backend.send(doomed, Command("stop"), owner=ME)
    wait_for(backend, doomed, over)
    after = columns(backend, doomed)[0]
    assert after["step"] == list(range(1, len(after["step"]) + 1)), "none lost, none doubled"
    assert {name: values[: status.recorded] for name, values in after.items()} == before
    assert backend.marks(doomed) == marks
    assert set(after["gamma_b"][marks[0].step - 1 :]) == {0.01}


def test_an_interrupted_run_without_checkpoint_begins_again(backend: Service, fleet: LocalFleet) -> None:
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.recorded > 5)
    os.kill(worker_pid(fleet), signal.SIGKILL)
    status = wait_for(backend, run, state("interrupted"))
    assert status.message == "The worker process died. Resume continues from the beginning."
    backend.send(run, Command("resume"), owner=ME)
    again = wait_for(backend, run, lambda s: s.state == "running" and s.step > status.step)
    assert again.generation == 1
    backend.send(run, Command("stop"), owner=ME)
    wait_for(backend, run, over)
    assert_equal_to_bare(columns(backend, run), LONG)


def test_a_damaged_checkpoint_begins_again_and_says_so(
    backend: Service, fleet: LocalFleet, tmp_path: Path
) -> None:
    run = backend.submit(LONG, owner=ME)
    step = paused_and_killed(backend, fleet, tmp_path, run)
    checkpoints(tmp_path, run)[step].write_bytes(b"not a checkpoint")
    backend.send(run, Command("resume"), owner=ME)
    status = wait_for(backend, run, lambda s: s.state == "running")
    assert status.message == "The checkpoint could not be read: this run began again."
    assert status.generation == 1
    wait_for(backend, run, lambda s: s.step > 20)
    assert_equal_to_bare(columns(backend, run), LONG)


def test_an_interrupted_run_can_be_stopped(backend: Service, fleet: LocalFleet) -> None:
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.recorded > 5)
    os.kill(worker_pid(fleet), signal.SIGKILL)
    wait_for(backend, run, state("interrupted"))
    backend.send(run, Command("stop"), owner=ME)
    status = wait_for(backend, run, over)
    assert (status.state, status.message) == ("stopped", "")


def test_a_frozen_worker_is_stopped_by_force_within_a_second(backend: Service, fleet: LocalFleet) -> None:
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.recorded > 5)
    os.kill(worker_pid(fleet), signal.SIGSTOP)
    asked = time.monotonic()
    backend.send(run, Command("stop"), owner=ME)
    assert wait_for(backend, run, over, seconds=5).state == "stopped"
    assert time.monotonic() - asked < 1


def test_memory_limit_ends_the_run_and_the_worker(tmp_path: Path) -> None:
    fleet = LocalFleet(1)
    backend = Service(fleet, tmp_path, Limits(worker_mb=1.0))
    try:
        status = wait_for(backend, backend.submit(LONG, owner=ME), over)
        assert status.state == "stopped"
        assert status.message == "Ended at the memory limit of 1 MB for a worker"
        wait_until(lambda: not fleet.workers, seconds=10)
    finally:
        backend.close()


def test_time_limit(tmp_path: Path) -> None:
    backend = Service(LocalFleet(1), tmp_path, Limits(minutes=0.02))
    try:
        status = wait_for(backend, backend.submit(LONG, owner=ME), over)
    finally:
        backend.close()
    assert status.state == "stopped"
    assert status.message == "Ended at the time limit of 1.2 seconds"
    assert status.recorded > 0


def test_workers_that_do_not_start_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runs.fleets.process.ROOT", tmp_path)  # where no package is
    backend = Service(LocalFleet(2))
    try:
        status = wait_for(backend, backend.submit(SHORT, owner=ME), over)
        assert (status.state, status.message) == ("failed", NO_WORKER)
    finally:
        backend.close()


def test_no_process_and_no_temporary_folder_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    fleet = LocalFleet(1)
    backend = Service(fleet)
    wait_for(backend, backend.submit(LONG, owner=ME), lambda s: s.step > 0)
    process = fleet.workers[0].process
    assert list(tmp_path.glob("sam-sps-lab-*")), "the checkpoints are there"
    backend.close()
    assert process.poll() is not None
    assert list(tmp_path.glob("sam-sps-lab-*")) == []


def test_out_of_memory_is_told_from_other_errors() -> None:
    import torch

    for error in (
        torch.OutOfMemoryError("CUDA out of memory"),
        MemoryError(),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
    ):
        assert "The device ran out of memory" in failure(error)
    assert failure(RuntimeError("shape")) == "The run failed: RuntimeError: shape"
