"""What is kept in memory: all that goes on, and of the rest what fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from runs import entries
from runs.limits import Limits
from runs.registry import Registry
from runs.store.store import Store
from tests.runs.helpers import ME, SHORT

MANY = Limits(per_visitor=99, in_all=99)


@pytest.mark.parametrize(("name", "bound"), [("MAX_IN_MEMORY", 3), ("MAX_BYTES_IN_MEMORY", 3 * 65_536.0)])
def test_finished_runs_are_fetched_from_the_disk_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, bound: float
) -> None:
    monkeypatch.setattr(entries, name, bound)
    store = Store(tmp_path / "runs.sqlite")
    registry = Registry(store, MANY)
    runs = [registry.add(SHORT, ME) for _ in range(5)]
    first, watched = registry.entry(runs[0]), registry.entry(runs[1])
    registry.add(SHORT, ME)
    assert registry.entry(runs[0]) is first, "they all go on"
    for run in runs:
        registry.update(run, state="finished", message=f"run {run}")
    unsubscribe = registry.subscribe(runs[1], lambda: None)
    store.sync()
    registry.add(SHORT, ME)
    assert registry.entry(runs[1]) is watched, "somebody watches it"
    entry = registry.entry(runs[0])
    assert entry is not None
    assert entry is not first, "it comes from the disk"
    assert (entry.status.state, entry.status.message, entry.owner) == ("finished", f"run {runs[0]}", ME)
    assert [summary.run for summary in registry.recent(ME, 99)][-5:] == runs[::-1]
    unsubscribe()
    store.close()


def test_without_a_disk_what_is_interrupted_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "MAX_IN_MEMORY", 1)
    store = Store(None)
    registry = Registry(store, MANY)
    interrupted, finished = registry.add(SHORT, ME), registry.add(SHORT, ME)
    registry.update(interrupted, state="interrupted")
    registry.update(finished, state="finished")
    registry.add(SHORT, ME)
    assert registry.entry(interrupted) is not None
    assert registry.entry(finished) is None
    store.close()
