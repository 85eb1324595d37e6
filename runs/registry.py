"""The app's list of its runs: whose they are, where they stand, what they have measured.

A run that goes on is in memory and is noted in the store; one that is over may be forgotten and is loaded
from the store when it is asked for. Any thread may read; only the supervisor's thread writes. Listeners are
called after the lock is given back.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from neural.config import TrainConfig
from neural.own_images import parsed
from runs import log, room
from runs.backend import Mark, Points, Status, Summary
from runs.entries import Entry, config_of, loaded, to_forget
from runs.limits import Limits
from runs.outcome import Outcome, outcomes
from runs.record import Columns
from runs.store.checkpoint import Checkpoint
from runs.store.history import Array, History
from runs.store.store import Store

STORED_FIELDS = ("state", "message", "total", "generation")  # of the status


class Registry:
    """All runs of this app, by id."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self.store = store
        self._limits = limits
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, Entry] = OrderedDict()

    # ---- any thread ----

    def add(self, config: TrainConfig, owner: str) -> str:
        """Note a new run under an unguessable id; `Busy` where the caps leave no room."""
        run = secrets.token_urlsafe(9)
        entry = Entry(owner, time.time(), config, History(len(config.lanes)))
        with self._lock:
            room.check(self._entries.values(), self._limits, owner)
            self._entries[run] = entry
            self._forget()
            self.store.add(run, owner, entry.created, config.to_dict(), entry.status)
        log.note("submitted", run=run, methods=[lane.method for lane in config.lanes], dataset=config.dataset)
        return run

    def check_room(self, owner: str) -> None:
        """Raise `Busy`, with the reason, where the caps leave no room for another run."""
        with self._lock:
            room.check(self._entries.values(), self._limits, owner)

    def check_room_in_all(self) -> None:
        """Raise `Busy` where as many runs go on or wait as may; a paused one that is to go on counts then."""
        with self._lock:
            room.check_in_all(self._entries.values(), self._limits)

    def entry(self, run: str) -> Entry | None:
        """The run, fetched from the store if need be; None if it is not known."""
        known = self._entries.get(run)
        if known is not None:
            return known
        stored = self.store.find(run)
        if stored is None:
            return None
        try:
            entry = loaded(stored, self.store)
        except ValueError:  # a configuration of another version that this one does not take
            return None
        with self._lock:
            self._forget()
            return self._entries.setdefault(run, entry)

    def points(self, run: str, since: int, limit: int, buckets: int | None) -> Points | None:
        """See `Backend.points`."""
        entry = self.entry(run)
        if entry is None:
            return None
        with self._lock:
            generation = entry.status.generation
            if buckets is None:
                return Points(*entry.history.since(since, limit), generation)
            history = entry.history.copy()
        end, lanes, left_out = history.thinned(since, limit, buckets)  # it takes a while: without the lock
        return Points(end, lanes, generation, left_out)

    def pictures(self, run: str) -> str | None:
        """See `Backend.pictures`."""
        entry = self.entry(run)
        if entry is not None and entry.pictures is None and entry.status.pictures:
            entry.pictures = self.store.pictures_of(run)
        return entry.pictures if entry else None

    def recent(self, owner: str, limit: int) -> list[Summary]:
        """See `Backend.recent`."""
        found: dict[str | float, Summary] = {}
        for stored in self.store.recent(owner, limit):  # a damaged one may have no id
            found[stored.run or stored.created] = Summary(
                stored.run, stored.created, config_of(stored), stored.status
            )
        for run, entry in tuple(self._entries.items()):
            if entry.owner == owner:
                found[run] = Summary(run, entry.created, entry.config, entry.status)
        return sorted(found.values(), key=lambda summary: -summary.created)[:limit]

    def outcomes(self, summary: Summary) -> tuple[tuple[Outcome, ...], int]:
        """The outcome of every lane of a run, which is not kept for it, and how many values were changed."""
        entry = self._entries.get(summary.run)
        if entry is not None:
            with self._lock:
                history, marked = entry.history.copy(), len(entry.marks)
            return outcomes(history), marked
        stored = self.store.find(summary.run)
        if stored is None or summary.config is None:
            return (), 0
        history = History(len(summary.config.lanes))
        self.store.load(summary.run, history)
        return outcomes(history), len(stored.marks)

    def columns(self, run: str, names: Sequence[str]) -> list[Array] | None:
        """These columns of every lane of a run, each of shape (lanes, steps); None if it is not known."""
        entry = self.entry(run)
        if entry is None:
            return None
        with self._lock:
            history = entry.history.copy()
        return [history.column(name) for name in names]

    def own_data(self) -> set[str]:
        """The digests of the data that visitors have brought for runs which are here."""
        keys = {*self.store.datasets(), *(entry.config.dataset for entry in tuple(self._entries.values()))}
        return {own.digest for own in map(parsed, keys) if own is not None}

    def hand_over(self, owner: str, new: str, before: float) -> None:
        """Have the runs in memory that an owner began before some time belong to another one."""
        with self._lock:
            for entry in self._entries.values():
                if entry.owner == owner and entry.created <= before:
                    entry.owner = new

    def remove(self, run: str) -> bool:
        """Forget a run; False for one that goes on or is watched, which stays."""
        stored = self.store.find(run)
        with self._lock:
            entry = self._entries.get(run)
            if entry is not None and (entry.status.open or entry.listeners):
                return False
            self._entries.pop(run, None)
        for checkpoint in {entry.checkpoint if entry else None, stored.checkpoint if stored else None}:
            if checkpoint is not None:
                checkpoint.remove()
        return True

    def subscribe(self, run: str, changed: Callable[[], object]) -> Callable[[], None]:
        """Call `changed` at every news of the run; returns a function that ends this."""
        entry = self.entry(run)
        with self._lock:
            if entry is not None:
                entry.listeners.add(changed)

        def unsubscribe() -> None:
            with self._lock:
                if entry is not None:
                    entry.listeners.discard(changed)

        return unsubscribe

    # ---- the supervisor ----

    def extend(self, run: str, lanes: list[Columns], step: int, rate: float) -> None:
        """Append measurements."""
        with self._lock:
            entry = self._entries[run]
            start = len(entry.history)
            entry.history.extend(lanes)
            self.store.points(run, start, lanes)
        self.update(run, step=step, rate=rate, recorded=len(entry.history))

    def picture(self, run: str, pictures: str) -> None:
        """Have newer pictures."""
        with self._lock:
            entry = self._entries[run]
            entry.pictures = pictures
            self.store.pictures(run, pictures)
        self.update(run, pictures=entry.status.pictures + 1)

    def moment(self, run: str, step: int, data: bytes, most: int) -> None:
        """Keep the weights of a step: in the store alone, where they are read from."""
        self.store.moment(run, step, data, most)

    def mark(self, run: str, marks: Sequence[Mark]) -> None:
        """Note changes."""
        with self._lock:
            self._entries[run].marks.extend(marks)
            self.store.marks(run, marks)
        self.tell(run)

    def cut(self, run: str, step: int, *, marks: Sequence[Mark] | None = None) -> None:
        """Forget what was recorded after `step`, and begin a new generation if there was anything.

        `marks`, where given, take the place of the known ones.
        """
        with self._lock:
            entry = self._entries[run]
            if entry.whole and len(entry.history) <= step and marks is None:
                return
            entry.history.cut(step)
            entry.whole = True  # what is damaged in the store is removed there with the points after `step`
            entry.marks = list(entry.marks if marks is None else marks)
            entry.status = replace(
                entry.status,
                step=step,
                recorded=len(entry.history),
                generation=entry.status.generation + 1,
            )
            self.store.cut(run, step, tuple(entry.marks), entry.status)
        if entry.checkpoint is not None and entry.checkpoint.step > step:
            self.drop_checkpoint(run)
        self.tell(run)

    def keep(self, run: str, checkpoint: Checkpoint) -> None:
        """Note a checkpoint; once the points before it are stored, it takes the place of the last one."""
        entry = self._entries[run]
        generation = entry.status.generation

        def replace_the_last_one() -> None:
            with self._lock:
                stale = entry.status.over or entry.status.generation != generation
                former = checkpoint if stale else entry.checkpoint
                if not stale:
                    entry.checkpoint = checkpoint
            if former is not None:
                former.remove()

        self.store.checkpoint(run, checkpoint, replace_the_last_one)

    def drop_checkpoint(self, run: str) -> None:
        """The run will not go on from its checkpoint."""
        entry = self._entries[run]
        if entry.checkpoint is not None:
            self.store.checkpoint(run, None, entry.checkpoint.remove)
            entry.checkpoint = None

    def update(self, run: str, **changes: Any) -> None:
        """Change the status and call the run's listeners."""
        with self._lock:
            entry = self._entries[run]
            before, entry.status = entry.status, replace(entry.status, **changes)
            if any(getattr(before, name) != getattr(entry.status, name) for name in STORED_FIELDS):
                self.store.update(run, entry.status)
        self._log(run, before, entry.status)
        if entry.status.over and not before.over:
            self.drop_checkpoint(run)
        self.tell(run)

    def tell(self, run: str) -> None:
        """Call the run's listeners."""
        with self._lock:
            listeners = tuple(self._entries[run].listeners)
        for changed in listeners:
            changed()

    # ---- inside ----

    @staticmethod
    def _log(run: str, before: Status, now: Status) -> None:
        """A line for a run that begins at a worker, and for one that ends."""
        if now.state == before.state:
            return
        if now.state == "starting":
            log.note("started", run=run, step=now.step)
        elif now.over or now.state == "interrupted":
            at = {"failed": "error", "interrupted": "warning"}.get(now.state, "info")
            log.note(now.state, at, run=run, step=now.step, message=now.message)

    def _forget(self) -> None:
        for run in tuple(to_forget(self._entries, self.store)):
            del self._entries[run]
