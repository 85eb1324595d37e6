"""The History page in the browser: lines are ticked in the table; runs move to another browser by a link."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import chromium
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

CURVES = "(document.querySelector('.lab-chart')?.data?.length ?? 0)"
MINUTE = 60_000
# The script has ended, and the table is where it was a quarter of a second before.
STILL = """async () => {
  const table = document.querySelector('[data-testid=stDataFrame] canvas');
  const place = () => JSON.stringify(table.getBoundingClientRect());
  const before = place();
  await new Promise(then => setTimeout(then, 250));
  return document.querySelector('[data-test-script-state=notRunning]') && place() === before;
}"""
RUN = "v=1&epochs=1&lanes=2&network=mlp"


def trained(page: Page, app_url: str) -> None:
    """A run of two lanes that has finished."""
    page.goto(f"{app_url}/cnn?{RUN}")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("Finished: all 23 steps")).to_be_visible(timeout=MINUTE)


def tick(page: Page, row: int) -> None:
    """Tick a row of the table, which is drawn on a canvas, once nothing moves it any more."""
    canvas = page.get_by_test_id("stDataFrame").locator("canvas").first
    expect(canvas).to_be_visible()
    until(page, STILL)
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 16, box["y"] + 35 * (row + 1) + 18)


def test_ticked_lanes_are_drawn_and_their_run_opens_as_it_was(page: Page, app_url: str) -> None:
    trained(page, app_url)
    page.get_by_role("link", name="History", exact=True).first.click()
    expect(page.get_by_text("2 of 2 lines.")).to_be_visible()
    for row in range(2):
        tick(page, row)
        until(page, f"{CURVES} === {row + 1}")
    page.get_by_role("button", name="Choose nothing").click()
    until(page, f"{CURVES} === 0")
    tick(page, 0)  # ticked, if the table had kept its ticks, and this would take the one away
    until(page, f"{CURVES} === 1")
    page.get_by_role("button", name="Open the run", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("CNN lab")
    expect(page.get_by_text("Finished: all 23 steps")).to_be_visible()
    assert "network=mlp" in page.url
    assert "run=" in page.url
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_runs_move_to_another_browser_and_are_its_own(page: Page, browser: Browser, app_url: str) -> None:
    trained(page, app_url)
    page.goto(f"{app_url}/history")
    page.get_by_text("To another browser").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_test_id("stCode").inner_text().strip()
    assert link.startswith(f"{app_url}/history?v=1&take=")
    other = chromium.visitor(browser).new_page()
    other.goto(link)
    other.get_by_role("button", name="Take them").click()
    expect(other.get_by_text("1 run or sweep came to this browser.")).to_be_visible()
    expect(other.get_by_text("2 of 2 lines.")).to_be_visible()
    assert "take=" not in other.url
    page.reload()
    expect(page.get_by_text("Nothing yet")).to_be_visible()
    other.context.close()
