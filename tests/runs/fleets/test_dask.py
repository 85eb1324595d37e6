"""A Dask cluster that misbehaves: runs are told in plain words, and no task stays behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client

from runs.backend import Command
from runs.fleets import dask, dask_link
from runs.fleets.dask import DaskFleet
from runs.fleets.dask_devices import ClusterDevices
from runs.service import Service
from tests.runs.cluster import cluster, free_address
from tests.runs.helpers import LONG, ME, SHORT, over, state, wait_for, wait_until


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with cluster(1) as found:
        yield found


def test_a_task_ends_with_its_app(address: str, tmp_path: Path) -> None:
    fleet = DaskFleet(address)
    backend = Service(fleet, tmp_path)
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.step > 5)
    fleet.client().close()  # a killed app says no more than this
    with Client(address, set_as_default=False) as client:
        assert client.submit(os.getpid, pure=False).result(timeout=10), "its only thread is free again"
    backend.close()
    again = Service(DaskFleet(address), tmp_path)
    status = again.status(run)
    assert status is not None
    assert status.state == "interrupted"
    again.send(run, Command("resume"), owner=ME)
    wait_for(again, run, lambda s: s.step > status.step + 5)
    again.send(run, Command("stop"), owner=ME)
    wait_for(again, run, over)
    again.close()


def test_a_frozen_task_is_stopped_by_force(address: str, tmp_path: Path) -> None:
    fleet = DaskFleet(address)
    backend = Service(fleet, tmp_path)
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.step > 5)
    client, worker = fleet.client(), fleet.attempts[run].worker
    os.kill(client.run(os.getpid, workers=[worker])[worker], signal.SIGSTOP)
    backend.send(run, Command("stop"), owner=ME)
    assert wait_for(backend, run, over, seconds=10).state == "stopped"
    next_one = backend.submit(SHORT, owner=ME)
    assert wait_for(backend, next_one, over).state == "finished", "the worker was replaced"
    backend.close()


def test_the_devices_of_a_cluster_are_those_of_all_its_workers() -> None:
    devices = ClusterDevices()
    assert devices.all() is None
    present = {"one", "two"}
    devices.learn({"one": {"cpu": "Z80", "cuda:0": "H100, 80 GiB"}, "gone": {"mps": "M2"}}, present)
    devices.learn({"two": {"cpu": "Z80", "cuda:0": "T4, 15 GiB", "cuda:1": "T4, 15 GiB"}}, present)
    assert devices.all() == {
        "cpu": "Z80", "cuda:0": "H100, 80 GiB or T4, 15 GiB", "cuda:1": "T4, 15 GiB",
    }  # fmt: skip
    assert devices.having("cuda:1") == ["two"], "a run goes where its device is"
    assert devices.having("cuda") == ["one", "two"]
    assert devices.having("cpu") is None, "also a worker that has not said it yet has a CPU"
    assert devices.having("mps") is None, "nobody has it: the run says so itself"
    devices.forget("one")
    assert devices.having("cuda") == ["two"]


def test_a_scheduler_that_goes_away(tmp_path: Path) -> None:
    with cluster(1) as found:
        backend = Service(DaskFleet(found), tmp_path)
        run = backend.submit(LONG, owner=ME)
        wait_for(backend, run, lambda s: s.step > 5)
    status = wait_for(backend, run, state("interrupted"))
    assert status.message.startswith((dask.CUT_OFF, dask.DIED))
    backend.close()


def test_a_scheduler_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_link, "CONNECT_SECONDS", 0.5)
    nowhere = free_address()
    backend = Service(DaskFleet(nowhere), tmp_path)
    status = wait_for(backend, backend.submit(SHORT, owner=ME), over)
    assert status.state == "failed"
    assert f"The Dask scheduler at {nowhere} does not answer." in status.message
    backend.close()


def test_a_scheduler_that_comes_late_and_one_that_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = free_address()
    with monkeypatch.context() as at_once:
        at_once.setattr(dask_link, "CONNECT_SECONDS", 0.2)
        backend = Service(DaskFleet(where), tmp_path)
    assert not backend.health().well
    with cluster(1, where):
        wait_until(lambda: backend.health().well and backend.health().workers == 1, seconds=30)
        run = backend.submit(LONG, owner=ME)
        wait_for(backend, run, lambda s: s.step > 5)
    step = wait_for(backend, run, state("interrupted")).step
    with cluster(1, where):
        backend.send(run, Command("resume"), owner=ME)
        wait_for(backend, run, lambda s: s.state == "running" and s.step > step + 5)
        backend.send(run, Command("stop"), owner=ME)
        wait_for(backend, run, over)
        backend.close()
