"""What is kept in memory: all that goes on, and of the rest what fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.runs import book as module
from lab.runs.book import Book
from lab.runs.limits import Limits
from lab.runs.store import Store
from tests.lab.runs.helpers import ME, SHORT


@pytest.mark.parametrize(("name", "bound"), [("MAX_KEPT", 3), ("MAX_KEPT_BYTES", 3 * 65_536.0)])
def test_finished_runs_are_fetched_from_the_disk_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, bound: float
) -> None:
    monkeypatch.setattr(module, name, bound)
    store = Store(tmp_path / "runs.sqlite")
    book = Book(store, Limits(per_visitor=99, in_all=99))
    runs = [book.add(SHORT, ME) for _ in range(5)]
    assert len(book._entries) == 5, "they all go on"
    for run in runs:
        book.update(run, state="finished", message=f"run {run}")
    watched = book.subscribe(runs[1], lambda: None)
    store.sync()
    book.add(SHORT, ME)
    assert runs[0] not in book._entries
    assert runs[1] in book._entries, "somebody watches it"
    entry = book.entry(runs[0])
    assert entry is not None
    assert (entry.status.state, entry.status.message, entry.owner) == ("finished", f"run {runs[0]}", ME)
    assert [summary.run for summary in book.recent(ME, 99)][-5:] == runs[::-1]
    watched()
    store.close()


def test_without_a_disk_what_is_interrupted_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KEPT", 1)
    store = Store(None)
    book = Book(store, Limits(per_visitor=99, in_all=99))
    interrupted, finished = book.add(SHORT, ME), book.add(SHORT, ME)
    book.update(interrupted, state="interrupted")
    book.update(finished, state="finished")
    book.add(SHORT, ME)
    assert set(book._entries) >= {interrupted}
    assert finished not in book._entries
    store.close()
