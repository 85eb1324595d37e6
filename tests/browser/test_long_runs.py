"""Half a million recorded steps: drawn at once, thinned and saying so, finer where one looks closer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.long_run import PEAK, PEAK_LOSS, put_long_run
from tests.browser.modules import exported
from tests.browser.server import address, free_port, launched
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

STEPS, RUN = 500_000, "halfamillion"
LOSS = '.lab-chart[aria-label^="Mini-batch training loss"]'
DRAWN = "(chart) => document.querySelector(chart)?.data?.[0]?.y?.length > 1000"
INSIDE = """chart => {
  const [from, to] = document.querySelector(chart).layout.xaxis.range;
  return document.querySelector(chart).data[0].x.filter(x => x >= from && x <= to).length;
}"""
LONG_TASKS = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
}).observe({ type: "longtask", buffered: true });
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port, home = free_port(), tmp_path_factory.mktemp("home")
    put_long_run(home, RUN, ("sam_sps", "sam_constant"), STEPS)
    with launched(port, Path(home)):
        yield address(port)


def test_half_a_million_steps_are_drawn_thinned_and_finer_in_a_zoom(page: Page, url: str) -> None:
    page.add_init_script(LONG_TASKS)
    page.goto(f"{url}/cnn?v=1&lanes=2&run={RUN}")
    until(page, DRAWN, arg=LOSS)
    streams = exported("stream", "Stream.all")
    kept = page.evaluate(f"async () => [...{streams}.values()][0].lanes[0].step.length")
    assert kept < 30_000, "the browser holds a part of them"
    drawn = page.evaluate("chart => document.querySelector(chart).data[0].y.length", LOSS)
    assert drawn <= 3_100
    note = page.locator(f":has(> {LOSS}) > .lab-note")
    expect(note).to_contain_text("500,000 steps")
    expect(note).to_contain_text(
        "of each stretch the first, the lowest and the highest. Zoom in for finer detail."
    )
    peak = page.evaluate("chart => Math.max(...document.querySelector(chart).data[0].y)", LOSS)
    assert peak == PEAK_LOSS, "one step in half a million, and it is seen"

    page.locator(LOSS).scroll_into_view_if_needed()
    box = page.locator(f"{LOSS} .nsewdrag").bounding_box()
    assert box
    x, y = box["x"] + box["width"] * (PEAK - 0.02), box["y"] + box["height"] / 2
    page.evaluate("window.longest = 0")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] * 0.04, y, steps=8)
    page.mouse.up()
    expect(note).to_contain_text("The part in view is finer.")
    until(page, f"chart => ({INSIDE})(chart) > 500", arg=LOSS)
    first, last = page.evaluate("chart => document.querySelector(chart).layout.xaxis.range", LOSS)
    assert first < PEAK * STEPS < last
    assert page.evaluate("chart => Math.max(...document.querySelector(chart).data[0].y)", LOSS) == PEAK_LOSS
    assert page.evaluate("window.longest") < 1_000, (
        "milliseconds; a busy machine is slower, a freeze is longer"
    )

    page.mouse.dblclick(x, y)  # back to all of it
    expect(note).to_contain_text("Zoom in for finer detail.")
