"""The supervisor: one thread that gives waiting runs to workers, passes commands on and enforces the limits.

Other threads leave it actions; it sleeps while there is none. Where the runs are trained is the fleet's
business: processes of this machine, or tasks of a Dask cluster.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from runs import limits as words
from runs.backend import Command, Mark
from runs.limits import Limits
from runs.registry import Registry
from runs.store.checkpoint import Checkpoint

STOP_SECONDS = 0.65  # after this a polite stop is made by force
GRACE_SECONDS = 5.0  # a worker ends its run at the time limit itself; after this it is made to
Leave = Callable[..., None]
Note = Callable[..., None]


class Fleet(Protocol):
    """Workers, as the supervisor's thread sees them. All methods but `start` and `close` never block."""

    def start(self, leave: Leave, note: Note) -> None:
        """Begin; ``leave(action, *content)`` has the supervisor do something, from any thread.

        ``note(kind, run, *content)`` reports, on the supervisor's thread: "begun" (step, total), "points",
        "status", "marked", "checkpoint", "pictures", "rewound", "ended" (state, message), "lost" (reason).
        """

    def room(self) -> int:
        """How many runs could begin now."""

    def prepare(self, waiting: int) -> None:
        """Make workers ready for so many waiting runs."""

    def begin(self, run: str, job: dict[str, Any]) -> None:
        """Train a run; only while there is room."""

    def send(self, run: str, command: Command) -> None:
        """Pass a command on to a run that has begun."""

    def kill(self, run: str) -> None:
        """End a run by force; it is not reported any more."""

    def devices(self) -> dict[str, str] | None:
        """See `runs.backend.Backend.devices`; any thread may ask."""

    def trouble(self) -> str:
        """Why no worker can be had; empty while they can."""

    def patience(self) -> float | None:
        """Seconds after which `prepare` should be called again even if nothing happens."""

    def close(self) -> None:
        """End every worker."""


@dataclass
class Going:
    """A run at a worker."""

    began: float
    stop_by: float | None = None


