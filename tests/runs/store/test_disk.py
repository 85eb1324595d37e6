"""A disk that fails and comes back: what was noted meanwhile is kept, and visitors are told both times."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runs.backend import Status
from runs.record import NAMES, Columns
from runs.service import Service
from runs.store import database, disk
from runs.store.history import History
from runs.store.store import Store
from tests.runs.helpers import ME, SHORT, checkpoints, columns, over, state, wait_for, wait_until
from tests.runs.kept import KeptFleet

BACK = "The history of runs is on again, with what was done meanwhile."


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried again after a moment."""
    monkeypatch.setattr(disk, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(disk, "MAX_RETRY_SECONDS", 0.1)
    monkeypatch.setattr(database, "LOCKED_SECONDS", 0.05)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    made = Store(path)
    yield made
    made.close()


def lanes(start: int, end: int) -> list[Columns]:
    columns: Columns = {name: [float(step) for step in range(start + 1, end + 1)] for name in NAMES}
    return [columns, columns]


def steps(store: Store, run: str) -> list[int]:
    history = History(2)
    assert store.load(run, history)
    return history.since(0, 10**9)[1][0]["step"]


def tell(store: Store, pragma: str) -> None:
    """Change a setting of the store's own connection."""
    store._disk.read(lambda db: db.execute(f"PRAGMA {pragma}").fetchall())


def fill_disk(store: Store) -> None:
    (pages,) = store._disk.read(lambda db: db.execute("PRAGMA page_count").fetchone()) or (0,)
    tell(store, f"max_page_count = {pages}")


def free_disk(store: Store) -> None:
    tell(store, "max_page_count = 1000000")


def test_after_a_full_disk_everything_is_kept_and_said(store: Store, path: Path) -> None:
    store.add("r", ME, 1.0, SHORT.to_dict(), Status())
    store.points("r", 0, lanes(0, 10))
    store.sync()
    fill_disk(store)
    store.points("r", 10, lanes(10, 3000))
    store.sync()
    assert store.off
    assert store.notice == (
        "The history of runs is off: the disk is full. Runs go on, and the app tries again by itself."
    )
    assert [found.run for found in store.recent(ME, 9)] == ["r"], "what is on the disk can be read"
    store.add("meanwhile", ME, 2.0, SHORT.to_dict(), Status())
    store.points("meanwhile", 0, lanes(0, 7))
    store.update("r", Status("finished"))
    free_disk(store)
    wait_until(lambda: not store.off)
    assert store.notice == BACK
    store.close()
    again = Store(path)
    assert steps(again, "r") == list(range(1, 3001))
    assert steps(again, "meanwhile") == list(range(1, 8))
    found = again.find("r")
    assert found is not None
    assert found.status.state == "finished"
    assert again.notice == ""
    again.close()


def test_a_folder_that_another_app_has_given_up_is_used(store: Store, path: Path) -> None:
    store.add("first", ME, 1.0, SHORT.to_dict(), Status("running"))
    store.sync()
    second = Store(path)
    second.add("second", ME, 2.0, SHORT.to_dict(), Status("running"))
    second.sync()
    assert "another app is using its file" in second.notice
    assert second.recent(ME, 9) == []
    store.close()
    wait_until(lambda: not second.off)
    assert second.notice == BACK
    found = [(run.run, run.status.state) for run in second.recent(ME, 9)]
    assert found == [("second", "running"), ("first", "interrupted")]
    second.close()


def test_a_file_that_cannot_be_opened_is_tried_again(path: Path) -> None:
    path.mkdir()
    store = Store(path)
    store.add("r", ME, 1.0, SHORT.to_dict(), Status())
    store.sync()
    assert "its file cannot be opened" in store.notice
    path.rmdir()
    wait_until(lambda: not store.off)
    assert [found.run for found in store.recent(ME, 9)] == ["r"]
    store.close()


def test_an_error_of_the_disk_has_the_file_opened_anew_and_marks_no_run(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add("r", ME, 1.0, SHORT.to_dict(), Status("running"))
    store.sync()
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR | 10 << 8
    failing = [error]
    execute = disk.writes.execute

    def fail_once(*arguments: object) -> None:
        if failing:
            raise failing.pop()
        execute(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(disk.writes, "execute", fail_once)
    store.points("r", 0, lanes(0, 5))
    wait_until(lambda: store.notice == BACK)
    assert steps(store, "r") == [1, 2, 3, 4, 5]
    found = store.find("r")
    assert found is not None
    assert found.status.state == "running"


def test_what_is_noted_before_the_end_is_tried_a_last_time(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add("r", ME, 1.0, SHORT.to_dict(), Status())
    store.sync()
    monkeypatch.setattr(disk, "RETRY_SECONDS", 1000.0)
    monkeypatch.setattr(disk, "MAX_RETRY_SECONDS", 1000.0)
    fill_disk(store)
    store.points("r", 0, lanes(0, 3000))
    store.sync()
    free_disk(store)
    store.update("r", Status("finished"))
    store.close()
    again = Store(path)
    assert steps(again, "r") == list(range(1, 3001))
    again.close()


def test_more_than_memory_should_hold_is_not_kept_and_said(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add("r", ME, 1.0, SHORT.to_dict(), Status())
    store.add("other", ME, 2.0, SHORT.to_dict(), Status())
    store.sync()
    monkeypatch.setattr(disk, "MOST_WAITING", 2 * len(NAMES) * 3000)
    fill_disk(store)
    store.points("r", 0, lanes(0, 3000))
    store.sync()
    store.points("other", 0, lanes(0, 10))
    store.sync()
    free_disk(store)
    wait_until(lambda: not store.off)
    assert store.notice == f"{BACK} Parts of one run could not be kept."
    assert steps(store, "r") == list(range(1, 3001))
    assert steps(store, "other") == []


def test_a_disk_that_is_there_takes_a_batch_of_any_size(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "MOST_WAITING", 10)
    store.add("r", ME, 1.0, SHORT.to_dict(), Status())
    store.points("r", 0, lanes(0, 3000))
    store.sync()
    assert store.notice == ""
    assert steps(store, "r") == list(range(1, 3001))


def test_only_the_last_of_the_pictures_waits(store: Store) -> None:
    store.add("r", ME, 1.0, SHORT.to_dict(), Status())
    store.sync()
    fill_disk(store)
    store.points("r", 0, lanes(0, 3000))
    store.sync()
    for number in range(3):
        store.pictures("r", f"[{number}]")
        store.sync()
    assert [write[0].__name__ for write in store._disk._waiting] == ["points", "pictures"]
    free_disk(store)
    wait_until(lambda: not store.off)
    assert store.pictures_of("r") == "[2]"


def test_what_does_not_fit_together_costs_its_run_alone(store: Store) -> None:
    store.add("r", ME, 1.0, SHORT.to_dict(), Status())
    store.add("odd", ME, 2.0, SHORT.to_dict(), Status())
    store.points("odd", 0, lanes(0, 2))
    store.points("odd", 2, [{}, {}])
    store.points("r", 0, lanes(0, 5))
    store.sync()
    assert store.notice == "Parts of one run could not be kept."
    assert steps(store, "r") == [1, 2, 3, 4, 5]


def rename(path: Path, old: str, new: str) -> None:
    with sqlite3.connect(path) as db:
        db.execute(f"ALTER TABLE {old} RENAME TO {new}")
    db.close()


def test_a_part_that_cannot_be_written_costs_that_part(path: Path) -> None:
    Store(path).close()
    rename(path, "pictures", "gone")
    store = Store(path)
    store.add("r", ME, 1.0, SHORT.to_dict(), Status())
    store.pictures("r", "[]")
    store.points("r", 0, lanes(0, 5))
    store.sync()
    assert not store.off
    assert store.notice == "Parts of one run could not be kept."
    assert steps(store, "r") == [1, 2, 3, 4, 5]
    store.close()


@pytest.mark.parametrize("harm", [fill_disk, lambda store: tell(store, "query_only = ON")])
def test_a_run_that_goes_on_meanwhile_is_there_after_a_restart(
    tmp_path: Path, kept: KeptFleet, harm: Callable[[Store], None]
) -> None:
    backend = Service(kept.lent(), tmp_path)
    try:
        harm(backend._store)
        run = backend.submit(replace(SHORT, epochs=3), owner=ME)
        assert wait_for(backend, run, over).state == "finished"
        wait_until(lambda: backend.health().store is False or backend.notice() == BACK)
        free_disk(backend._store)
        wait_until(lambda: backend.health().store and backend.notice() == BACK)
        found = columns(backend, run)
    finally:
        backend.close()
    again = Service(kept.lent(), tmp_path)
    assert columns(again, run) == found
    assert len(found[0]["step"]) == 69
    again.close()


def test_checkpoints_come_home_when_the_history_does(tmp_path: Path, kept: KeptFleet) -> None:
    first = Store(tmp_path / "runs.sqlite")
    backend = Service(kept.lent(), tmp_path)
    try:
        assert not backend.health().store
        first.close()
        wait_until(lambda: backend.health().store)
        run = backend.submit(replace(SHORT, epochs=1000), owner=ME)
        wait_for(backend, run, state("running"))
        wait_until(lambda: checkpoints(tmp_path, run))
    finally:
        backend.close()
