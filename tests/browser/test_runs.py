"""What a browser, a worker and the app may do to a run without losing it."""

from __future__ import annotations

import csv
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Page, expect

from tests.browser.server import App, address, free_port, launched
from tests.browser.waiting import press, until
from tests.chromium import visitor
from tests.processes import processes

pytestmark = pytest.mark.browser

GAMMA = '.lab-chart[aria-label^="Step size of each lane"]'
PROGRESS = ".lab-progress"
LONG = "/cnn?v=1&epochs=1000&lanes=1"


def wait_until(true: Callable[[], bool], seconds: float = 90) -> None:
    """Look ten times a second until it is true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def start(page: Page, app: App, path: str = LONG) -> str:
    """Start a run; returns its id."""
    page.goto(f"{app.url}{path}")
    page.get_by_role("button", name="Start", exact=True).click()
    until(page, "() => new URL(location.href).searchParams.has('run')")
    return str(page.evaluate("() => new URL(location.href).searchParams.get('run')"))


def wait_for_state(page: Page, state: str, seconds: float = 90) -> None:
    expect(page.locator(PROGRESS)).to_have_attribute("data-state", state, timeout=1000 * seconds)


NEWEST = """chart => (document.querySelector(chart)?.calcdata ?? [])
  .flatMap(trace => trace.map(point => point.x)).filter(Number.isFinite)
  .reduce((a, b) => Math.max(a, b), 0)"""


def newest(page: Page) -> int:
    """The last step that is painted; 0 before there is one."""
    return int(page.evaluate(NEWEST, GAMMA))


def recorded(page: Page) -> list[int]:
    """Every step of the first lane of the page's run, in the file that the page gives away."""
    link = page.get_by_role("link", name="CSV", exact=True)
    if not link.is_visible():
        page.get_by_text("Take it with you").click()
    with page.expect_download() as given:
        press(link)
    return steps_in(given.value)


def steps_in(file: Download) -> list[int]:
    """The steps of the first lane in a CSV file."""
    _about, *lines = file.path().read_text(encoding="utf-8").splitlines()
    rows = [*csv.DictReader(lines)]
    return [int(row["step"]) for row in rows if row["lane"] == rows[0]["lane"]]


def assert_whole(found: list[int]) -> None:
    """No step is lost or doubled."""
    assert found == list(range(1, len(found) + 1))


def wait_for_step(page: Page, step: int) -> None:
    """Wait until a step that late is painted."""
    until(page, f"([chart, step]) => ({NEWEST})(chart) >= step", arg=[GAMMA, step], timeout=90_000)


def checkpoint_of(app: App, run: str) -> int:
    """Wait for a checkpoint of the run; returns its step."""

    def found() -> list[int]:
        names = [path.name.removeprefix(f"{run}-") for path in (app.home / "checkpoints").glob(f"{run}-*.pt")]
        return [int(name.split("-")[0]) for name in names]

    wait_until(lambda: bool(found()))
    return max(found())


def stop(page: Page) -> None:
    page.get_by_role("button", name="Stop", exact=True).click()
    wait_for_state(page, "stopped")


def test_a_reload_in_mid_run_reattaches(page: Page, app: App) -> None:
    start(page, app)
    wait_for_step(page, 50)
    known = newest(page)
    page.reload()
    wait_for_step(page, known + 20)
    assert_whole(recorded(page))
    wait_for_state(page, "running")
    stop(page)
    text = page.locator(f"{PROGRESS}-text").inner_text()
    assert re.fullmatch(r"Stopped by you · step [\d,]+ of 23,000", text), text


# The browser presses at the very moments when the script begins and ends: then its files change hands.
PRESS = """() => {
  window.presses = 0;
  const app = document.querySelector("[data-test-script-state]");
  window.watching = new MutationObserver(() => {
    window.presses += 1;
    [...document.querySelectorAll("a")].find((link) => link.textContent === "CSV").click();
  });
  window.watching.observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
}"""


def test_a_file_comes_at_every_press_while_the_script_runs(page: Page, app: App) -> None:
    start(page, app)
    wait_for_step(page, 20)
    counts = [len(recorded(page))]
    page.evaluate(PRESS)
    cap = page.get_by_role("slider", name=re.compile("Step-size cap")).first
    for key in ["ArrowLeft", "ArrowRight"] * 2 + ["ArrowLeft"]:
        before = page.url
        with page.expect_download() as given:
            cap.press(key)
        until(page, "before => location.href !== before", before)  # or the next key would take this one back
        found = steps_in(given.value)
        assert_whole(found)
        counts.append(len(found))
    page.evaluate("window.watching.disconnect()")
    assert page.evaluate("window.presses") >= 5
    expect(page.locator(".lab-files-said").first).to_be_empty()
    assert counts == sorted(counts)
    assert counts[-1] > counts[0], "each has what the run has recorded by then"
    stop(page)


