"""What has come for one run in a worker, whatever carried it."""

from __future__ import annotations

from queue import Empty, SimpleQueue

from runs.backend import Command
from runs.worker.channel import AppGoneError
from runs.worker.turns import Turn


class Inbox:
    """The receiving half of `runs.worker.channel.Channel`; any thread may put something in.

    Parameters
    ----------
    turn : Turn
        Of the run; a command puts it first.
    """

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self._arrived: SimpleQueue[Command | None] = SimpleQueue()
        self._next: Command | None = None

    def put(self, command: Command | None) -> None:
        """A command has come; None where the app has gone."""
        self._arrived.put(command)
        self.turn.hurry()

    def poll(self, seconds: float = 0.0) -> bool:
        """Whether a command has come, waiting for it so long at most; `AppGoneError` without an app."""
        if self._next is None:
            try:
                found = self._arrived.get(timeout=seconds) if seconds > 0 else self._arrived.get_nowait()
            except Empty:
                return False
            if found is None:
                raise AppGoneError
            self._next = found
        return True

    def receive(self) -> Command:
        """The command that `poll` has found."""
        command, self._next = self._next, None
        if command is None:
            raise RuntimeError("receive() without a poll() that was true")
        return command
