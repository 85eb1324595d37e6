"""The thread that writes: it gathers what is noted and hands it on a few times a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

GATHER_SECONDS = 0.4  # what is noted within this time makes one transaction


@dataclass(frozen=True)
class Note:
    """Something to write, and what to call when it is written.

    Attributes
    ----------
    write : tuple
        A function of `runs.store.writes` and its arguments; empty to write what was gathered at once.
    then : callable or None
    last : bool
        Whether the writer ends.
    """

    write: tuple[Any, ...] = ()
    then: Callable[[], None] | None = None
    last: bool = False


class Writer:
    """See the module.

    Parameters
    ----------
    commit : callable
        Writes a batch, from the writer's thread, and raises nothing; returns the seconds after which it wants
        to be called again even if nothing is noted, None for never.
    """

    def __init__(self, commit: Callable[[Sequence[tuple[Any, ...]]], float | None]) -> None:
        self._commit = commit
        self._inbox: SimpleQueue[Note] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="runs-store", daemon=True)
        self._thread.start()

    def note(self, *write: Any, then: Callable[[], None] | None = None) -> None:
        """Have something written, and `then` called once it and all before it is written."""
        self._inbox.put(Note(write, then))

    def sync(self) -> None:
        """Wait until all that was noted is written."""
        done = threading.Event()
        self._inbox.put(Note(then=done.set))
        done.wait(timeout=10)

    def close(self) -> None:
        """Write what is still to be written and end."""
        self._inbox.put(Note(last=True))
        self._thread.join(timeout=10)

    def _work(self) -> None:
        last, patience = False, self._commit([])
        while not last:
            batch = self._gathered(patience)
            patience = self._commit([note.write for note in batch if note.write])
            for note in batch:
                if note.then is not None:
                    note.then()
            last = bool(batch) and batch[-1].last

    def _gathered(self, patience: float | None) -> list[Note]:
        try:
            batch = [self._inbox.get(timeout=patience)]
        except Empty:
            return []
        deadline = time.monotonic() + GATHER_SECONDS
        while batch[-1].write and (left := deadline - time.monotonic()) > 0:
            try:
                batch.append(self._inbox.get(timeout=left))
            except Empty:
                break
        return batch
