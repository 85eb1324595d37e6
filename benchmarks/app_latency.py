"""From a key press on a slider to the painted charts, in Chromium, against a bare Streamlit page.

    python benchmarks/app_latency.py                 the Ridge lab with its defaults (about a minute)
    python benchmarks/app_latency.py --presses 60 --query "v=1&m=10"

A press is timed in the browser, from the slider's keydown to the frame after the last chart that changed was
drawn: of all charts ("all"), and of those in the window ("view"). The bare page, written into a temporary
folder and served by the same program, has one slider and two `st.plotly_chart` with constant data; its press
ends with the frame after the slider's value, printed below the charts, has changed. Pages take turns in one
run, a sweep each: the other slider moves by one stop, uncounted, then this one goes five stops one way. So
every press asks for values that were never shown before, and none is the first after a change of tabs. The
first sweep of each page warms up and does not count.
On the wire: all that the browser receives and sends over its websocket, uncompressed, and all that it
fetches, from one press to the next.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[0] = str(ROOT)

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests import chromium  # noqa: E402
from tests.browser.server import free_port, is_up, serve  # noqa: E402
from tests.browser.waiting import until  # noqa: E402

STOPS = 5  # of a slider in a sweep
BARE = """
    import numpy as np
    import plotly.graph_objects as go
    import streamlit as st

    value = st.slider("Condition number", 1, 1000, 100)
    x = np.arange(250)
    for name in ("one", "two"):
        lines = [go.Scatter(x=x, y=np.exp(-x / (20.0 * k)), name=f"line {k}") for k in range(1, 7)]
        st.plotly_chart(go.Figure(lines), key=name)
    st.text(f"the value is {value}")
"""
# Of the newest press: when the frame after the last change of a `target` was painted, of all and of those in
# the window.
WATCH = """
(target) => {
  window.bench = { start: 0, all: 0, view: 0 };
  const pressed = () => Object.assign(bench, { start: performance.now(), all: 0, view: 0 });
  document.addEventListener("keydown", pressed, true);
  new MutationObserver((mutations) => {
    const elements = mutations.map((m) => (m.target.closest ? m.target : m.target.parentElement));
    const nodes = elements.map((element) => element?.closest(target)).filter(Boolean);
    if (!nodes.length) return;
    const inView = nodes.some((node) => node.getBoundingClientRect().top < innerHeight);
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        bench.all = performance.now() - bench.start;
        if (inView) bench.view = bench.all;
      };
      channel.port2.postMessage(0);
    });
  }).observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["data-revision"],
  });
}
"""
CHARTS = ".lab-chart[data-revision]"
PRINTED = "[data-testid=stText]"
QUIET_MS = 400  # after a press; whatever has not begun to be painted by then counts for the next one


@dataclass
class Lane:
    """One page under test: its presses in milliseconds and what each sent over the wire."""

    name: str
    page: Page
    slider: str
    aside: str
    times: dict[str, list[float]] = field(default_factory=lambda: {"all": [], "view": []})
    wire: list[int] = field(default_factory=list)
    counter: list[int] = field(default_factory=lambda: [0])

    def sweep(self, number: int) -> None:
        """One sweep; its presses are timed in the browser, each after the page has become quiet."""
        self.page.bring_to_front()
        self._press(self.aside, "ArrowRight")
        for _ in range(STOPS):
            self.counter[0] = 0
            self._press(self.slider, "ArrowRight" if number % 2 == 0 else "ArrowLeft")
            if number > 0:
                self._keep()

    def _keep(self) -> None:
        for name, times in self.times.items():
            times.append(float(self.page.evaluate(f"bench.{name}")))
        self.wire.append(self.counter[0])

    def _press(self, slider: str, key: str) -> None:
        self.page.locator(slider).press(key)
        until(self.page, "bench.all > 0", timeout=20_000)
        self.page.wait_for_timeout(QUIET_MS)

    @property
    def median(self) -> float:
        """Median of all presses, in milliseconds."""
        return statistics.median(self.times["all"])

    def report(self) -> str:
        """Median, 95th percentile and kilobytes a press."""
        parts = [f"{self.name:<16}"]
        for name, times in self.times.items():
            p95 = statistics.quantiles(times, n=20)[-1]
            parts.append(f"{name}: median {statistics.median(times):6.1f} ms, p95 {p95:6.1f} ms")
        parts.append(
            f"{statistics.median(self.wire) / 1e3:6.1f} kB a press, at most {max(self.wire) / 1e3:.1f}"
        )
        return "   ".join(parts)


def open_lane(
    browser: Browser, name: str, url: str, ready: str, slider: str, aside: str, target: str
) -> Lane:
    """Open a page, count what comes and goes, watch what a press changes."""
    context = chromium.visitor(browser, viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    lane = Lane(name, page, slider, aside)
    session = context.new_cdp_session(page)

    def count(size: int) -> None:
        lane.counter[0] += size

    session.send("Network.enable")
    for event in ("Network.webSocketFrameReceived", "Network.webSocketFrameSent"):
        session.on(event, lambda frame: count(size(frame)))
    session.on("Network.dataReceived", lambda part: count(part["dataLength"]))
    page.goto(url)
    page.wait_for_selector(ready)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    page.evaluate(WATCH, target)
    page.evaluate("document.querySelectorAll('.lab-chart').forEach(chart => { chart.mine = true; })")
    return lane


def size(frame: dict) -> int:
    """Bytes of one frame; binary ones are handed over in base64."""
    response = frame["response"]
    length = len(response["payloadData"])
    return length * 3 // 4 if response["opcode"] == 2 else length


@contextmanager
def bare_app() -> Iterator[str]:
    """The bare page, served."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bare.py").write_text(textwrap.dedent(BARE), encoding="utf-8")
        port = free_port()
        command = [sys.executable, "-m", "streamlit", "run", "bare.py", "--server.headless", "true"]
        command += ["--server.port", str(port), "--browser.gatherUsageStats", "false"]
        process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ
        )
        try:
            while not is_up(f"http://localhost:{port}"):
                time.sleep(0.1)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--presses", type=int, default=40, help="presses of each slider that count, in fives")
    parser.add_argument("--query", default="", help="query of the Ridge lab's address")
    options = parser.parse_args()
    slider = "input[type=range][aria-label*='{}']"
    with serve() as app, bare_app() as bare, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.installed(), args=["--no-sandbox"])
        ridge = f"{app.url}/ridge?{options.query}".rstrip("?")
        chart = ".lab-chart .main-svg"
        kappa, rho = (slider.replace("{}", text) for text in ("Condition number", "Sharpness radius"))
        lanes = [
            open_lane(browser, "Ridge lab, κ", ridge, chart, kappa, rho, CHARTS),
            open_lane(browser, "Ridge lab, ρ", ridge, chart, rho, kappa, CHARTS),
            open_lane(browser, "bare page", bare, ".js-plotly-plot .main-svg", kappa, kappa, PRINTED),
        ]
        for number in range(1 + math.ceil(options.presses / STOPS)):
            for lane in lanes:
                lane.sweep(number)
        print("\n".join(lane.report() for lane in lanes))
        for lane in lanes[:-1]:
            ratio = lane.median / lanes[-1].median
            kept = lane.page.evaluate("[...document.querySelectorAll('.lab-chart')].every(c => c.mine)")
            print(f"{lane.name}: {ratio:.2f} times the bare page; nodes kept: {kept}")
        browser.close()


if __name__ == "__main__":
    main()
