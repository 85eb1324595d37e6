"""Runs without a worker: those that wait in the queue, and those that are paused and were set aside."""

from __future__ import annotations

from dataclasses import dataclass, field

from runs.backend import Command
from runs.store.checkpoint import Checkpoint


@dataclass
class Outside:
    """One of them.

    Attributes
    ----------
    start : Checkpoint or None
        From which it goes on; None for its newest known one, or the beginning.
    paused : bool
        Whether it begins with a pause.
    commands : list of Command
        What it is to obey once it has begun.
    until : float or None
        When one that was set aside is marked as interrupted, by `time.monotonic`; None for one in the queue.
    """

    start: Checkpoint | None = None
    paused: bool = False
    commands: list[Command] = field(default_factory=list)
    until: float | None = None

    def note(self, command: Command) -> None:
        """It will obey this command once it has begun."""
        if command.kind == "resume":
            self.paused = False
        else:
            self.commands.append(command)
