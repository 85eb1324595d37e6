"""Stored weights of a run: thinned as they come, gone with their run, the first to go on a full disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runs.backend import Status
from runs.record import NAMES
from runs.store import disk
from runs.store.history import History
from runs.store.store import Store
from tests.runs.helpers import ME, SHORT, wait_until


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "runs.sqlite")
    made.add("r", ME, 1.0, SHORT.to_dict(), Status("running"))
    yield made
    made.close()


def test_they_come_back_thinned(store: Store, tmp_path: Path) -> None:
    for step in (*range(12), 12, 14, 24, 25):
        store.moment("r", step, b"at %d" % step, 12)
    store.close()
    again = Store(tmp_path / "runs.sqlite")
    assert again.moments("r") == [0, 4, 8, 12, 24, 25]
    assert again.moment_of("r", 12) == b"at 12"
    assert again.moment_of("r", 11) is None
    assert again.moments("another") == []
    again.close()


def test_a_cut_takes_the_later_ones(store: Store) -> None:
    for step in (0, 1, 2, 3):
        store.moment("r", step, b"before", 12)
    store.cut("r", 2, (), Status("running", generation=1))
    store.sync()
    assert store.moments("r") == [0, 1, 2]
    store.moment("r", 2, b"after", 12)
    store.sync()
    assert store.moment_of("r", 2) == b"after"


def test_they_count_in_the_bound_and_go_with_their_run(tmp_path: Path) -> None:
    store = Store(tmp_path / "bounded.sqlite", most_mb=1.0)
    for number in range(4):
        run = f"run {number}"
        store.add(run, ME, float(number), SHORT.to_dict(), Status("finished"))
        store.moment(run, 0, b"x" * 400_000, 12)
        store.sync()
    assert store.find("run 0") is None
    assert store.moments("run 0") == []
    assert store.moments("run 3") == [0]
    store.moment("run 0", 1, b"late", 12)
    store.sync()
    assert store.moments("run 0") == []
    store.close()


def test_a_full_disk_costs_them_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(disk, "MAX_RETRY_SECONDS", 0.1)
    store.moment("r", 0, b"kept", 12)
    store.sync()
    (pages,) = store._disk.read(lambda db: db.execute("PRAGMA page_count").fetchone()) or (0,)
    store._disk.read(lambda db: db.execute(f"PRAGMA max_page_count = {pages + 2}").fetchall())
    columns = {name: [1.0, 2.0] for name in NAMES}
    store.moment("r", 1, b"x" * 1_000_000, 12)
    store.points("r", 0, [columns, columns])
    store.sync()
    store.moment("r", 2, b"x" * 1_000_000, 12)
    store._disk.read(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchall())
    wait_until(lambda: not store.off)
    history = History(2)
    assert store.load("r", history)
    assert len(history) == 2
    assert store.moments("r")[0] == 0
    assert 1 not in store.moments("r")
