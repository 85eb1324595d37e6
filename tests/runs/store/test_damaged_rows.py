"""A damaged row, or a damaged page of the file, costs the runs that lie there; the others are shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runs.backend import Status
from runs.fleets.local import LocalFleet
from runs.record import NAMES, Columns
from runs.service import Service
from runs.store.checkpoint import Checkpoint
from runs.store.store import Store
from tests.runs.helpers import ME, OTHER, SHORT, columns

RUNS = 40


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with many finished runs on several pages, and an interrupted one with its checkpoint."""
    store = Store(tmp_path / "runs.sqlite")
    (tmp_path / "checkpoints").mkdir()
    file = tmp_path / "checkpoints" / "going-10.pt"
    file.write_bytes(b"weights")
    values: Columns = {name: [float(step) for step in range(1, 11)] for name in NAMES}
    for number in range(RUNS):
        run = f"run {number}"
        store.add(run, OTHER if number % 2 else ME, float(number), SHORT.to_dict(), Status())
        store.points(run, 0, [values, values])
        store.update(run, Status("finished", "Finished", total=10))
        store.sync()
    store.add("going", ME, 99.0, SHORT.to_dict(), Status("running"))
    store.checkpoint("going", Checkpoint(10, str(file)), lambda: None)
    store.close()
    return tmp_path


@pytest.fixture
def opened(home: Path) -> Iterator[Callable[[], Service]]:
    """Opens the store as an app does."""
    made: list[Service] = []

    def begin() -> Service:
        made.append(Service(LocalFleet(1), home))
        return made[-1]

    yield begin
    for backend in made:
        backend.close()


def change(home: Path, statement: str, *values: object) -> None:
    """Execute a statement on the database of a closed store."""
    with sqlite3.connect(home / "runs.sqlite") as db:
        db.execute(statement, values)
    db.close()


def damage_pages(home: Path, table: str, number: int) -> None:
    """Overwrite a leaf page of a table."""
    file = home / "runs.sqlite"
    with sqlite3.connect(file) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
        (leaf,) = db.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET ?",
            (table, number),
        ).fetchone()
    db.close()
    data = bytearray(file.read_bytes())
    data[(leaf - 1) * size : leaf * size] = b"\xff" * size
    file.write_bytes(data)


@pytest.mark.parametrize("config", ['{"lanes": [{', "[1, 2]", "{}", b"\xff\xfe"])
def test_a_damaged_row_costs_its_run_alone_and_is_said(
    home: Path, opened: Callable[[], Service], config: object
) -> None:
    change(home, "UPDATE runs SET config = ? WHERE run = 'run 6'", config)
    backend = opened()
    found = backend.recent(ME, 100)
    assert len(found) == RUNS / 2 + 1
    (damaged,) = [summary for summary in found if summary.config is None]
    assert damaged.created == 6.0
    assert backend.status("run 6") is None
    assert columns(backend, "run 8")[0]["step"] == list(range(1, 11))
    assert all(summary.config is not None for summary in backend.recent(OTHER, 100))
    assert backend.notice() == ""
    assert backend.health().store


def test_a_damaged_page_of_rows_costs_the_runs_on_it(home: Path, opened: Callable[[], Service]) -> None:
    damage_pages(home, "runs", 2)
    backend = opened()
    found = backend.recent(ME, 100)
    assert len(found) == RUNS / 2 + 1, "the index knows them all"
    lost = [summary for summary in found if summary.config is None]
    assert 0 < len(lost) < 10
    assert backend.health().store, "the history goes on"
    assert [found[0].run, found[0].status.state] == ["going", "interrupted"]


def test_where_nobody_knows_which_checkpoints_are_needed_none_is_deleted(
    home: Path, opened: Callable[[], Service]
) -> None:
    stray = home / "checkpoints" / "stray-3.pt"
    stray.write_bytes(b"weights")
    damage_pages(home, "runs", 2)
    opened()
    assert (home / "checkpoints" / "going-10.pt").exists()
    assert stray.exists(), "it may belong to a run that cannot be read"


def test_where_it_is_known_only_those_that_are_needed_stay(home: Path, opened: Callable[[], Service]) -> None:
    (home / "checkpoints" / "stray-3.pt").write_bytes(b"weights")
    opened()
    assert [path.name for path in (home / "checkpoints").glob("*.pt")] == ["going-10.pt"]


@pytest.mark.parametrize("table", ["chunks", "marks", "pictures"])
def test_a_damaged_page_of_a_part_costs_that_part(
    home: Path, opened: Callable[[], Service], table: str
) -> None:
    damage_pages(home, table, 0)
    backend = opened()
    assert all(summary.config is not None for summary in backend.recent(ME, 100))
    status = backend.status("run 0")
    assert status is not None
    assert status.state == "finished"
    if table == "chunks":
        assert "The stored points are damaged and cannot be shown." in status.message
        assert columns(backend, f"run {RUNS - 1}")[0]["step"] == list(range(1, 11)), "on another page"
    else:
        assert columns(backend, "run 0")[0]["step"] == list(range(1, 11))
