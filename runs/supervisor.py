"""The supervisor: one thread that gives runs to workers, passes commands on and enforces the limits.

A worker trains many runs in turns. One that is paused for a while leaves its worker and comes back when it
gets a command; one whose worker has more to do than another moves.

Other threads post actions to it, and it sleeps until the next one. The fleet trains the runs: in processes of
this machine, or as tasks of a Dask cluster.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

from runs import log
from runs.backend import Command
from runs.entries import where_it_resumes
from runs.fleets.fleet import Fleet
from runs.limits import Limits, minutes_in_words
from runs.outside import Outside
from runs.registry import Registry
from runs.reports import ActiveRun, Reports
from runs.store.checkpoint import Checkpoint
from runs.store.folder import CheckpointFolder

STOP_SECONDS = 0.65  # a run that was told to stop has this long before it is killed
GRACE_SECONDS = 5.0  # a worker ends its run at the time limit; one that does not is killed this much later


class Supervisor:
    """See the module.

    Parameters
    ----------
    registry : Registry
    fleet : Fleet
    limits : Limits
    files : CheckpointFolder
        Where workers put checkpoints.

    Attributes
    ----------
    queue : deque of str
        The runs that wait, first in the queue first. Other threads may read a copy.
    active : dict
        The runs at workers. Other threads may read a copy.
    """

    def __init__(self, registry: Registry, fleet: Fleet, limits: Limits, files: CheckpointFolder) -> None:
        self.queue: deque[str] = deque()
        self.active: dict[str, ActiveRun] = {}
        self._registry = registry
        self._fleet = fleet
        self._limits = limits
        self._files = files
        self._reports = Reports(registry, self.active, self._on_left)
        self._outside: dict[str, Outside] = {}
        self._moving = ""  # the run that was told to move to another worker
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
                self._balance()
            except Exception:  # one bad message must not end every run
                log.note("error", "error", where="supervisor")
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
        due += [active.ends + GRACE_SECONDS - now for active in self.active.values()]
        due += [outside.until - now for outside in self._outside.values() if outside.until is not None]
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

    def _enqueue(self, run: str, *, first: bool = False) -> None:
        self._outside.setdefault(run, Outside()).until = None
        (self.queue.appendleft if first else self.queue.append)(run)
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
            self._send(run, command)
            if command.kind == "stop" and self.active[run].stop_by is None:
                self.active[run].stop_by = time.monotonic() + STOP_SECONDS
                self._registry.update(run, state="stopping", message="")
        elif run in self._outside:
            self._command_outside(run, command)
        elif command.kind == "resume":  # it was interrupted
            entry.spent = 0.0
            self._registry.update(run, state="queued", message="")
            self._enqueue(run)
        elif command.kind == "stop":
            self._registry.update(run, state="stopped", message="")

    def _command_outside(self, run: str, command: Command) -> None:
        outside, waits = self._outside[run], run in self.queue
        if command.kind == "stop":
            del self._outside[run]
            if waits:
                self.queue.remove(run)
            entry = self._registry.entry(run)
            begun = entry is not None and entry.status.total > 0
            self._registry.update(run, state="stopped", message="" if begun else "Stopped before it began")
            self._tell_waiting()
            return
        outside.note(command)
        if command.kind == "resume":
            self._registry.update(run, state="queued", message="")
        if not waits:
            self._enqueue(run)

    def _send(self, run: str, command: Command) -> None:
        self.active[run].sent.append(command)
        self._fleet.send(run, command)

    def _on_left(
        self, run: str, active: ActiveRun, start: Checkpoint | None, paused: bool, unheard: list[Command]
    ) -> None:
        """A run has left its worker: a paused one is set aside, another one goes on elsewhere."""
        entry = self._registry.entry(run)
        if entry is None:
            return
        if run == self._moving:
            self._moving = ""  # it may be at a worker again when the next one is to move
        now = time.monotonic()
        entry.spent += now - active.began
        self._outside[run] = Outside(start, paused, until=now + self._seconds)
        if not paused:
            self._enqueue(run, first=True)
        for command in unheard:
            if command.kind != "release":
                self._command(run, command)

    # ---- limits and assignment ----

    def _enforce(self) -> None:
        now = time.monotonic()
        for run, active in tuple(self.active.items()):
            if active.stop_by is not None and now >= active.stop_by:
                self._fleet.kill(run)
                self._reports.ended(run, "stopped", "")
            elif now >= active.ends + GRACE_SECONDS:
                self._fleet.kill(run)
                limit = minutes_in_words(self._limits.minutes)
                self._reports.ended(run, "stopped", f"Ended at the time limit of {limit}")
        for run, outside in tuple(self._outside.items()):
            if outside.until is not None and now >= outside.until:
                self._interrupt(run)
        if trouble := self._fleet.trouble():
            while self.queue:
                run = self.queue.popleft()
                del self._outside[run]
                self._registry.update(run, state="failed", message=trouble)

    def _interrupt(self, run: str) -> None:
        """A run that was paused for too long holds no place any more."""
        del self._outside[run]
        entry = self._registry.entry(run)
        if entry is not None:
            limit = minutes_in_words(self._limits.minutes)
            words = f"Paused for more than {limit}. Resume continues from {where_it_resumes(entry)}."
            self._registry.update(run, state="interrupted", message=words)

    def _assign(self) -> None:
        """Give waiting runs to workers, and have workers made for them."""
        began = False
        while self.queue and self._fleet.room():
            self._begin(self.queue.popleft())
            began = True
        self._fleet.prepare(max(len(self.queue), self._spare_wanted))
        self._spare_wanted = 0
        if began:
            self._tell_waiting()

    def _balance(self) -> None:
        """Have one run at a time move from a worker that has more to do than another."""
        if self._moving in self.active:
            return
        self._moving = self._fleet.misplaced() or ""
        if self._moving in self.active:
            self._send(self._moving, Command("release"))

    def _begin(self, run: str) -> None:
        outside, entry = self._outside.pop(run), self._registry.entry(run)
        if entry is None:
            return
        self._files.renew()
        start = outside.start or entry.start
        left = max(0.0, self._seconds - entry.spent)
        job = {
            "config": entry.config.to_dict(),
            "checkpoint": start.file if start else None,
            "marks": list(entry.marks),
            "paused": outside.paused,
            "folder": str(self._files.path),
            "sign": str(self._files.sign),
            "speed": entry.status.speed,
            "minutes": self._limits.minutes,
            "seconds_left": left,
            "worker_mb": self._limits.worker_mb,
        }
        now = time.monotonic()
        self.active[run] = ActiveRun(now, now + left, start)
        if not outside.paused:
            self._registry.update(run, state="starting", message="")
        self._fleet.begin(run, job)
        for command in outside.commands:
            self._send(run, command)
