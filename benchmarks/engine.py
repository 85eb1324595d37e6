"""The run engine against the bare training loop, as ratios within one run: ``python benchmarks/engine.py``.

With ``--browser`` only what a page in Chromium shows is measured (see painting.py): it takes about a minute.

This process does what the app's does: it starts runs, keeps them in SQLite and feeds one stream for each. The
bare loops are processes of their own, one torch thread each, and take turns with the engine's runs.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[1]
os.environ |= {
    "SAM_SPS_NICE": "0",
    "SAM_SPS_LOG": "off",
}  # what else this machine does costs both sides the same
sys.path.insert(0, str(ROOT))

from benchmarks import painting  # noqa: E402
from lab.web.stream import events  # noqa: E402
from neural.config import LaneConfig, TrainConfig  # noqa: E402
from runs.backend import Command  # noqa: E402
from runs.fleets.local import LocalFleet  # noqa: E402
from runs.service import Service  # noqa: E402

CONFIG = TrainConfig(lanes=(LaneConfig("sam_sps"),), epochs=100_000, eval_every=20)
ME = "benchmark"
ROUNDS, SECONDS, WARM_SECONDS = 5, 4.0, 1.5
COMMANDS, STOPS = 100, 12
BROWSER_SECONDS = 15.0


# ---- the bare loop, in a process of its own ----


def bare() -> None:
    """For every line on standard input train so many seconds and print the steps per second."""
    import torch

    from neural.train import TrainingLoop

    torch.set_num_threads(1)
    for line in sys.stdin:
        seconds, steps = float(line), 0
        points = TrainingLoop(CONFIG).run()
        warm = time.perf_counter() + WARM_SECONDS
        while time.perf_counter() < warm:
            next(points)
        start = time.perf_counter()
        while (passed := time.perf_counter() - start) < seconds:
            next(points)
            steps += 1
        print(steps / passed, flush=True)


class Bare:
    """A process with the bare loop."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "bare"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def begin(self) -> None:
        """Have it train."""
        self._process.stdin.write(f"{SECONDS}\n")
        self._process.stdin.flush()

    def rate(self) -> float:
        """Steps per second, once it has trained."""
        return float(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self._process.stdin.close()
        self._process.wait()


# ---- what a watching page costs and sees ----


class Watcher:
    """One stream, read as a browser would read it; notes when which step arrived."""

    def __init__(self, backend: Service, run: str) -> None:
        self.arrivals: list[tuple[float, int]] = []
        self.sizes: list[int] = []
        self._backend, self._run = backend, run
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._watch(),))
        self._thread.start()

    async def _watch(self) -> None:
        async for event in events(self._backend, self._run, 0):
            if "data: " in event:
                self.sizes.append(len(event))
                self.arrivals.append((time.perf_counter(), json.loads(event.split("data: ")[1])["next"]))

    def join(self) -> None:
        """Wait for the end of the stream."""
        self._thread.join()


class Recorded:
    """When the app knew of which step."""

    def __init__(self, backend: Service, run: str) -> None:
        self.news: list[tuple[float, int]] = []
        self.leave = backend.subscribe(
            run, lambda: self.news.append((time.perf_counter(), backend.status(run).step))
        )


def until(true: Callable[[], bool], seconds: float = 60.0) -> float:
    """Wait until it is true; returns the time this took."""
    start = time.perf_counter()
    while not true():
        if time.perf_counter() - start > seconds:
            raise TimeoutError
        time.sleep(0.0005)
    return time.perf_counter() - start


def begin(backend: Service) -> tuple[str, Watcher]:
    """A run that goes, and who watches it."""
    run = backend.submit(CONFIG, owner=ME)
    watcher = Watcher(backend, run)
    until(lambda: backend.status(run).step > 20)
    return run, watcher


def end(backend: Service, *going: tuple[str, Watcher]) -> None:
    """Stop runs and their watchers."""
    for run, _ in going:
        backend.send(run, Command("stop"), owner=ME)
    for run, watcher in going:
        until(lambda run=run: backend.status(run).over)
        watcher.join()


def rates(backend: Service, runs: int) -> tuple[float, float]:
    """Steps per second of so many watched runs together, and this process's share of one core."""
    going = [begin(backend) for _ in range(runs)]
    time.sleep(WARM_SECONDS)
    before = [backend.status(run).step for run, _ in going]
    start, cpu = time.perf_counter(), time.process_time()
    time.sleep(SECONDS)
    passed, cpu = time.perf_counter() - start, time.process_time() - cpu
    steps = sum(backend.status(run).step - step for (run, _), step in zip(going, before, strict=True))
    end(backend, *going)
    return steps / passed, cpu / passed


# ---- the measurements ----


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(values, n=20)[-1]


