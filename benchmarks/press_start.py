"""A class presses Start within five seconds: ``python benchmarks/press_start.py``.

Prints how long each of thirty runs waits for its first point, how alike they move on, and their steps per
second in all against two bare loops, which train before and after in processes of their own.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.engine import CONFIG, Bare, line, until  # noqa: E402
from runs.fleets.local import LocalFleet  # noqa: E402
from runs.limits import Limits  # noqa: E402
from runs.service import Service  # noqa: E402

RUNS, PRESS_SECONDS, TRAIN_SECONDS = 30, 5.0, 15.0


def bare_rate() -> float:
    """Steps per second of two bare loops together."""
    loops = [Bare(), Bare()]
    for loop in loops:
        loop.begin()
    rate = sum([loop.rate() for loop in loops])
    for loop in loops:
        loop.close()
    return rate


def pressed(backend: Service, first: dict[int, float], number: int) -> str:
    """Start a run and note after how many seconds it had a point."""
    start = time.perf_counter()
    run = backend.submit(CONFIG, owner=f"visitor {number}")

    def news() -> None:
        status = backend.status(run)
        if status is not None and status.recorded:
            first.setdefault(number, time.perf_counter() - start)

    backend.subscribe(run, news)
    return run


def class_of(backend: Service) -> tuple[list[float], float, float]:
    """Seconds to the first points; steps per second in all; the fewest steps of a run by the most."""
    first: dict[int, float] = {}
    runs = []
    for number in range(RUNS):
        runs.append(pressed(backend, first, number))
        time.sleep(PRESS_SECONDS / RUNS)
    until(lambda: len(first) == RUNS)
    before, start = [backend.status(run).step for run in runs], time.perf_counter()
    time.sleep(TRAIN_SECONDS)
    made = [backend.status(run).step - step for run, step in zip(runs, before, strict=True)]
    return [*first.values()], sum(made) / (time.perf_counter() - start), min(made) / max(made)


def main() -> None:
    """Print every figure with what is wanted."""
    before = bare_rate()
    with tempfile.TemporaryDirectory() as folder:
        backend = Service(LocalFleet(2), Path(folder), Limits())
        try:
            backend.warm()
            until(lambda: backend.health().workers > 0)
            seconds, rate, alike = class_of(backend)
        finally:
            backend.close()
    bare = (before + bare_rate()) / 2
    line("first point, s", median(seconds), f"worst {max(seconds):.2f}", "worst at most 3")
    line("all / two bare loops", rate / bare, f"{rate:.0f} steps/s, bare {bare:.0f}", "at least 0.90")
    line("fewest steps / most", alike, "", "together")


if __name__ == "__main__":
    main()
