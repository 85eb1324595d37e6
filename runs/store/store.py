"""The runs on disk: SQLite in WAL mode, written by one thread a few times a second.

Nothing here stops a run: when the disk is full, read-only or locked, `notice` says so, the app goes on, and
what is noted waits until it can be written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from runs.backend import Mark, Status
from runs.label import Label
from runs.store import labels, reads, sweep_runs, writes
from runs.store.checkpoint import Checkpoint
from runs.store.disk import Disk
from runs.store.history import Block, History
from runs.store.labels import StoredSweep
from runs.store.reads import StoredRun
from runs.store.sweep_runs import SweepEntry
from runs.store.writer import Writer

BACK_SECONDS = 600.0  # for so long it is said that the history is on again


class Store:
    """Runs and their metrics on disk; every method may be called from any thread.

    Parameters
    ----------
    path : Path or None
        The database, made with its folder if it is not there; None keeps nothing.
    most_mb : float
        Size in 10⁶ bytes, in (0, inf), beyond which the oldest finished runs are removed.
    """

    def __init__(self, path: Path | None, most_mb: float = 1000.0) -> None:
        self._most_mb = most_mb
        self._disk = Disk(path, most_mb * 1e6)
        self._writer = Writer(self._disk.write)

    @property
    def off(self) -> bool:
        """Whether nothing is kept now."""
        return self._disk.off

    @property
    def notice(self) -> str:
        """What a visitor should know; empty mostly."""
        disk, said = self._disk, []
        if disk.away:
            said.append(
                f"The history of runs is off: {disk.away}. Runs go on, and the app tries again by itself."
            )
        elif disk.back_since is not None and time.time() - disk.back_since < BACK_SECONDS:
            said.append("The history of runs is on again, with what was done meanwhile.")
        if torn := len(disk.torn):
            said.append(f"Parts of {'one run' if torn == 1 else f'{torn} runs'} could not be kept.")
        if disk.pruned:
            runs = (
                "the oldest finished run was"
                if disk.pruned == 1
                else f"the {disk.pruned} oldest finished runs were"
            )
            said.append(f"The history has reached its bound of {self._most_mb:g} MB: {runs} removed.")
        return " ".join(said)

    # ---- writing: noted here, done by the writer's thread ----

    def add(self, run: str, owner: str, created: float, config: dict[str, Any], status: Status) -> None:
        """Note a new run."""
        self._writer.note(writes.add, run, owner, created, config, status)

    def update(self, run: str, status: Status) -> None:
        """Note where a run stands."""
        self._writer.note(writes.update, run, status)

    def points(self, run: str, start: int, lanes: Sequence[Block]) -> None:
        """Append steps from `start` on."""
        self._writer.note(writes.points, run, start, lanes)

    def marks(self, run: str, marks: Sequence[Mark]) -> None:
        """Append changes."""
        self._writer.note(writes.marks, run, marks)

    def pictures(self, run: str, pictures: str) -> None:
        """Have these pictures instead of the known ones."""
        self._writer.note(writes.pictures, run, pictures)

    def moment(self, run: str, step: int, data: bytes, most: int) -> None:
        """Keep the weights of a step (`runs.moments`), `most` of them; lost where the disk is away."""
        self._writer.note(writes.moment, run, step, data, most)

    def sweep_run(
        self, run: str, name: str, config: dict[str, Any], result: dict[str, Any] | None = None
    ) -> None:
        """Note which run has the name of a run of a sweep, and its result once there is one."""
        self._writer.note(sweep_runs.put, run, name, config, result)

    def cut(self, run: str, step: int, marks: Sequence[Mark], status: Status) -> None:
        """Forget the points after `step`, and have these marks instead of the known ones."""
        self._writer.note(writes.cut, run, step, marks, status)

    def checkpoint(self, run: str, checkpoint: Checkpoint | None, then: Callable[[], None]) -> None:
        """Note a checkpoint; call `then` once all that came before is on disk (or nothing ever will be)."""
        self._writer.note(writes.checkpoint, run, checkpoint, then=then)

    def label(self, item: str, label: Label) -> None:
        """Have this written on a run or a sweep."""
        self._writer.note(labels.put, item, label)

    def remove(self, item: str) -> None:
        """Forget a run or a sweep for good."""
        self._writer.note(labels.remove, item)

    def add_sweep(self, sweep: str, owner: str, created: float, config: dict[str, Any], link: str) -> None:
        """Note who has started a sweep."""
        self._writer.note(labels.add_sweep, sweep, owner, created, config, link)

    def hand_over(self, nonce: str, owner: str, new: str, before: float) -> None:
        """Give what an owner has begun before some time to another one, and wait until that is written."""
        self._writer.note(labels.hand_over, nonce, owner, new, before, time.time())
        self._writer.sync()

    def sync(self) -> None:
        """Wait until all that was noted is written."""
        self._writer.sync()

    def close(self) -> None:
        """Write what is still to be written and let go of the file."""
        self._writer.close()
        self._disk.close()

    # ---- reading ----

    def find(self, run: str) -> StoredRun | None:
        """A stored run, None if it is not known or its row is damaged."""
        found: StoredRun | None = self._disk.read(lambda db: reads.find(db, run))
        return found

    def recent(self, owner: str, limit: int) -> list[StoredRun]:
        """The last runs of an owner, newest first; of a damaged one little is known."""
        return self._disk.read(lambda db: reads.recent(db, owner, limit)) or []

    def load(self, run: str, history: History) -> bool:
        """Put the points of a stored run into an empty history.

        Returns
        -------
        bool
            Whether these are all; False where the file is damaged, and then they are those before the damage.
        """
        parts, whole = self._disk.read(lambda db: reads.chunks(db, run, history.lanes)) or ([], False)
        for part in parts:
            history.extend(part)
        return whole

    def pictures_of(self, run: str) -> str | None:
        """The last pictures of a stored run."""
        found: str | None = self._disk.read(lambda db: reads.pictures(db, run))
        return found

    def moments(self, run: str) -> list[int]:
        """The steps at which the weights of a run are kept, ascending."""
        return self._disk.read(lambda db: reads.moments(db, run)) or []

    def moment_of(self, run: str, step: int) -> bytes | None:
        """The weights of a step, as they were packed; None where they are not kept."""
        found: bytes | None = self._disk.read(lambda db: reads.moment(db, run, step))
        return found

    def sweep_runs(self, names: Sequence[str]) -> list[SweepEntry]:
        """The runs of sweeps that have one of these names."""
        return self._disk.read(lambda db: sweep_runs.find(db, names)) or []

    def labels(self, owner: str) -> dict[str, Label]:
        """What is written on the runs and sweeps of an owner."""
        return self._disk.read(lambda db: labels.of_owner(db, owner)) or {}

    def deleted(self, before: float) -> list[str]:
        """What was deleted before this time, and is there still."""
        return self._disk.read(lambda db: labels.deleted(db, before)) or []

    def sweeps(self, owner: str, limit: int) -> list[StoredSweep]:
        """The last sweeps of an owner, newest first."""
        return self._disk.read(lambda db: labels.sweeps(db, owner, limit)) or []

    def owner_of_sweep(self, sweep: str) -> str | None:
        """Who has started a sweep."""
        found: str | None = self._disk.read(lambda db: labels.owner_of_sweep(db, sweep))
        return found

    def is_spent(self, nonce: str) -> bool:
        """Whether a handover was taken already."""
        return bool(self._disk.read(lambda db: labels.is_spent(db, nonce)))

    def datasets(self) -> set[str]:
        """The data sets of visitors' that stored runs were trained with."""
        return self._disk.read(reads.own_datasets) or set()

    def checkpoint_files(self) -> set[str] | None:
        """Names of the checkpoints that runs still need; None where they cannot be read."""
        found: set[str] | None = self._disk.read(reads.checkpoint_files)
        return found