def speed(backend: Service) -> None:
    """Engine against bare loop, two runs against one; in turns, since machines drift."""
    loops = [Bare(), Bare()]
    found: dict[str, list[float]] = {"one": [], "two": [], "bare": [], "bare two": [], "cpu": []}
    for _ in range(ROUNDS):
        loops[0].begin()
        found["bare"].append(loops[0].rate())
        rate, cpu = rates(backend, 1)
        found["one"].append(rate)
        found["cpu"].append(cpu)
        rate, _ = rates(backend, 2)
        found["two"].append(rate)
        for loop in loops:
            loop.begin()
        found["bare two"].append(sum([loop.rate() for loop in loops]))
    for loop in loops:
        loop.close()
    one = [app / loop for app, loop in zip(found["one"], found["bare"], strict=True)]
    two = [both / single for both, single in zip(found["two"], found["one"], strict=True)]
    ceiling = [both / single for both, single in zip(found["bare two"], found["bare"], strict=True)]
    line("one run / bare loop", median(one), f"rounds {rounded(one)}", "at least 0.95")
    line("two runs / one run", median(two), f"rounds {rounded(two)}", "at least 1.80")
    line("  two bare loops / one", median(ceiling), "what the machine itself gives", "")
    line("app's CPU, one run watched, %", 100 * median(found["cpu"]), "", "at most 5")


def line(name: str, value: float, more: str, wanted: str) -> None:
    """A line of the table."""
    print(f"{name:30} {value:8.2f}   {wanted:26} {more}", flush=True)


def rounded(values: list[float]) -> list[float]:
    """For print."""
    return [round(value, 2) for value in values]


def commands(backend: Service) -> None:
    """From `send` until the app knows at which step the new value holds."""
    going = [begin(backend) for _ in range(2)]
    run = going[0][0]
    seconds = []
    for number in range(COMMANDS):
        known = len(backend.marks(run))
        backend.send(run, Command("set", 0, {"rho": 0.1 + 0.001 * (number % 50 + 1)}), owner=ME)
        seconds.append(until(lambda known=known: len(backend.marks(run)) > known))
    end(backend, *going)
    line(
        "command known as applied, ms", 1000 * median(seconds), f"p95 {1000 * p95(seconds):.1f}", "at most 50"
    )


def stops(backend: Service) -> None:
    """From a stop until the run is over."""
    seconds = []
    for _ in range(STOPS):
        run, watcher = begin(backend)
        backend.send(run, Command("stop"), owner=ME)
        seconds.append(until(lambda run=run: backend.status(run).over))
        watcher.join()
    line("stop, ms", 1000 * median(seconds), f"worst {1000 * max(seconds):.1f}", "at most 1000")


def ages(backend: Service) -> None:
    """How old the newest point is that a page has, at any moment, with two runs training.

    From the arrival of its batch in the app; a batch holds at most 50 ms of steps, which are added.
    """
    going = [begin(backend) for _ in range(2)]
    run, watcher = going[0]
    recorded = Recorded(backend, run)
    time.sleep(WARM_SECONDS)
    samples = []
    deadline = time.perf_counter() + 2 * SECONDS
    while (now := time.perf_counter()) < deadline:
        shown = watcher.arrivals[-1][1]
        known = next((when for when, step in recorded.news if step >= shown), now)
        samples.append(now - known + 0.05)
        time.sleep(0.01)
    recorded.leave()
    end(backend, *going)
    painted = f"p95 {1000 * p95(samples):.0f}"
    line("newest point at the page, ms", 1000 * median(samples), painted, "at most 500 when painted")
    line("size of an update, kB", median(watcher.sizes) / 1000, "", "at most 10")


def idle(backend: Service) -> None:
    """CPU while a paused run is watched and nothing runs."""
    run, watcher = begin(backend)
    backend.send(run, Command("pause"), owner=ME)
    until(lambda: backend.status(run).state == "paused")
    time.sleep(1.0)
    start, cpu = time.perf_counter(), time.process_time()
    time.sleep(SECONDS)
    share = (time.process_time() - cpu) / (time.perf_counter() - start)
    end(backend, (run, watcher))
    line("app's CPU, nothing runs, %", 100 * share, "", "about none")


def painted() -> None:
    """How old the newest painted point is, at any frame, with two runs training."""
    found, busy = painting.ages(BROWSER_SECONDS)
    for name, samples in found.items():
        more = f"p95 {1000 * p95(samples):.0f}, worst {1000 * max(samples):.0f}, {len(samples)} frames"
        line(f"newest painted, {name}, ms", 1000 * median(samples), more, "p95 at most 500")
    line("browser in long tasks, %", 100 * busy, "share of the main thread", "")


def main() -> None:
    """Print every figure with what is wanted."""
    with tempfile.TemporaryDirectory() as folder:
        backend = Service(LocalFleet(2), Path(folder))
        try:
            for measure in (speed, commands, stops, ages, idle):
                measure(backend)
        finally:
            backend.close()


if __name__ == "__main__":
    {"bare": bare, "--browser": painted}.get("".join(sys.argv[1:]), main)()
