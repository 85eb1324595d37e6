"""Damaged bytes in the store: what is before them is shown, the damage is said, and the writer goes on."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runs.backend import Command, Status
from runs.record import NAMES, Columns
from runs.service import Service
from runs.store.checkpoint import Checkpoint
from runs.store.history import History
from runs.store.store import Store
from tests.runs.helpers import (
    LONG,
    ME,
    SHORT,
    assert_equal_to_bare,
    columns,
    over,
    pause_at_checkpoint,
    state,
    wait_for,
)
from tests.runs.kept import KeptFleet

Harm = Callable[[bytes], bytes]
MESSAGE = "are damaged and cannot be shown."


def flipped(data: bytes) -> bytes:
    """Bytes in the middle are others."""
    middle = len(data) // 2
    return data[:middle] + bytes(byte ^ 0xFF for byte in data[middle : middle + 8]) + data[middle + 8 :]


def cut_short(data: bytes) -> bytes:
    return data[: len(data) // 2]


def another_header(data: bytes) -> bytes:
    return b'{"names": ["step"]}' + data[data.index(b"\n") :]


def no_header(data: bytes) -> bytes:
    return b"\xff" * len(data)


def change(home: Path, statement: str, *values: object) -> None:
    """Execute a statement on the database of a closed store."""
    with sqlite3.connect(home / "runs.sqlite") as db:
        db.execute(statement, values)
    db.close()


def damage(home: Path, run: str, chunk: int, harm: Harm) -> None:
    """Damage the points of a stored run, in its chunk of this number."""
    with sqlite3.connect(home / "runs.sqlite") as db:
        query = "SELECT rowid, data FROM chunks WHERE run = ? ORDER BY start LIMIT 1 OFFSET ?"
        rowid, data = db.execute(query, (run, chunk)).fetchone()
    db.close()
    change(home, "UPDATE chunks SET data = ? WHERE rowid = ?", harm(data), rowid)


def put(home: Path, status: Status, checkpoint: int | None = None) -> None:
    """Store a run of three chunks of ten steps."""
    store = Store(home / "runs.sqlite")
    store.add("r", ME, 1.0, SHORT.to_dict(), Status())
    for start in (0, 10, 20):
        columns: Columns = {name: [float(step) for step in range(start + 1, start + 11)] for name in NAMES}
        store.points("r", start, [columns, columns])
        store.sync()
    store.pictures("r", "[]")
    if checkpoint is not None:
        store.checkpoint("r", Checkpoint(checkpoint, str(home / "file.pt")), lambda: None)
    store.update("r", status)
    store.close()


@pytest.fixture
def reopened(tmp_path: Path, kept: KeptFleet) -> Iterator[Callable[[], Service]]:
    """Opens the store as an app does."""
    made: list[Service] = []

    def reopen() -> Service:
        made.append(Service(kept.lent(), tmp_path))
        return made[-1]

    yield reopen
    for backend in made:
        backend.close()


@pytest.mark.parametrize("harm", [flipped, cut_short, another_header, no_header])
def test_the_points_before_the_damage_are_shown_and_the_damage_is_said(
    tmp_path: Path, reopened: Callable[[], Service], harm: Harm
) -> None:
    put(tmp_path, Status("finished", "Finished: all 30 steps", total=30))
    damage(tmp_path, "r", 1, harm)
    backend = reopened()
    status = backend.status("r")
    assert status is not None
    assert (status.state, status.step, status.recorded, status.total) == ("finished", 10, 10, 30)
    assert status.message == f"Finished: all 30 steps. The stored points after step 10 {MESSAGE}"
    assert columns(backend, "r")[1]["step"] == list(range(1, 11))
    assert [summary.run for summary in backend.recent(ME)] == ["r"]


def test_without_any_readable_point_the_run_is_still_there(
    tmp_path: Path, reopened: Callable[[], Service]
) -> None:
    put(tmp_path, Status("stopped", total=30))
    damage(tmp_path, "r", 0, flipped)
    backend = reopened()
    status = backend.status("r")
    assert status is not None
    assert (status.state, status.recorded) == ("stopped", 0)
    assert status.message == f"The stored points {MESSAGE}"
    assert backend.config("r") == SHORT


def test_a_missing_chunk_is_damage_too(tmp_path: Path, reopened: Callable[[], Service]) -> None:
    put(tmp_path, Status("finished", "Finished: all 30 steps", total=30))
    change(tmp_path, "DELETE FROM chunks WHERE start = 10")
    status = reopened().status("r")
    assert status is not None
    assert status.message.endswith(f"The stored points after step 10 {MESSAGE}")


def test_damaged_pictures_are_not_shown(tmp_path: Path, reopened: Callable[[], Service]) -> None:
    put(tmp_path, Status("finished", total=30))
    change(tmp_path, "UPDATE pictures SET data = x'00ff00ff'")
    backend = reopened()
    assert backend.pictures("r") is None
    assert columns(backend, "r")[0]["step"] == list(range(1, 31))


@pytest.mark.parametrize(
    ("checkpoint", "place"), [(25, "the beginning"), (10, "step 10"), (None, "the beginning")]
)
def test_an_interrupted_run_says_where_it_goes_on(
    tmp_path: Path, reopened: Callable[[], Service], checkpoint: int | None, place: str
) -> None:
    put(tmp_path, Status("running", total=30), checkpoint)
    damage(tmp_path, "r", 1, flipped)
    status = reopened().status("r")
    assert status is not None
    assert status.state == "interrupted"
    assert status.message == f"The stored points after step 10 {MESSAGE} Resume continues from {place}."


def test_a_cut_through_a_damaged_chunk_does_not_end_the_writer(tmp_path: Path) -> None:
    put(tmp_path, Status("running", total=30))
    damage(tmp_path, "r", 1, flipped)
    store = Store(tmp_path / "runs.sqlite")
    store.cut("r", 15, [], Status("running", generation=1))
    store.sync()
    store.update("r", Status("finished", "after the damage"))
    store.sync()
    assert not store.off
    found = store.find("r")
    assert found is not None
    assert found.status.message == "after the damage"
    history = History(2)
    store.load("r", history)
    assert len(history) == 10
    store.close()


def test_a_write_that_fails_in_an_unforeseen_way_does_not_end_the_writer(tmp_path: Path) -> None:
    store = Store(tmp_path / "runs.sqlite")
    store.add("r", ME, 1.0, {"no": "seed"}, Status())
    called: list[bool] = []
    store.checkpoint("r", None, lambda: called.append(True))
    store.sync()
    assert called == [True]
    assert not store.off, "it costs that run, and nobody else"
    assert store.notice == "Parts of one run could not be kept."
    store.add("another", ME, 2.0, SHORT.to_dict(), Status())
    store.sync()
    assert [found.run for found in store.recent(ME, 9)] == ["another"]
    store.close()


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory, kept: KeptFleet) -> tuple[Path, str]:
    """A folder with a run that is interrupted, with a checkpoint; and its id."""
    folder = tmp_path_factory.mktemp("home")
    first = Service(kept.lent(), folder)
    run = first.submit(LONG, owner=ME)
    wait_for(first, run, lambda s: s.step > 20)
    pause_at_checkpoint(first, folder, run)
    os.kill(kept.pid_of(run), signal.SIGKILL)
    wait_for(first, run, state("interrupted"))
    first.close()
    return folder, run


@pytest.mark.parametrize("chunk", [0, 1])
def test_a_damaged_run_resumes_and_is_whole_again(
    tmp_path: Path, reopened: Callable[[], Service], interrupted: tuple[Path, str], chunk: int
) -> None:
    folder, run = interrupted
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    damage(tmp_path, run, chunk, flipped)

    backend = reopened()
    known = backend.status(run)
    assert known is not None
    assert MESSAGE in known.message
    backend.send(run, Command("resume"), owner=ME)
    wait_for(backend, run, lambda s: s.state == "running" and s.step > known.step + 60)
    backend.send(run, Command("stop"), owner=ME)
    wait_for(backend, run, over)
    assert backend.notice() == "", "the store goes on"
    found = columns(backend, run)
    assert_equal_to_bare(found, LONG)
    backend.close()

    again = reopened()
    assert columns(again, run) == found, "what is on disk is whole"
    ended = again.status(run)
    assert ended is not None
    assert MESSAGE not in ended.message