def test_a_second_browser_watches_and_cannot_steer(page: Page, browser: Browser, app: App) -> None:
    run = start(page, app)
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == "sam_sps_owner")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    context = visitor(browser)
    other = context.new_page()
    other.goto(f"{app.url}{LONG}&run={run}")
    wait_for_step(other, 30)
    for name in ("Pause", "Stop"):
        expect(other.get_by_role("button", name=name, exact=True)).to_be_disabled()
    expect(other.get_by_role("slider", name=re.compile("Step-size cap")).first).to_be_disabled()
    expect(other.get_by_text("You are watching")).to_be_visible()

    cap = page.get_by_role("slider", name=re.compile("Step-size cap")).first
    cap.press("ArrowLeft")
    watched = other.get_by_role("slider", name=re.compile("Step-size cap")).first
    expect(watched).to_have_attribute("aria-valuetext", "0.5")
    until(other, "() => new URL(location.href).searchParams.get('a_gamma_b') === '0.5'")
    context.close()

    tab = page.context.new_page()  # the same browser owns it in every tab
    tab.goto(f"{app.url}{LONG}&run={run}")
    expect(tab.get_by_role("button", name="Pause", exact=True)).to_be_enabled()
    stop(tab)
    wait_for_state(page, "stopped")


def test_a_killed_worker(page: Page, browser: Browser, app: App) -> None:
    run = start(page, app)
    context = visitor(browser)
    other = context.new_page()
    start(other, app)
    wait_until(lambda: app.counts()["runs"]["workers"] == 2)  # until then one may have both runs
    for each in (page, other):
        wait_for_step(each, newest(each) + 20)
    checkpoint = checkpoint_of(app, run)
    wait_for_step(page, checkpoint + 10)
    first, *_ = app.workers()
    os.kill(first, signal.SIGKILL)
    wait_until(
        lambda: any(p.locator(PROGRESS).get_attribute("data-state") == "interrupted" for p in (page, other)),
        seconds=3,
    )
    hit, spared = (
        (page, other)
        if page.locator(PROGRESS).get_attribute("data-state") == "interrupted"
        else (other, page)
    )
    assert "The worker process died. Resume continues from" in hit.locator(f"{PROGRESS}-text").inner_text()
    known = newest(hit)
    hit.get_by_role("button", name="Resume").click()
    wait_for_state(hit, "running")
    wait_for_step(hit, known + 20)
    assert_whole(recorded(hit))
    wait_for_step(spared, newest(spared) + 20)
    wait_until(lambda: len(app.workers()) == 2)
    for each in (hit, spared):
        stop(each)
    context.close()


def test_a_killed_app(page: Page, tmp_path: Path) -> None:
    port = free_port()
    with launched(port, tmp_path) as process:
        app = App(address(port), tmp_path, process)
        run = start(page, app)
        checkpoint = checkpoint_of(app, run)
        wait_for_step(page, checkpoint + 10)
        workers = app.workers()
        assert workers
        process.kill()
        process.wait()
        killed = time.monotonic()
    left = {pid for pid, _, _ in processes()}
    wait_until(lambda: not set(workers) & {pid for pid, _, _ in processes()}, seconds=10)
    assert time.monotonic() - killed < 10, left

    with launched(port, tmp_path):
        page.goto(f"{app.url}{LONG}&run={run}")
        wait_for_state(page, "interrupted")
        text = page.locator(f"{PROGRESS}-text").inner_text()
        found = re.search(r"The app ended while this run went on. Resume continues from step (\d+)\.", text)
        assert found, text
        resumed_from = int(found[1])
        assert resumed_from >= checkpoint
        wait_for_step(page, resumed_from)
        kept = recorded(page)
        assert_whole(kept)
        assert kept[-1] >= checkpoint, "no point before the checkpoint is lost"
        page.get_by_role("button", name="Resume").click()
        wait_for_step(page, kept[-1] + 20)
        assert_whole(recorded(page))
        stop(page)


def test_twelve_runs_of_three_visitors_all_end(browser: Browser, app: App) -> None:
    contexts = [visitor(browser) for _ in range(3)]
    pages = [context.new_page() for context in contexts]
    runs = [start(page, app, "/cnn?v=1&epochs=4&lanes=1") for _ in range(4) for page in pages]
    assert len(set(runs)) == 12
    for run in runs:
        events = contexts[0].request.get(f"{app.url}/api/stream/{run}", timeout=60_000).text()
        last = events.strip().rpartition("data: ")[2]
        assert '"state":"finished","message":"Finished: all 92 steps"' in last
    for context in contexts:
        context.close()
