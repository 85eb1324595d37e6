"""What a visitor keeps: the runs and sweeps that are theirs, what is written on them, and who has them next.

How a page uses it::

    shelf = runs.shelf()                             # of the one engine
    runs, sweeps = shelf.runs(visitor), shelf.sweeps(visitor)
    shelf.write(run, label, owner=visitor)           # a name, a note, tags, a pin
    shelf.delete([run], owner=visitor)               # gone for good after GRACE_SECONDS
    shelf.restore([run], owner=visitor)              # or back before
    shelf.hand_over(nonce, owner, visitor, before)   # to another browser

What is written is known at once; the store writes it a moment later.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from neural.sweep import SweepConfig
from neural.sweep_result import RunResult
from runs.backend import NotOwner, Summary
from runs.label import Label
from runs.outcome import Outcome
from runs.registry import Registry
from runs.store.history import Array
from runs.store.labels import StoredSweep
from runs.store.store import Store
from runs.sweep import Sweeps
from runs.sweep_state import Progress
from runs.thinning import kept

GRACE_SECONDS = 600.0  # in which a deletion can be undone
MOST = 200  # runs, and sweeps, of one visitor that are listed
STRETCHES = 600  # of a curve, each kept by its first, lowest and highest point
MOST_OUTCOMES = 5000  # that are kept in memory, a few hundred bytes each
UNWRITTEN = Label()


@dataclass(frozen=True)
class KeptRun:
    """A run, what is written on it, the outcome of every lane, and how many values were changed under way."""

    summary: Summary
    label: Label
    outcomes: tuple[Outcome, ...]
    changes: int


@dataclass(frozen=True)
class KeptSweep:
    """A sweep that its owner has started, what is written on it, and how far it is."""

    sweep: str
    created: float
    config: SweepConfig
    link: str
    label: Label
    progress: Progress
    results: dict[str, RunResult]


class Shelf:
    """See the module. Every method may be called from any thread."""

    def __init__(
        self, registry: Registry, store: Store, sweeps: Sweeps, now: Callable[[], float] = time.time
    ) -> None:
        self._registry, self._store, self._sweeps, self._now = registry, store, sweeps, now
        self._lock = threading.Lock()
        self._written: dict[str, Label] = {}  # by this process: the store may not have it yet
        self._started: dict[str, StoredSweep] = {}
        self._spent: set[str] = set()
        self._outcomes: dict[str, tuple[tuple[Outcome, ...], int]] = {}  # of runs that are over

    def runs(self, owner: str, *, deleted: bool = False) -> list[KeptRun]:
        """The last runs of an owner, newest first; those that are deleted only on request."""
        self.purge()
        labels = self._labels(owner)
        listed = []
        for summary in self._registry.recent(owner, MOST):
            label = labels.get(summary.run, UNWRITTEN)
            if summary.run and deleted == (label.deleted is not None):
                listed.append(KeptRun(summary, label, *self._outcomes_of(summary)))
        return listed

    def sweeps(self, owner: str, *, deleted: bool = False) -> list[KeptSweep]:
        """The last sweeps that an owner has started, newest first; those that are deleted only on request."""
        labels = self._labels(owner)
        listed = []
        for one in self._sweeps_of(owner):
            label = labels.get(one.sweep, UNWRITTEN)
            try:
                config = SweepConfig.from_dict(one.config)
            except ValueError:  # of another version
                continue
            if deleted == (label.deleted is not None):
                progress, results = self._sweeps.progress(config), self._sweeps.results(config)
                listed.append(KeptSweep(one.sweep, one.created, config, one.link, label, progress, results))
        return listed

    def curve(self, sources: Sequence[tuple[str, int]], x: str, y: str) -> tuple[Array, Array] | None:
        """A column over another one, both meaned over the seeds that a lane was trained with, thinned.

        Parameters
        ----------
        sources : sequence of (str, int)
            The seeds: a run and the place of the lane in it each.
        x, y : str
            Names of `runs.record`.

        Returns
        -------
        (array, array) or None
            Of equal length, over the steps that all seeds have and at which all were measured; None where
            a run is not there any more.
        """
        found = []
        for run, lane in sources:
            columns = self._registry.columns(run, (x, y))
            if columns is None or lane >= len(columns[0]):
                return None
            found.append(np.stack([column[lane] for column in columns]))
        if not found:
            return None
        steps = min(one.shape[1] for one in found)
        mean = np.mean([one[:, :steps] for one in found], axis=0)
        mean = mean[:, np.isfinite(mean).all(axis=0)]
        xs, ys = mean[:, kept(mean[1:], STRETCHES)]
        return xs, ys

    def data_in_use(self) -> set[str]:
        """The digests of data of visitors' that runs were trained with, for as long as these are kept."""
        return self._registry.own_data()

    def hidden(self, owner: str) -> set[str]:
        """The ids of what an owner has deleted and could have back."""
        return {item for item, label in self._labels(owner).items() if label.deleted is not None}

    def note_sweep(self, config: SweepConfig, link: str, *, owner: str) -> str:
        """Note that somebody has started a sweep, and the link that shows it; returns its id."""
        plain = config.to_dict()
        sweep = hashlib.sha256(f"{owner} {json.dumps(plain)}".encode()).hexdigest()[:16]
        with self._lock:
            self._started[sweep] = StoredSweep(sweep, owner, self._now(), plain, link)
        self._store.add_sweep(sweep, owner, self._now(), plain, link)
        if sweep in self.hidden(owner):
            self.restore([sweep], owner=owner)
        return sweep

    def write(self, item: str, label: Label, *, owner: str) -> None:
        """Have this written on a run or a sweep; whether it is deleted stays as it is.

        Raises
        ------
        NotOwner
            For what is somebody else's, or not there.
        """
        self._check(item, owner)
        self._put(item, replace(label, deleted=self._labels(owner).get(item, UNWRITTEN).deleted))

    def delete(self, items: Iterable[str], *, owner: str) -> list[str]:
        """Delete what is over or interrupted; returns the ids of those that go on, which stay.

        Raises
        ------
        NotOwner
            For what is somebody else's, or not there.
        """
        going = []
        for item in items:
            self._check(item, owner)
            entry = self._registry.entry(item)
            if entry is not None and entry.status.open:
                going.append(item)
            else:
                self._put(item, replace(self._labels(owner).get(item, UNWRITTEN), deleted=self._now()))
        return going

    def restore(self, items: Iterable[str], *, owner: str) -> None:
        """Undo a deletion; `NotOwner` for what is somebody else's, or gone for good."""
        for item in items:
            self._check(item, owner)
            self._put(item, replace(self._labels(owner).get(item, UNWRITTEN), deleted=None))

    def hand_over(self, nonce: str, owner: str, new: str, before: float) -> int:
        """Give all that an owner has begun before some time to another one; returns how many there were.

        Raises
        ------
        ValueError
            Where this was done already.
        """
        with self._lock:
            if nonce in self._spent or self._store.is_spent(nonce):
                raise ValueError("These runs were handed over already; make a new link in the first browser.")
            self._spent.add(nonce)
            moved = [one for one in self._sweeps_of(owner) if one.created <= before]
            self._started |= {one.sweep: replace(one, owner=new) for one in moved}
        runs = [one for one in self._registry.recent(owner, MOST) if one.created <= before]
        self._registry.hand_over(owner, new, before)
        self._store.hand_over(nonce, owner, new, before)
        return len(runs) + len(moved)

    def purge(self) -> None:
        """Forget for good what was deleted long enough ago."""
        before = self._now() - GRACE_SECONDS
        with self._lock:
            known = dict(self._written)
        expired = {
            item for item, label in known.items() if label.deleted is not None and label.deleted < before
        }
        stored = {item for item in self._store.deleted(before) if item not in known}
        for item in expired | stored:
            if self._registry.remove(item):
                with self._lock:
                    self._written.pop(item, None)
                    self._started.pop(item, None)
                self._store.remove(item)

    # ---- inside ----

    def _outcomes_of(self, summary: Summary) -> tuple[tuple[Outcome, ...], int]:
        """The outcomes of a run, read once when it is over, and how many values were changed."""
        found = self._outcomes.get(summary.run)
        if found is None:
            found = self._registry.outcomes(summary)
            if summary.status.over:
                if len(self._outcomes) >= MOST_OUTCOMES:
                    self._outcomes.clear()
                self._outcomes[summary.run] = found
        return found

    def _labels(self, owner: str) -> dict[str, Label]:
        with self._lock:
            return self._store.labels(owner) | self._written

    def _sweeps_of(self, owner: str) -> list[StoredSweep]:
        found = {one.sweep: one for one in self._store.sweeps(owner, MOST)} | self._started
        mine = (one for one in found.values() if one.owner == owner)
        return sorted(mine, key=lambda one: -one.created)[:MOST]

    def _put(self, item: str, label: Label) -> None:
        with self._lock:
            self._written[item] = label
        self._store.label(item, label)

    def _check(self, item: str, owner: str) -> None:
        entry, sweep = self._registry.entry(item), self._started.get(item)
        if entry is not None:
            known: str | None = entry.owner
        else:
            known = sweep.owner if sweep else self._store.owner_of_sweep(item)
        if known is None or known != owner:
            raise NotOwner
