"""Worker processes: a death costs the tail of one run, and no process stays behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from runs.backend import Command
from runs.fleets.local import NO_WORKER, LocalBackend
from runs.limits import Limits
from runs.worker import trainer
from tests.runs.helpers import (
    LONG,
    ME,
    SHORT,
    assert_equal_to_bare,
    columns,
    over,
    state,
    wait_for,
)


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[LocalBackend]:
    running = LocalBackend(workers=1, folder=tmp_path)
    yield running
    running.close()


def worker_pid(backend: LocalBackend) -> int:
    (worker,) = backend.fleet.workers
    return worker.process.pid


def test_a_worker_reports_its_devices_as_it_says_hello(backend: LocalBackend) -> None:
    report = {"cpu": "Z80, 2 cores", "cuda:0": "NVIDIA H100, 80 GiB", "cuda:1": "NVIDIA T4, 15 GiB"}
    assert backend.devices() is None
    client = Client(str(backend.fleet._listener.address), authkey=backend.fleet._key)
    client.send((os.getpid(), report))
    deadline = time.monotonic() + 10
    while backend.devices() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert backend.devices() == report
    client.close()


def with_checkpoint(backend: LocalBackend, run: str) -> int:
    """Wait for a checkpoint; returns its step."""
    deadline = time.monotonic() + 30
    entry = backend._registry.entry(run)
    assert entry is not None
    while entry.checkpoint is None:
        assert time.monotonic() < deadline
        wait_for(backend, run, lambda s, known=entry.status.step: s.step > known)
    return entry.checkpoint.step


def test_a_killed_worker_costs_the_tail_of_its_run(backend: LocalBackend) -> None:
    doomed, next_one = backend.submit(LONG, owner=ME), backend.submit(SHORT, owner=ME)
    step = with_checkpoint(backend, doomed)
    backend.send(doomed, Command("set", 0, {"gamma_b": 0.01}), owner=ME)
    wait_for(backend, doomed, lambda _: len(backend.marks(doomed)) == 1)
    known = wait_for(backend, doomed, lambda s: s.step > step + 30).step
    killed = time.monotonic()
    os.kill(worker_pid(backend), signal.SIGKILL)
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


def test_an_interrupted_run_without_checkpoint_begins_again(backend: LocalBackend) -> None:
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.recorded > 5)
    os.kill(worker_pid(backend), signal.SIGKILL)
    status = wait_for(backend, run, state("interrupted"))
    assert status.message == "The worker process died. Resume continues from the beginning."
    backend.send(run, Command("resume"), owner=ME)
    again = wait_for(backend, run, lambda s: s.state == "running" and s.step > status.step)
    assert again.generation == 1
    backend.send(run, Command("stop"), owner=ME)
    wait_for(backend, run, over)
    assert_equal_to_bare(columns(backend, run), LONG)


def test_a_damaged_checkpoint_begins_again_and_says_so(backend: LocalBackend) -> None:
    run = backend.submit(LONG, owner=ME)
    with_checkpoint(backend, run)
    os.kill(worker_pid(backend), signal.SIGKILL)
    wait_for(backend, run, state("interrupted"))
    entry = backend._registry.entry(run)
    assert entry is not None
    assert entry.checkpoint is not None
    Path(entry.checkpoint.file).write_bytes(b"not a checkpoint")
    backend.send(run, Command("resume"), owner=ME)
    status = wait_for(backend, run, lambda s: s.state == "running")
    assert status.message == "The checkpoint could not be read: this run began again."
    assert status.generation == 1
    wait_for(backend, run, lambda s: s.step > 20)
    assert_equal_to_bare(columns(backend, run), LONG)


def test_an_interrupted_run_can_be_stopped(backend: LocalBackend) -> None:
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.recorded > 5)
    os.kill(worker_pid(backend), signal.SIGKILL)
    wait_for(backend, run, state("interrupted"))
    backend.send(run, Command("stop"), owner=ME)
    status = wait_for(backend, run, over)
    assert (status.state, status.message) == ("stopped", "")


def test_a_frozen_worker_is_stopped_by_force_within_a_second(backend: LocalBackend) -> None:
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.recorded > 5)
    os.kill(worker_pid(backend), signal.SIGSTOP)
    asked = time.monotonic()
    backend.send(run, Command("stop"), owner=ME)
    assert wait_for(backend, run, over, seconds=5).state == "stopped"
    assert time.monotonic() - asked < 1


def test_memory_limit_ends_the_run_and_the_worker(tmp_path: Path) -> None:
    backend = LocalBackend(workers=1, folder=tmp_path, limits=Limits(worker_mb=1.0))
    try:
        status = wait_for(backend, backend.submit(LONG, owner=ME), over)
        assert status.state == "stopped"
        assert status.message == "Ended at the memory limit of 1 MB for a worker"
        deadline = time.monotonic() + 10
        while backend.fleet.workers and time.monotonic() < deadline:
            time.sleep(0.02)
        assert backend.fleet.workers == []
    finally:
        backend.close()


def test_time_limit(tmp_path: Path) -> None:
    backend = LocalBackend(workers=1, folder=tmp_path, limits=Limits(minutes=0.02))
    try:
        status = wait_for(backend, backend.submit(LONG, owner=ME), over)
    finally:
        backend.close()
    assert status.state == "stopped"
    assert status.message == "Ended at the time limit of 1.2 seconds"
    assert status.recorded > 0


def test_workers_that_do_not_start_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runs.fleets.pool.ROOT", tmp_path)  # where no package is
    backend = LocalBackend(workers=2)
    try:
        status = wait_for(backend, backend.submit(SHORT, owner=ME), over)
        assert (status.state, status.message) == ("failed", NO_WORKER)
    finally:
        backend.close()


def test_no_process_and_no_temporary_folder_is_left_behind() -> None:
    backend = LocalBackend(workers=1)
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.step > 0)
    process, folder = backend.fleet.workers[0].process, backend._files
    assert folder.exists()
    backend.close()
    assert process.poll() is not None
    assert not folder.exists()


def test_out_of_memory_is_told_from_other_errors() -> None:
    import torch

    for error in (
        torch.OutOfMemoryError("CUDA out of memory"),
        MemoryError(),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"),
    ):
        assert "The device ran out of memory" in trainer.failure(error)
    assert trainer.failure(RuntimeError("shape")) == "The run failed: RuntimeError: shape"
