"""How old the newest painted point is, in Chromium with two runs training: `engine.py --browser` prints it.

The app runs in a process of its own that notes when it heard of which step (``painting.py serve FILE PORT``);
the page notes at every frame which step its charts have painted. Both use the clock of this machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.waiting import until

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

BATCH_SECONDS = 0.05  # a worker sends what it measured so long after the first of it, at most
LINK = "/cnn?v=1&epochs=1000&lanes=2"
CHARTS = {
    "step size": '.lab-chart[aria-label^="Step size"]',
    "loss": '.lab-chart[aria-label^="Mini-batch"]',
}
SAMPLE = """chart => {
  document.querySelector(chart).scrollIntoView({ block: "center" });
  window.samples = [];
  const looks = (window.looks = (window.looks ?? 0) + 1);
  const newest = () => {
    let last = 0;
    const traces = document.querySelector(chart)?.calcdata ?? [];
    for (const trace of traces) last = Math.max(last, trace.at(-1)?.x || 0);
    return last;
  };
  const look = () => {
    window.samples.push([Date.now() / 1000, newest()]);
    if (looks === window.looks) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
LONG_TASKS = """() => {
  window.busy = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((task) => (window.busy += task.duration)))
    .observe({ type: "longtask" });
}"""


def serve(log: str, port: str) -> None:
    """The app as `make run` serves it, noting when it heard of which step."""
    from streamlit.web import cli

    from runs.registry import Registry

    extend = Registry.extend
    with Path(log).open("a", buffering=1) as file:

        def noted(registry: Registry, run: str, lanes: list[Any], step: int, rate: float) -> None:
            file.write(f"{run} {time.time()} {step}\n")
            extend(registry, run, lanes, step, rate)

        Registry.extend = noted  # type: ignore[method-assign]
        sys.argv = [
            "streamlit",
            "run",
            str(ROOT / "app.py"),
            "--server.headless",
            "true",
            "--server.port",
            port,
        ]
        cli.main()


@contextmanager
def app(folder: Path) -> Iterator[tuple[str, Path]]:
    """Serve it; yields its address and the file of its notes."""
    from tests.browser.server import address, free_port, is_up

    port, log = free_port(), folder / "heard"
    process = subprocess.Popen(
        [sys.executable, __file__, "serve", str(log), str(port)],
        cwd=ROOT,
        env={**os.environ, "SAM_SPS_HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not is_up(address(port)):
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError("the app did not come up")
            time.sleep(0.1)
        yield address(port), log
    finally:
        process.terminate()
        process.wait(timeout=20)


def ages(seconds: float) -> tuple[dict[str, list[float]], float]:
    """Ages in seconds of the newest painted point of a chart in view, and the page's busy share.

    Two visitors train a run of two lanes each; on the first one's page each chart is looked at so long.
    """
    from playwright.sync_api import sync_playwright

    from tests import chromium

    with (
        tempfile.TemporaryDirectory() as folder,
        app(Path(folder)) as (url, log),
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=chromium.installed(), args=["--no-sandbox"])
        pages = [
            chromium.visitor(browser, viewport={"width": 1440, "height": 1000}).new_page() for _ in range(2)
        ]
        for page in pages:
            page.goto(f"{url}{LINK}")
            page.get_by_role("button", name="Start", exact=True).click()
            until(page, "() => new URL(location.href).searchParams.has('run')", timeout=60_000)
        run = pages[0].evaluate("() => new URL(location.href).searchParams.get('run')")
        until(pages[1], f"({GROWN})('{CHARTS['step size']}')", timeout=60_000)
        pages[1].close()  # its run goes on
        page = pages[0]
        until(page, f"({GROWN})('{CHARTS['step size']}')", timeout=60_000)
        page.bring_to_front()
        page.evaluate(LONG_TASKS)
        samples = []
        for chart in CHARTS.values():
            page.evaluate(SAMPLE, chart)
            page.wait_for_timeout(1000 * seconds)
            samples.append(page.evaluate("window.samples.slice(30)"))  # after the scroll
        busy = page.evaluate("window.busy")
        browser.close()
        heard = [line.split() for line in log.read_text().splitlines() if line.startswith(run)]
    news = [(float(when), int(step)) for _, when, step in heard]
    found = {name: aged(news, own) for name, own in zip(CHARTS, samples, strict=True)}
    return found, busy / (1000 * seconds * len(CHARTS))


GROWN = "(chart) => (document.querySelector(chart)?.calcdata?.[0]?.length ?? 0) > 200"


def aged(news: list[tuple[float, int]], samples: list[tuple[float, float]]) -> list[float]:
    """Of each sample (moment, newest painted step) the seconds since the app heard of it."""
    ages, index = [], 0
    for moment, step in samples:
        while index < len(news) - 1 and news[index][1] < step:
            index += 1
        ages.append(moment - news[index][0] + BATCH_SECONDS)
    return ages


if __name__ == "__main__":
    serve(*sys.argv[2:])
