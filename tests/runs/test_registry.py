"""What is kept in memory: all that goes on, and of the rest what fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from runs import registry as module
from runs.limits import Limits
from runs.registry import Registry
from runs.store.store import Store
from tests.runs.helpers import ME, SHORT


@pytest.mark.parametrize(("name", "bound"), [("MAX_KEPT", 3), ("MAX_KEPT_BYTES", 3 * 65_536.0)])
def test_finished_runs_are_fetched_from_the_disk_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, bound: float
) -> None:
    monkeypatch.setattr(module, name, bound)
    store = Store(tmp_path / "runs.sqlite")
    registry = Registry(store, Limits(per_visitor=99, in_all=99))
    runs = [registry.add(SHORT, ME) for _ in range(5)]
    assert len(registry._entries) == 5, "they all go on"
    for run in runs:
        registry.update(run, state="finished", message=f"run {run}")
    watched = registry.subscribe(runs[1], lambda: None)
    store.sync()
    registry.add(SHORT, ME)
    assert runs[0] not in registry._entries
    assert runs[1] in registry._entries, "somebody watches it"
    entry = registry.entry(runs[0])
    assert entry is not None
    assert (entry.status.state, entry.status.message, entry.owner) == ("finished", f"run {runs[0]}", ME)
    assert [summary.run for summary in registry.recent(ME, 99)][-5:] == runs[::-1]
    watched()
    store.close()


def test_without_a_disk_what_is_interrupted_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KEPT", 1)
    store = Store(None)
    registry = Registry(store, Limits(per_visitor=99, in_all=99))
    interrupted, finished = registry.add(SHORT, ME), registry.add(SHORT, ME)
    registry.update(interrupted, state="interrupted")
    registry.update(finished, state="finished")
    registry.add(SHORT, ME)
    assert set(registry._entries) >= {interrupted}
    assert finished not in registry._entries
    store.close()
