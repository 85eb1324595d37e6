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
    stop,
    wait_for,
    wait_until,
)
from tests.runs.kept import KeptFleet


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def fleet() -> LocalFleet:
    return LocalFleet(1)


@pytest.fixture(scope="module")
def shared(fleet: LocalFleet, folder: Path) -> Iterator[Service]:
    running = Service(fleet, folder)
    yield running
    running.close()


@pytest.fixture
def backend(shared: Service) -> Iterator[Service]:
    """One worker, which every test may kill and leaves without a run."""
    yield shared
    for summary in shared.recent(ME, 50):
        if not summary.status.over:
            shared.send(summary.run, Command("stop"), owner=ME)
            wait_for(shared, summary.run, over)


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


def test_an_interrupted_run_without_checkpoint_begins_again(backend: Service, fleet: LocalFleet) -> None:
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.recorded > 5)
    os.kill(worker_pid(fleet), signal.SIGKILL)
    status = wait_for(backend, run, state("interrupted"))
    assert status.message == "The worker process died. Resume continues from the beginning."
    backend.send(run, Command("resume"), owner=ME)
    again = wait_for(backend, run, lambda s: s.state == "running" and s.step > status.step)
    assert again.generation == 1
    stop(backend, run)
    assert_equal_to_bare(columns(backend, run), LONG)


def test_a_damaged_checkpoint_begins_again_and_says_so(
    backend: Service, fleet: LocalFleet, folder: Path
) -> None:
    run = backend.submit(LONG, owner=ME)
    step = paused_and_killed(backend, fleet, folder, run)
    checkpoints(folder, run)[step].write_bytes(b"not a checkpoint")
    backend.send(run, Command("resume"), owner=ME)
    status = wait_for(backend, run, lambda s: s.state == "running")
    assert status.message == "The checkpoint could not be read: this run began again."
    assert status.generation == 1
    wait_for(backend, run, lambda s: s.step > 20)
    stop(backend, run)
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


def test_runs_that_share_a_worker_with_a_frozen_one_go_on_by_themselves(
    backend: Service, fleet: LocalFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runs.fleets.local.KILL_SECONDS", 0.5)
    stopped, spared = backend.submit(LONG, owner=ME), backend.submit(LONG, owner=ME)
    for run in (stopped, spared):
        wait_for(backend, run, lambda s: s.recorded > 5)
    frozen = worker_pid(fleet)
    os.kill(frozen, signal.SIGSTOP)
    backend.send(stopped, Command("stop"), owner=ME)
    assert wait_for(backend, stopped, over, seconds=5).state == "stopped"
    known = wait_for(backend, spared, lambda _: True).step
    status = wait_for(backend, spared, lambda s: s.state == "running" and s.step > known + 5)
    assert status.message == ""
    assert worker_pid(fleet) != frozen
    stop(backend, spared)
    assert_equal_to_bare(columns(backend, spared), LONG)


def test_runs_move_to_a_worker_that_has_less_to_do(tmp_path: Path, kept: KeptFleet) -> None:
    backend = Service(kept.lent(), tmp_path)
    try:
        kept.fill()
        runs = [backend.submit(LONG, owner=ME) for _ in range(4)]
        wait_until(lambda: sorted(len(worker.runs) for worker in kept.workers) == [2, 2], seconds=120)
        for run in runs:
            wait_for(backend, run, lambda s: s.step > 20)
        first = next(worker for worker in kept.workers)
        for run in tuple(first.runs):
            stop(backend, run)
        wait_until(lambda: sorted(len(worker.runs) for worker in kept.workers) == [1, 1], seconds=60)
        for run in runs:
            status = wait_for(backend, run, lambda s: s.over or (s.state == "running" and s.step > 40))
            assert status.generation == 0
        for run in runs:
            stop(backend, run)
        for run in runs:
            assert_equal_to_bare(columns(backend, run), LONG)
    finally:
        backend.close()


def test_two_paused_one_at_one_step_a_second_and_a_fourth_starts_at_once(
    tmp_path: Path, kept: KeptFleet
) -> None:
    backend = Service(kept.lent(), tmp_path)
    try:
        kept.fill()
        paused = [backend.submit(LONG, owner=f"visitor {number}") for number in range(2)]
        slow = backend.submit(LONG, owner=ME)
        backend.send(slow, Command("speed", values={"steps_per_second": 1.0}), owner=ME)
        for number, run in enumerate(paused):
            wait_for(backend, run, lambda s: s.step > 5)
            backend.send(run, Command("pause"), owner=f"visitor {number}")
            wait_for(backend, run, state("paused"))
        wait_for(backend, slow, lambda s: s.speed == 1 and s.step > 0)
        pressed = time.monotonic()
        fourth = backend.submit(LONG, owner="the fourth")
        wait_for(backend, fourth, lambda s: s.recorded > 0)
        assert time.monotonic() - pressed < 3
        wait_until(lambda: sum(len(worker.runs) for worker in kept.workers) == 2)
        known = wait_for(backend, slow, lambda _: True).step
        wait_for(backend, slow, lambda s: s.state == "running" and s.step >= known + 2)
        assert [wait_for(backend, run, lambda _: True).state for run in paused] == ["paused", "paused"]
    finally:
        backend.close()


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has no nice")
def test_workers_stand_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAM_SPS_NICE")
    fleet = LocalFleet(1)
    backend = Service(fleet, tmp_path)
    try:
        wait_for(backend, backend.submit(SHORT, owner=ME), lambda s: s.step > 0)
        assert os.getpriority(os.PRIO_PROCESS, worker_pid(fleet)) == 15
        assert os.getpriority(os.PRIO_PROCESS, 0) == 0
    finally:
        backend.close()


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


def test_workers_that_do_not_start_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runs.fleets.process.ROOT", tmp_path)  # where no package is
    backend = Service(LocalFleet(2))
    try:
        status = wait_for(backend, backend.submit(SHORT, owner=ME), over)
        assert (status.state, status.message) == ("failed", NO_WORKER)
    finally:
        backend.close()


def test_the_time_limit_ends_a_run_and_no_process_and_no_temporary_folder_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    fleet = LocalFleet(1)
    backend = Service(fleet, limits=Limits(minutes=0.02))
    try:
        status = wait_for(backend, backend.submit(LONG, owner=ME), over)
        process = fleet.workers[0].process
        assert process.poll() is None
        assert list(tmp_path.glob("sam-sps-lab-*")), "the checkpoints are there"
    finally:
        backend.close()
    assert status.state == "stopped"
    assert status.message == "Ended at the time limit of 1.2 seconds"
    assert status.recorded > 0
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
