"""How long a waiting run will wait, as far as anybody can tell."""

from __future__ import annotations

import heapq
from collections.abc import Sequence


def expected_waits(
    remaining: Sequence[float | None], free: int, lasts: float | None, waiting: int
) -> list[float | None]:
    """Seconds until each waiting run begins, in the order of the queue; None where nobody can tell.

    Parameters
    ----------
    remaining : sequence of float or None
        Seconds that each active run still needs, None where that is not known.
    free : int
        Workers without a run.
    lasts : float or None
        Seconds that a waiting run is expected to take itself, None where that is not known.
    waiting : int
        Runs in the queue.
    """
    ends = [0.0] * free + [seconds for seconds in remaining if seconds is not None]
    heapq.heapify(ends)
    waits: list[float | None] = []
    for _ in range(waiting):
        if not ends:
            waits.append(None)
            continue
        begins = heapq.heappop(ends)
        waits.append(begins)
        if lasts is not None:
            heapq.heappush(ends, begins + lasts)
    return waits


def wait_in_words(seconds: float) -> str:
    """The length of a wait in words, to the second or the minute."""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {round(seconds / 60)} min"
