"""A line on the standard error that says how far a command is, and how long the rest will take."""

from __future__ import annotations

import sys
import time

SECONDS = 0.2  # at least between two lines that take each other's place


class ProgressLine:
    """Renews itself on a terminal; elsewhere there is a line for every tenth part.

    Parameters
    ----------
    total : int
        How many there are to do, at least 1.
    what : str
        Of what.
    begun : int
        Those that are done already, in [0, total].
    """

    def __init__(self, total: int, what: str, begun: int = 0) -> None:
        self._total, self._what, self._begun = total, what, begun
        self._known, self._start, self._said = begun, time.monotonic(), 0.0

    def at(self, count: int) -> None:
        """So many are done, in (begun, total]."""
        before, self._known = self._known, count
        now, end = time.monotonic(), count == self._total
        left = round((now - self._start) / (count - self._begun) * (self._total - count))
        line = f"{count:,} of {self._total:,} {self._what}, {left // 60}:{left % 60:02d} left"
        if sys.stderr.isatty():
            if end or now - self._said >= SECONDS:
                self._said = now
                print(f"\r{line}\x1b[K", end="\n" if end else "", file=sys.stderr, flush=True)
        elif count * 10 // self._total > before * 10 // self._total:
            print(line, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Make room for another line on the terminal."""
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