class Supervisor:
    """See the module.

    Parameters
    ----------
    registry : Registry
    fleet : Fleet
    limits : Limits
    folder : Path
        Where workers put checkpoints.
    """

    def __init__(self, registry: Registry, fleet: Fleet, limits: Limits, folder: Path) -> None:
        self.queue: deque[str] = deque()
        self.going: dict[str, Going] = {}
        self._registry = registry
        self._fleet = fleet
        self._limits = limits
        self._folder = folder
        self._early: dict[str, list[Command]] = {}  # commands for runs that have not begun
        self._wanted = 0  # workers wanted without a run
        self._inbox: SimpleQueue[tuple[Callable[..., None], tuple[Any, ...]]] = SimpleQueue()
        self._closing = False
        self._thread = threading.Thread(target=self._supervise, name="runs", daemon=True)

    # ---- any thread ----

    def start(self) -> None:
        """Begin to work."""
        self._fleet.start(self.leave, self._note)
        self._thread.start()

    def leave(self, action: Callable[..., None], *content: Any) -> None:
        """Have the supervisor do something."""
        self._inbox.put((action, content))

    def submit(self, run: str) -> None:
        """Queue a run."""
        self.leave(self._enqueue, run)

    def command(self, run: str, command: Command) -> None:
        """Obey an owner."""
        self.leave(self._command, run, command)

    def warm(self) -> None:
        """Make a worker ready."""
        self.leave(self._warm)

    def close(self) -> None:
        """End every worker."""
        self.leave(self._close)
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
        """Do what was left, all of it; sleep until there is something or something is due."""
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
        due = [going.stop_by - now for going in self.going.values() if going.stop_by is not None]
        due += [going.began + self._seconds + GRACE_SECONDS - now for going in self.going.values()]
        if (patience := self._fleet.patience()) is not None:
            due.append(patience)
        return max(0.0, min(due)) if due else None

    @property
    def _seconds(self) -> float:
        return 60 * self._limits.minutes

    def _close(self) -> None:
        self._closing = True

    def _warm(self) -> None:
        self._wanted = 1

    def _enqueue(self, run: str) -> None:
        self.queue.append(run)
        self._tell_waiting()

    def _tell_waiting(self) -> None:
        for run in self.queue:
            self._registry.tell(run)

    # ---- what workers report ----

    def _note(self, kind: str, run: str, *content: Any) -> None:
        if run in self.going:
            getattr(self, f"_on_{kind}")(run, *content)

    def _on_begun(self, run: str, step: int, total: int, message: str) -> None:
        self._registry.cut(run, step)
        self._on_status(run, {"state": "running", "step": step, "total": total, "message": message})

    def _on_points(self, run: str, lanes: list[Any], step: int, rate: float) -> None:
        self._registry.extend(run, lanes, step, rate)

    def _on_status(self, run: str, changes: dict[str, Any]) -> None:
        if self.going[run].stop_by is not None:  # "stopping" stands until the end
            changes = {name: value for name, value in changes.items() if name != "state"}
        self._registry.update(run, **changes)

    def _on_marked(self, run: str, marks: list[Mark]) -> None:
        self._registry.mark(run, marks)

    def _on_checkpoint(self, run: str, step: int, file: str) -> None:
        self._registry.keep(run, Checkpoint(step, file))

    def _on_pictures(self, run: str, pictures: str) -> None:
        self._registry.picture(run, pictures)

    def _on_rewound(self, run: str, marks: list[Mark]) -> None:
        self._registry.cut(run, 0, marks=marks)

    def _on_ended(self, run: str, state: str, message: str) -> None:
        del self.going[run]
        self._registry.update(run, state=state, message=message, rate=0.0)

    def _on_lost(self, run: str, reason: str) -> None:
        if self.going[run].stop_by is not None:
            self._on_ended(run, "stopped", "")
            return
        entry = self._registry.entry(run)
        checkpoint = entry.checkpoint if entry else None
        where = f"step {checkpoint.step:,}" if checkpoint else "the beginning"
        self._on_ended(run, "interrupted", f"{reason} Resume continues from {where}.")

    # ---- commands ----

    def _command(self, run: str, command: Command) -> None:
        entry = self._registry.entry(run)
        if entry is None or entry.status.over:
            return
        if run in self.going:
            self._fleet.send(run, command)
            if command.kind == "stop" and self.going[run].stop_by is None:
                self.going[run].stop_by = time.monotonic() + STOP_SECONDS
                self._registry.update(run, state="stopping", message="")
        elif entry.status.state == "interrupted":
            self._command_interrupted(run, command)
        elif command.kind == "stop":
            self.queue.remove(run)
            self._early.pop(run, None)
            self._registry.update(run, state="stopped", message="Stopped before it began")
            self._tell_waiting()
        else:
            self._early.setdefault(run, []).append(command)

    def _command_interrupted(self, run: str, command: Command) -> None:
        if command.kind == "resume":
            self._registry.update(run, state="queued", message="")
            self._enqueue(run)
        elif command.kind == "stop":
            self._registry.update(run, state="stopped", message="")

    # ---- limits and assignment ----

    def _enforce(self) -> None:
        now = time.monotonic()
        for run, going in tuple(self.going.items()):
            if going.stop_by is not None and now >= going.stop_by:
                self._fleet.kill(run)
                self._on_ended(run, "stopped", "")
            elif now >= going.began + self._seconds + GRACE_SECONDS:
                self._fleet.kill(run)
                limit = words.in_words(self._limits.minutes)
                self._on_ended(run, "stopped", f"Ended at the time limit of {limit}")
        if trouble := self._fleet.trouble():
            while self.queue:
                self._registry.update(self.queue.popleft(), state="failed", message=trouble)

    def _assign(self) -> None:
        """Give waiting runs to free workers, and have workers made while runs wait."""
        began = False
        while self.queue and self._fleet.room():
            self._begin(self.queue.popleft())
            began = True
        self._fleet.prepare(max(len(self.queue), self._wanted))
        self._wanted = 0
        if began:
            self._tell_waiting()

    def _begin(self, run: str) -> None:
        entry = self._registry.entry(run)
        if entry is None:
            return
        checkpoint = entry.checkpoint
        usable = checkpoint is not None and checkpoint.step <= len(entry.history)
        job = {
            "config": entry.config.to_dict(),
            "checkpoint": checkpoint.file if checkpoint and usable else None,
            "marks": list(entry.marks),
            "folder": str(self._folder),
            "speed": entry.status.speed,
            "minutes": self._limits.minutes,
            "worker_mb": self._limits.worker_mb,
        }
        self.going[run] = Going(time.monotonic())
        self._registry.update(run, state="starting", message="")
        self._fleet.begin(run, job)
        for command in self._early.pop(run, []):
            self._fleet.send(run, command)
