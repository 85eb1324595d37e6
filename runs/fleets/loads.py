"""How runs are spread over workers."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

W = TypeVar("W", bound=Hashable)

PER_WORKER = 32  # runs that one worker trains at most, in turns


def least_loaded(runs_of: Mapping[W, Collection[str]]) -> W | None:
    """The worker with the fewest runs, None without any worker."""
    return min(runs_of, key=lambda worker: len(runs_of[worker]), default=None)


def misplaced(runs_of: Mapping[W, Sequence[str]], bound: Collection[str] = ()) -> str | None:
    """A run that should move from the fullest worker to the emptiest: the last begun; None where none should.

    Those that are `bound` to their worker stay.
    """
    if not runs_of:
        return None
    fullest, emptiest = max(runs_of.values(), key=len), min(runs_of.values(), key=len)
    if len(fullest) - len(emptiest) < 2:
        return None
    return next((run for run in reversed(fullest) if run not in bound), None)
