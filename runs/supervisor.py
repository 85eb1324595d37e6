"""The supervisor: one thread that gives waiting runs to workers, passes commands on and enforces the limits.

Other threads post actions to it, and it sleeps until the next one. The fleet trains the runs: in processes of
this machine, or as tasks of a Dask cluster.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from runs.backend import Command
from runs.fleets.fleet import Fleet
from runs.limits import Limits, minutes_in_words
from runs.registry import Registry
from runs.reports import ActiveRun, Reports

STOP_SECONDS = 0.65  # a run that was told to stop has this long before it is killed
GRACE_SECONDS = 5.0  # a worker ends its run at the time limit; one that does not is killed this much later


class Supervisor:
    """See the module.

    Parameters
    ----------
    registry : Registry
    fleet : Fleet
    limits : Limits
    folder : Path
        Where workers put checkpoints.

    Attributes
    ----------
    queue : deque of str
        The runs that wait, first in the queue first. Other threads may read a copy.
    active : dict
        The runs at workers. Other threads may read a copy.
    """

    def __init__(self, registry: Registry, fleet: Fleet, limits: Limits, folder: Path) -> None:
        self.queue: deque[str] = deque()
        self.active: dict[str, ActiveRun] = {}
        self._registry = registry
        self._fleet = fleet
        self._limits = limits
        self._folder = folder
        self._reports = Reports(registry, self.active)
        self._commands_ahead: dict[str, list[Command]] = {}  # for runs that have not begun
        self._spare_wanted = 0  # workers to be made ready without a run
        self._inbox: SimpleQueue[tuple[Callable[..., None], tuple[Any, ...]]] = SimpleQueue()
        self._closing = False
        self._thread = threading.Thread(target=self._supervise, name="runs", daemon=True)

    # ---- any thread ----

    def start(self) -> None:
        """Begin to work."""
        self._fleet.start(self.post, self._reports)
        self._thread.start()

    def post(self, action: Callable[..., None], *content: Any) -> None:
        """Have the supervisor's thread call ``action(*content)``."""
        self._inbox.put((action, content))

    def submit(self, run: str) -> None:
        """Queue a run."""
        self.post(self._enqueue, run)

    def command(self, run: str, command: Command) -> None:
        """Carry out an owner's command."""
        self.post(self._command, run, command)

    def warm(self) -> None:
        """Make a worker ready."""
        self.post(self._warm)

    def close(self) -> None:
        """End every worker."""
        self.post(self._close)
        self._thread.join(timeout=5)

    # ---- the supervisor's thread ----

    def _supervise(self) -> None:
        while not self._closing:
            try:
                self._act()
                self._enforce()
                self._assign()
            except Exception:  # one bad message must not end every run
                traceback.print_exc()
        self._fleet.close()

    def _act(self) -> None:
        """Carry out what was posted; sleep until there is something, or something is due."""
        try:
            action, content = self._inbox.get(timeout=self._patience())
            action(*content)
            while not self._closing:
                action, content = self._inbox.get_nowait()
                action(*content)
        except Empty:
            return

    def _patience(self) -> float | None:
        now = time.monotonic()
        due = [active.stop_by - now for active in self.active.values() if active.stop_by is not None]
        due += [active.began + self._seconds + GRACE_SECONDS - now for active in self.active.values()]
        if (patience := self._fleet.patience()) is not None:
            due.append(patience)
        return max(0.0, min(due)) if due else None

    @property
    def _seconds(self) -> float:
        return 60 * self._limits.minutes

    def _close(self) -> None:
        self._closing = True

    def _warm(self) -> None:
        self._spare_wanted = 1

    def _enqueue(self, run: str) -> None:
        self.queue.append(run)
        self._tell_waiting()

    def _tell_waiting(self) -> None:
        for run in self.queue:
            self._registry.tell(run)

    # ---- commands ----

    def _command(self, run: str, command: Command) -> None:
        entry = self._registry.entry(run)
        if entry is None or entry.status.over:
            return
        if run in self.active:
            self._fleet.send(run, command)
            if command.kind == "stop" and self.active[run].stop_by is None:
                self.active[run].stop_by = time.monotonic() + STOP_SECONDS
                self._registry.update(run, state="stopping", message="")
        elif entry.status.state == "interrupted":
            self._command_interrupted(run, command)
        elif command.kind == "stop":
            self.queue.remove(run)
            self._commands_ahead.pop(run, None)
            self._registry.update(run, state="stopped", message="Stopped before it began")
            self._tell_waiting()
        else:
            self._commands_ahead.setdefault(run, []).append(command)

    def _command_interrupted(self, run: str, command: Command) -> None:
        if command.kind == "resume":
            self._registry.update(run, state="queued", message="")
            self._enqueue(run)
        elif command.kind == "stop":
            self._registry.update(run, state="stopped", message="")

    # ---- limits and assignment ----

    def _enforce(self) -> None:
        now = time.monotonic()
        for run, active in tuple(self.active.items()):
            if active.stop_by is not None and now >= active.stop_by:
                self._fleet.kill(run)
                self._reports.ended(run, "stopped", "")
            elif now >= active.began + self._seconds + GRACE_SECONDS:
                self._fleet.kill(run)
                limit = minutes_in_words(self._limits.minutes)
                self._reports.ended(run, "stopped", f"Ended at the time limit of {limit}")
        if trouble := self._fleet.trouble():
            while self.queue:
                self._registry.update(self.queue.popleft(), state="failed", message=trouble)

    def _assign(self) -> None:
        """Give waiting runs to free workers, and have workers made while runs wait."""
        began = False
        while self.queue and self._fleet.room():
            self._begin(self.queue.popleft())
            began = True
        self._fleet.prepare(max(len(self.queue), self._spare_wanted))
        self._spare_wanted = 0
        if began:
            self._tell_waiting()

    def _begin(self, run: str) -> None:
        entry = self._registry.entry(run)
        if entry is None:
            return
        job = {
            "config": entry.config.to_dict(),
            "checkpoint": entry.start.file if entry.start else None,
            "marks": list(entry.marks),
            "folder": str(self._folder),
            "speed": entry.status.speed,
            "minutes": self._limits.minutes,
            "worker_mb": self._limits.worker_mb,
        }
        self.active[run] = ActiveRun(time.monotonic())
        self._registry.update(run, state="starting", message="")
        self._fleet.begin(run, job)
        for command in self._commands_ahead.pop(run, []):
            self._fleet.send(run, command)
