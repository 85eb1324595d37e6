"""The store: what was written comes back, old files are brought up to date, and no disk ends the app."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runs.backend import Mark, Status
from runs.record import NAMES, Columns
from runs.service import Service
from runs.store import database, schema
from runs.store.checkpoint import Checkpoint
from runs.store.history import History
from runs.store.store import Store
from tests.runs.helpers import ME, SHORT, columns, over, wait_for, wait_until
from tests.runs.kept import KeptFleet

RUNNING = Status("running", total=1000)


def lanes(start: int, end: int) -> list[Columns]:
    """Two lanes with numbers that tell their step apart."""
    return [
        {
            name: [step + lane / 8 + row for step in range(start + 1, end + 1)]
            for row, name in enumerate(NAMES)
        }
        for lane in range(2)
    ]


def stored(store: Store, run: str) -> list[Columns]:
    history = History(2)
    store.load(run, history)
    return history.since(0, 10**9)[1]


def expected(end: int) -> list[Columns]:
    history = History(2)
    history.extend(lanes(0, end))
    return history.since(0, end)[1]


def with_run(store: Store, run: str = "r", created: float = 1.0, steps: int = 10) -> None:
    store.add(run, ME, created, SHORT.to_dict(), Status())
    store.update(run, RUNNING)
    store.points(run, 0, lanes(0, steps))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "runs.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store(path)
    yield opened
    opened.close()


def test_a_run_comes_back_as_interrupted_with_all_it_had(store: Store, path: Path) -> None:
    with_run(store)
    store.points("r", 10, lanes(10, 25))
    store.marks("r", [Mark(4, 0, "rho", 0.25), Mark(9, 1, "lr", 0.5)])
    store.checkpoint("r", Checkpoint(20, "file"), lambda: None)
    store.points("r", 25, lanes(25, 30))
    store.close()
    again = Store(path)
    record = again.find("r")
    assert record is not None
    assert (record.owner, record.created, record.config) == (ME, 1.0, SHORT.to_dict())
    assert record.status.state == "interrupted"
    assert record.status.message.endswith("Resume continues from step 20.")
    assert record.status.total == 1000
    assert record.marks == (Mark(4, 0, "rho", 0.25), Mark(9, 1, "lr", 0.5))
    assert record.checkpoint == Checkpoint(20, "file")
    assert stored(again, "r") == expected(30)
    assert again.checkpoint_files() == {"file"}
    again.close()
    with sqlite3.connect(path) as db:  # these are there for whoever asks
        seed, device, machine, versions = db.execute(
            "SELECT seed, device, machine, versions FROM runs"
        ).fetchone()
    db.close()
    assert (seed, device) == (0, "cpu")
    assert machine
    assert '"torch"' in versions
    assert '"python"' in versions


def test_a_cut_in_the_middle_of_a_chunk(store: Store) -> None:
    with_run(store, steps=10)
    store.sync()
    store.points("r", 10, lanes(10, 20))
    store.marks("r", [Mark(4, 0, "rho", 0.25)])
    store.checkpoint("r", Checkpoint(12, "file"), lambda: None)
    store.cut("r", 13, [Mark(4, 0, "rho", 0.25)], replace(RUNNING, generation=1))
    store.sync()
    assert stored(store, "r") == expected(13)
    store.points("r", 13, lanes(13, 17))
    store.cut("r", 5, [], replace(RUNNING, generation=2))
    store.sync()
    assert stored(store, "r") == expected(5)
    record = store.find("r")
    assert record is not None
    assert (record.status.generation, record.checkpoint, record.marks) == (2, None, ())


def test_a_checkpoint_counts_after_the_points_before_it(store: Store) -> None:
    with_run(store, steps=10)
    seen: list[int] = []
    store.checkpoint("r", Checkpoint(10, "file"), lambda: seen.append(len(stored(store, "r")[0]["step"])))
    store.sync()
    assert seen == [10]


def test_a_file_of_version_1_is_brought_up_to_date(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        for statement in schema.MIGRATIONS[0]:
            db.execute(statement)
        db.execute("PRAGMA user_version = 1")
        db.execute(
            "INSERT INTO runs VALUES ('old', 'me', 5.0, ?, 0, 'cpu', 'm', '{}', 'finished', 'Done', 23, 6.0)",
            [json.dumps(SHORT.to_dict())],
        )
    db.close()
    store = Store(path)
    record = store.find("old")
    assert record is not None
    assert record.status == Status("finished", "Done", 0, 23)
    with_run(store, "new")
    store.marks("new", [Mark(1, 0, "rho", 0.5)])
    store.close()
    assert store.notice == ""
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert db.execute("SELECT run FROM runs ORDER BY created DESC").fetchall() == [("old",), ("new",)]
    db.close()


def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    store = Store(path)
    assert store.off
    assert "newer than this app" in store.notice
    store.close()


def test_a_second_app_goes_on_without_history(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_run(store)
    store.sync()
    monkeypatch.setattr("runs.store.database.LOCKED_SECONDS", 0.1)
    second = Store(path)
    assert second.off
    assert "another app is using its file" in second.notice
    second.close()
    record = store.find("r")
    assert record is not None
    assert record.status.state == "running", "the second one has not marked it as interrupted"


def full(db: sqlite3.Connection) -> None:
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages}")


def read_only(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA query_only = ON")


@pytest.mark.parametrize(
    ("breaks", "words"), [(full, "the disk is full"), (read_only, "its file is read-only")]
)
def test_a_disk_that_fails_is_named_and_runs_go_on(
    tmp_path: Path,
    kept: KeptFleet,
    monkeypatch: pytest.MonkeyPatch,
    breaks: Callable[[sqlite3.Connection], None],
    words: str,
) -> None:
    opened = database.opened

    def broken(path: Path) -> sqlite3.Connection:
        db = opened(path)
        breaks(db)
        return db

    monkeypatch.setattr(database, "opened", broken)
    backend = Service(kept.lent(), tmp_path)
    try:
        run = backend.submit(replace(SHORT, epochs=3), owner=ME)
        status = wait_for(backend, run, over)
        assert status.state == "finished"
        assert len(columns(backend, run)[0]["step"]) == 69
        wait_until(lambda: words in backend.notice())
        assert [summary.run for summary in backend.recent(ME)] == [run], "memory still has it"
    finally:
        backend.close()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store(tmp_path / "file" / "runs.sqlite")
    assert store.off
    assert "The history of runs is off" in store.notice
    with_run(store)
    seen: list[bool] = []
    store.checkpoint("r", Checkpoint(10, "file"), lambda: seen.append(True))
    store.sync()
    assert seen == [True], "memory is the truth then"
    assert store.find("r") is None
    store.close()


def test_the_oldest_finished_runs_go_when_the_bound_is_reached(path: Path) -> None:
    store = Store(path, most_mb=0.7)
    for number in range(8):
        run = f"run {number}"
        with_run(store, run, created=float(number), steps=4000)
        store.update(run, Status("interrupted" if number == 0 else "finished"))
        store.sync()
    assert store.find("run 0") is not None, "it may still be resumed"
    assert store.find("run 1") is None
    assert store.find("run 7") is not None
    assert "bound of 0.7 MB" in store.notice
    assert "oldest finished run" in store.notice
    store.points("run 1", 4000, lanes(4000, 4010))  # late points of a pruned run are dropped
    store.sync()
    assert not store.off
    store.close()
