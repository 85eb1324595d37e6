"""What a visitor keeps: labels, deletions that can be undone, handovers; all of it outlives the app."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from neural.sweep import SweepConfig, SweepMethod
from runs.backend import NotOwner
from runs.label import Label
from runs.limits import Limits
from runs.outcome import Outcome, outcomes
from runs.record import NAMES, Columns
from runs.registry import Registry
from runs.shelf import GRACE_SECONDS, Shelf
from runs.store.history import History
from runs.store.store import Store
from runs.sweep import Sweeps
from runs.sweep_state import Progress
from tests.runs.helpers import ME, OTHER, SHORT, THIRD

MANY = Limits(per_visitor=99, in_all=99)
SWEEP = SweepConfig((SweepMethod("sam_sps"),), fixed=(("epochs", 1),))
NAMED = Label("the good one", "a note\nof two lines", ("class", "ρ"), pinned=True)
NO_SWEEPS = SimpleNamespace(
    progress=lambda _: Progress(3, 0, {}, {}, going=False, seconds_left=None), results=lambda _: {}
)


class Open:
    """A shelf on a file, opened again as often as one likes, and its clock."""

    def __init__(self, path: Path | None) -> None:
        self.path, self.time = path, 1_000_000.0
        self.store = Store(None)
        self.again()

    def again(self) -> None:
        self.store.close()
        self.store = Store(self.path)
        self.registry = Registry(self.store, MANY)
        self.shelf = Shelf(self.registry, self.store, cast(Sweeps, NO_SWEEPS), lambda: self.time)

    def run(self, owner: str = ME, state: str = "finished") -> str:
        run = self.registry.add(SHORT, owner)
        self.registry.extend(run, recorded(), 3, 1.0)
        self.registry.update(run, state=state)
        self.store.sync()
        return run


def recorded() -> list[Columns]:
    """Two lanes of three steps; the accuracy falls at the end, and is not measured at the second step."""
    values = {
        "step": [1, 2, 3], "test_accuracy": [0.5, None, 0.25], "test_loss": [3.0, 1.0, math.nan],
        "grad_evals": [2, 4, 6], "seconds": [0.1, 0.2, 0.3],
    }  # fmt: skip
    lane = {name: values.get(name, [0.0] * 3) for name in NAMES}
    return [lane, {**lane, "test_accuracy": [None] * 3}]


@pytest.fixture(params=["file", "memory"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    found = Open(tmp_path / "runs.sqlite" if request.param == "file" else None)
    yield found
    found.store.close()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Open]:
    found = Open(tmp_path / "runs.sqlite")
    yield found
    found.store.close()


def test_outcomes_are_the_last_and_the_best_that_was_measured() -> None:
    history = History(2)
    history.extend(recorded())
    assert outcomes(history) == (
        Outcome(3, 0.25, 0.5, 1.0, 6, 0.3),
        Outcome(3, None, None, 1.0, 6, 0.3),
    )
    assert outcomes(History(1)) == (Outcome(0, None, None, None, 0, 0.0),)


def test_what_is_written_is_known_at_once_and_after_a_restart(kept: Open) -> None:
    run = kept.run()
    kept.shelf.write(run, NAMED, owner=ME)
    (found,) = kept.shelf.runs(ME)
    assert found.label == NAMED
    kept.again()
    (found,) = kept.shelf.runs(ME)
    assert (found.label, found.summary.run, found.changes) == (NAMED, run, 0)
    assert found.outcomes[0].best == 0.5
    assert kept.shelf.runs(OTHER) == []


@pytest.mark.parametrize("change", [Shelf.write, Shelf.delete, Shelf.restore], ids=lambda one: one.__name__)
def test_only_its_owner_changes_a_run(opened: Open, change: Callable[..., object]) -> None:
    run = opened.run()
    for item, owner in ((run, OTHER), ("unknown-run", ME), ("", "")):
        with pytest.raises(NotOwner):
            change(opened.shelf, *((item, NAMED) if change is Shelf.write else ([item],)), owner=owner)
    assert opened.shelf.runs(ME)[0].label == Label()


def test_a_deletion_can_be_undone_for_a_while(opened: Open) -> None:
    run = opened.run()
    opened.shelf.write(run, NAMED, owner=ME)
    assert opened.shelf.delete([run], owner=ME) == []
    assert opened.shelf.runs(ME) == []
    assert opened.shelf.hidden(ME) == {run}
    assert [one.summary.run for one in opened.shelf.runs(ME, deleted=True)] == [run]
    opened.time += GRACE_SECONDS - 1
    opened.shelf.restore([run], owner=ME)
    opened.time += 10 * GRACE_SECONDS
    (found,) = opened.shelf.runs(ME)
    assert found.label == NAMED, "with all that was written on it"


def test_after_that_it_is_gone_for_good(kept: Open) -> None:
    run, other = kept.run(), kept.run()
    kept.shelf.write(other, NAMED, owner=ME)
    kept.shelf.delete([run], owner=ME)
    kept.again()
    kept.time += GRACE_SECONDS + 1
    assert [one.summary.run for one in kept.shelf.runs(ME)] == [other]
    kept.store.sync()
    assert kept.store.find(run) is None
    assert kept.store.labels(ME) == {other: NAMED}
    assert kept.shelf.runs(ME, deleted=True) == []
    with pytest.raises(NotOwner):
        kept.shelf.restore([run], owner=ME)


def test_a_run_that_goes_on_is_not_deleted(opened: Open) -> None:
    running, over = opened.run(state="running"), opened.run()
    assert opened.shelf.delete([running, over], owner=ME) == [running]
    assert [one.summary.run for one in opened.shelf.runs(ME)] == [running]


def test_a_run_that_is_watched_is_not_forgotten_before_nobody_does(kept: Open) -> None:
    run = kept.run()
    leave = kept.registry.subscribe(run, lambda: None)
    kept.shelf.delete([run], owner=ME)
    kept.time += GRACE_SECONDS + 1
    kept.shelf.purge()
    assert kept.registry.entry(run) is not None
    leave()
    kept.shelf.purge()
    kept.store.sync()
    assert kept.registry.entry(run) is None


def test_the_engine_removes_the_oldest_runs_with_what_is_written_on_them(kept: Open) -> None:
    run = kept.run()
    kept.shelf.write(run, NAMED, owner=ME)
    kept.store.remove(run)
    kept.store.sync()
    assert kept.store.labels(ME) == {}


def test_sweeps_are_kept_with_the_link_that_shows_them(opened: Open) -> None:
    sweep = opened.shelf.note_sweep(SWEEP, "robustness?v=1", owner=ME)
    opened.time += 5
    assert opened.shelf.note_sweep(SWEEP, "robustness?v=1", owner=ME) == sweep, "started again"
    opened.shelf.write(sweep, NAMED, owner=ME)
    (found,) = opened.shelf.sweeps(ME)
    assert (found.config, found.link, found.label) == (SWEEP, "robustness?v=1", NAMED)
    assert found.created == opened.time
    assert opened.shelf.sweeps(OTHER) == []
    with pytest.raises(NotOwner):
        opened.shelf.delete([sweep], owner=OTHER)
    opened.shelf.delete([sweep], owner=ME)
    assert opened.shelf.sweeps(ME) == []
    opened.shelf.note_sweep(SWEEP, "robustness?v=1", owner=ME)
    assert len(opened.shelf.sweeps(ME)) == 1, "to start it again brings it back"


def test_a_handover_moves_what_was_there_and_happens_once(opened: Open) -> None:
    run = opened.run()
    before = opened.registry.recent(ME, 1)[0].created
    later, opened.time = opened.run(), before
    sweep = opened.shelf.note_sweep(SWEEP, "robustness", owner=ME)
    opened.shelf.write(run, NAMED, owner=ME)
    assert opened.shelf.hand_over("nonce", ME, OTHER, before) == 2
    assert [one.summary.run for one in opened.shelf.runs(OTHER)] == [run]
    assert opened.shelf.runs(OTHER)[0].label == NAMED
    assert [one.sweep for one in opened.shelf.sweeps(OTHER)] == [sweep]
    assert opened.shelf.sweeps(ME) == []
    assert [one.summary.run for one in opened.shelf.runs(ME)] == [later]
    for owner in (OTHER, THIRD):
        with pytest.raises(ValueError, match="handed over already"):
            opened.shelf.hand_over("nonce", ME, owner, before + 99)
    with pytest.raises(NotOwner):
        opened.shelf.write(run, Label(), owner=ME)
    opened.shelf.write(run, replace(NAMED, name="theirs"), owner=OTHER)


def test_a_handover_outlives_the_app(kept: Open) -> None:
    run = kept.run()
    kept.shelf.hand_over("nonce", ME, OTHER, 1e12)
    kept.again()
    assert [one.summary.run for one in kept.shelf.runs(OTHER)] == [run]
    with pytest.raises(ValueError, match="handed over already"):
        kept.shelf.hand_over("nonce", OTHER, THIRD, 1e12)


def test_a_damaged_label_is_no_label(kept: Open) -> None:
    run = kept.run()
    kept.shelf.write(run, NAMED, owner=ME)
    kept.store.sync()
    kept.store._disk.read(lambda db: db.execute("UPDATE labels SET tags = '{'"))
    kept.again()
    assert kept.shelf.runs(ME)[0].label == Label()
