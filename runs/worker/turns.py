"""Whose turn it is among the runs of one process: each trains for a slice of time, then the next one.

Every run has a thread of its own and trains while it holds the turn. Next is who has used least; a command
that has come for a run puts it first. A step that lasts too long does not make the others wait: the next one
begins beside it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SLICE_SECONDS = 0.05
OVERDUE_SECONDS = 0.2  # a turn that lasts longer keeps nobody else waiting


class Turns:
    """The runs of one process, each a `Turn`."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.members: list[Turn] = []  # the oldest first
        self.waiting: list[Turn] = []
        self.holding: list[Turn] = []

    def join(self) -> Turn:
        """A new run; it comes first, so that its first point is there soon."""
        turn = Turn(self)
        with self.lock:
            self.members.append(turn)
        return turn

    def least_used(self) -> float:
        """Seconds used by the one that has used least among those that train or want to."""
        return min((turn.used for turn in (*self.waiting, *self.holding)), default=0.0)

    def first(self) -> Turn | None:
        """Who is next."""
        return min(self.waiting, key=lambda turn: (not turn.urgent, turn.used), default=None)

    def seconds_until_free(self) -> float:
        """Seconds until nobody holds the turn, or who holds it is overdue."""
        now = time.monotonic()
        return max((turn.began + OVERDUE_SECONDS - now for turn in self.holding), default=0.0)

    def wake(self) -> None:
        """Have the next one look whether it may begin."""
        if (first := self.first()) is not None:
            first.changed.notify()


class Turn:
    """One run's place among those of its process; all methods but `hurry` are its own thread's.

    Attributes
    ----------
    used : float
        Seconds that count when it is decided who is next. They are raised when the run comes back after a
        while, so that time not used cannot be saved up.
    spent : float
        Seconds that the run has held the turn in all.
    """

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.changed = threading.Condition(turns.lock)
        self.used = self.spent = self.began = 0.0
        self.urgent = self._short = False

    @property
    def newest(self) -> bool:
        """Whether no run of this process began later."""
        return self._turns.members[-1] is self

    def take(self) -> None:
        """Wait until it is this run's turn."""
        turns = self._turns
        with turns.lock:
            self.used = max(self.used, turns.least_used() - SLICE_SECONDS)
            turns.waiting.append(self)
            while turns.first() is not self or (wait := turns.seconds_until_free()) > 0:
                self.changed.wait(wait if turns.first() is self else None)
            turns.waiting.remove(self)
            turns.holding.append(self)
            self.began, self._short, self.urgent = time.monotonic(), self.urgent, False
            turns.wake()  # its own time begins to run now

    def give(self) -> None:
        """Let the next one train."""
        turns = self._turns
        with turns.lock:
            seconds = time.monotonic() - self.began
            self.used += seconds
            self.spent += seconds
            turns.holding.remove(self)
            turns.wake()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others train within this block."""
        self.give()
        try:
            yield
        finally:
            self.take()

    @property
    def over(self) -> bool:
        """Whether others wait, and this run's slice is used up or one of them is in a hurry.

        Who came first in a hurry has one step only: commands win no time.
        """
        waiting = [*self._turns.waiting]
        if not waiting:
            return False
        used_up = self._short or time.monotonic() - self.began >= SLICE_SECONDS
        return used_up or any(turn.urgent for turn in waiting)

    def seconds(self) -> float:
        """Seconds that the run has had the turn until now."""
        return self.spent + time.monotonic() - self.began

    def hurry(self) -> None:
        """Something has come for this run: it is next. Any thread may say so."""
        with self._turns.lock:
            self.urgent = self not in self._turns.holding
            self._turns.wake()

    def leave(self) -> None:
        """The run has ended, holding the turn or not."""
        turns = self._turns
        if self in turns.holding:
            self.give()
        with turns.lock:
            turns.members.remove(self)


TURNS = Turns()
"""Those of this process."""
