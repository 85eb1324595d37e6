"""The engine of the app's process: on this machine, or on a cluster where the environment names one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import runs
from runs.fleets import dask_link
from tests.runs.cluster import free_address
from tests.runs.helpers import ME, SHORT, over, wait_for


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    runs.shutdown()
    monkeypatch.setenv("SAM_SPS_HOME", str(tmp_path))
    monkeypatch.setenv("SAM_SPS_WORKERS", "1")
    monkeypatch.delenv("SAM_SPS_SCHEDULER", raising=False)
    yield
    runs.shutdown()


def test_without_a_scheduler_runs_are_trained_on_this_machine(tmp_path: Path) -> None:
    first = runs.engine()
    assert runs.engine() is first, "there is one"
    run = first.submit(SHORT, owner=ME)
    assert wait_for(first, run, over).state == "finished"
    assert (tmp_path / "runs.sqlite").exists()
    runs.shutdown()
    second = runs.engine()
    assert second is not first
    status = second.status(run)
    assert status is not None
    assert status.state == "finished", "a new engine knows the runs of the one before"


def test_a_scheduler_in_the_environment_is_asked_for_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = free_address()
    monkeypatch.setenv("SAM_SPS_SCHEDULER", nowhere)
    monkeypatch.setattr(dask_link, "CONNECT_SECONDS", 0.5)
    engine = runs.engine()
    status = wait_for(engine, engine.submit(SHORT, owner=ME), over)
    assert status.state == "failed"
    assert f"The Dask scheduler at {nowhere} does not answer." in status.message
