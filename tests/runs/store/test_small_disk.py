"""A real disk without room: a file system of two megabytes, which only root may mount."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from runs.backend import Status
from runs.store import disk
from runs.store.history import History
from runs.store.store import Store
from tests.runs.helpers import ME, SHORT, wait_until
from tests.runs.store.test_disk import BACK, lanes


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(tmp_path)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("this system has no mount")
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def fill(path: Path) -> None:
    """Write until there is no room."""
    room = shutil.disk_usage(path.parent).free
    with path.open("wb", buffering=0) as file:
        file.write(bytes(room))
    assert shutil.disk_usage(path.parent).free == 0


def test_a_disk_without_room_costs_nothing_that_cannot_wait(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(disk, "MAX_RETRY_SECONDS", 0.1)
    store = Store(small_disk / "runs.sqlite")
    store.add("r", ME, 1.0, SHORT.to_dict(), Status())
    store.points("r", 0, lanes(0, 10))
    store.sync()
    fill(small_disk / "other")
    store.points("r", 10, lanes(10, 3000))
    store.sync()
    assert store.off
    assert "the disk is full" in store.notice
    (small_disk / "other").unlink()
    wait_until(lambda: not store.off)
    assert store.notice == BACK
    store.close()
    again, history = Store(small_disk / "runs.sqlite"), History(2)
    assert again.load("r", history)
    assert history.since(0, 10**9)[1][0]["step"] == list(range(1, 3001))
    again.close()
