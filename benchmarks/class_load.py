"""A class at once: visitors at the protocol level, of whom some train, against the app as `make run` has it.

    python benchmarks/class_load.py                                   30 visitors, 6 of them training, 60 s
    python benchmarks/class_load.py --visitors 100 --training 6 --seconds 300

A visitor has a cookie, opens a page over HTTP and the websocket, and then acts every `--pause` seconds, on
average: it moves the Ridge lab's κ, which asks for the figures ahead (header X-Ahead), says that they are
drawn, and sends the widget's new value for a run of the script. One who trains opens the CNN lab, presses
Start, and reads the stream of its run to the end of the benchmark. No browser paints anything, so that the
clients cost little; they share the machine with the app all the same.
Printed: median, 95th percentile and largest of the first page (page, first script, its figures), of figures
and script; errors; actions a second; how old the newest point is when the next arrives; memory of the app and
of its processes; processor time of the app itself and of the clients.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import httpx2 as httpx
import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).parent.parent
sys.path[0] = str(ROOT)

from tests.browser.server import serve  # noqa: E402

SLIDER = "ridge.kappa"
START = "Start"
PATIENCE = 120.0


@dataclass
class Counts:
    """What all visitors measured, in seconds."""

    first: list[float] = field(default_factory=list)
    figures: list[float] = field(default_factory=list)
    script: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    points: int = 0


class Visitor:
    """One browser: a cookie, an HTTP client, a websocket."""

    def __init__(self, url: str, counts: Counts) -> None:
        self.url, self.counts = url, counts
        # The server closes what was idle for five seconds: a browser asks again then, this client would not.
        keeping = httpx.Limits(keepalive_expiry=2.0)
        self.http = httpx.AsyncClient(base_url=url, timeout=PATIENCE, limits=keeping)
        self.ids: dict[str, str] = {}  # of widgets, by key
        self.buttons: dict[str, str] = {}  # by label
        self.source = self.address = ""
        self.values: dict[str, str] = {}
        self.stops: list[str] = []  # of the slider
        self.socket: ClientConnection

    async def open(self, page: str, query: str = "") -> None:
        """Open a page as a browser does: the document, the websocket, the first script, its figures."""
        began = time.monotonic()
        await self.http.get(f"/{page}", headers={"Accept": "text/html"})
        cookie = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        address = f"ws{self.url[4:]}/_stcore/stream"
        self.socket = await connect(
            address, max_size=None, additional_headers={"Cookie": cookie}, ping_timeout=None
        )
        self.page, self.address = page, query
        await self.run()
        if self.source:
            await self.http.get(f"/{self.source}")
        self.counts.first.append(time.monotonic() - began)

    async def run(self, button: str = "") -> None:
        """One run of the script, to its end."""
        message = BackMsg()
        message.rerun_script.query_string, message.rerun_script.page_name = self.address, self.page
        for key, value in self.values.items():
            state = message.rerun_script.widget_states.widgets.add(id=self.ids[key])
            state.string_array_value.data.append(value)
        if button:
            message.rerun_script.widget_states.widgets.add(id=self.buttons[button], trigger_value=True)
        await self.socket.send(message.SerializeToString())
        sent = ForwardMsg()
        while not sent.HasField("script_finished"):
            sent = ForwardMsg.FromString(await asyncio.wait_for(self.socket.recv(decode=False), PATIENCE))
            self._note(sent)

    def _note(self, sent: ForwardMsg) -> None:
        if sent.HasField("page_info_changed"):
            self.address = sent.page_info_changed.query_string
        if not (sent.HasField("delta") and sent.delta.HasField("new_element")):
            return
        element = sent.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.counts.errors.append(element.exception.message)
        found = getattr(element, kind or "empty")
        if kind == "button":
            self.buttons[found.label] = found.id
        if kind == "slider":
            self.ids[found.id.rsplit("-", 1)[-1]] = found.id
            if found.id.endswith(SLIDER):
                self.stops = list(found.options)
        if not self.source and "api/charts/" in (text := str(element)):
            at = text.index("api/charts/")
            self.source = text[at : min(text.find(end, at) for end in '"\\' if text.find(end, at) > 0)]

    async def slide(self) -> None:
        """Move κ: the figures ahead of the script, then the script."""
        stop = random.choice(self.stops)
        path, _, query = self.source.partition("?")
        moved = f"{path}?{urlencode(dict(parse_qsl(query)) | {'kappa': stop})}"
        began = time.monotonic()
        figures = asyncio.create_task(self.http.get(f"/{moved}", headers={"X-Ahead": "1"}))
        await asyncio.sleep(0.005)
        script = asyncio.create_task(self._moved(stop))
        answer = await figures
        self.counts.figures.append(time.monotonic() - began)
        if answer.status_code != 200:
            self.counts.errors.append(f"figures: {answer.status_code} {answer.text[:80]}")
        await self.http.post(f"/api/drawn?{moved.partition('?')[2]}")
        await script
        self.counts.script.append(time.monotonic() - began)

    async def _moved(self, stop: str) -> None:
        self.values[SLIDER] = stop
        await self.run()

    async def follow(self, until: float) -> None:
        """Train, and read the stream of the run."""
        await self.run(next(label for label in self.buttons if label.startswith(START)))
        run = dict(parse_qsl(self.address)).get("run", "")
        if not run:
            self.counts.errors.append("no run was started")
            return
        async with self.http.stream("GET", f"/api/stream/{run}", timeout=PATIENCE) as answer:
            last, seen = time.monotonic(), 0
            async for line in answer.aiter_lines():
                if time.monotonic() > until:
                    return
                if line.startswith("data: ") and (newest := json.loads(line[6:])["next"]) > seen:
                    now = time.monotonic()
                    if seen:
                        self.counts.gaps.append(now - last)
                    self.counts.points += newest - seen
                    last, seen = now, newest


async def visit(visitor: Visitor, trains: bool, until: float, pause: float) -> None:
    """What one visitor does until the end."""
    try:
        await asyncio.sleep(random.uniform(0, 2 * pause))
        seed = random.randrange(10**6)  # each sees another problem: nothing is computed for two
        page = ("cnn", "v=1&epochs=1000") if trains else ("ridge", f"v=1&seed={seed}")  # trains to the end
        await visitor.open(*page)
        if trains:
            await visitor.follow(until)
            return
        while time.monotonic() < until:
            await asyncio.sleep(random.expovariate(1 / pause))
            await visitor.slide()
    except Exception as error:
        visitor.counts.errors.append(f"{type(error).__name__}: {error}")


def memory(app: psutil.Process) -> str:
    """Resident memory of the app and of all its processes together."""
    children = app.children()
    held = sum(child.memory_info().rss for child in children) / 1e6
    return f"app {app.memory_info().rss / 1e6:.0f} MB, its {len(children)} processes {held:.0f} MB"


def busy(process: psutil.Process) -> float:
    """Seconds of processor that a process has used."""
    used = process.cpu_times()
    return float(used.user + used.system)


def line(name: str, seconds: list[float]) -> str:
    """Median, 95th percentile and largest."""
    if len(seconds) < 2:
        return f"{name:<12} {len(seconds)} measured"
    p95 = statistics.quantiles(seconds, n=20)[-1]
    numbers = {"median": statistics.median(seconds), "p95": p95, "max": max(seconds)}
    return f"{name:<12} " + "   ".join(f"{what} {number:6.3f} s" for what, number in numbers.items())


async def crowd(url: str, app: psutil.Process, options: argparse.Namespace) -> Counts:
    """All visitors at once."""
    counts, until = Counts(), time.monotonic() + options.seconds
    visitors = [Visitor(url, counts) for _ in range(options.visitors)]
    going = [
        visit(visitor, index < options.training, until, options.pause)
        for index, visitor in enumerate(visitors)
    ]
    crowd = asyncio.gather(*going)
    await asyncio.sleep(min(60.0, options.seconds))
    print(f"after at most a minute: {memory(app)}, load {os.getloadavg()[0]:.1f}", flush=True)
    await crowd
    print(f"at the end: {memory(app)}, load {os.getloadavg()[0]:.1f}")
    return counts


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--training", type=int, default=6, help="how many of them train")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--pause", type=float, default=3.0, help="between two actions, on average")
    options = parser.parse_args()
    with serve() as served:
        time.sleep(5)  # compiled and warm
        app, clients = psutil.Process(served.process.pid), psutil.Process()
        before = busy(app), busy(clients)
        counts = asyncio.run(crowd(served.url, app, options))
        used = busy(app) - before[0], busy(clients) - before[1]
    print(line("first page", counts.first), line("figures", counts.figures), sep="\n")
    print(line("script", counts.script), line("newest point", counts.gaps), sep="\n")
    print(f"{len(counts.script) / options.seconds:.1f} actions a second, {counts.points} points")
    print(f"processor: app {used[0]:.1f} s, clients {used[1]:.1f} s")
    print(f"{len(counts.errors)} errors", *sorted(set(counts.errors))[:10], sep="\n  ")


if __name__ == "__main__":
    main()
