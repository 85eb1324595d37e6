"""The Robustness page in the browser: its example, and a sweep that fills in while its runs end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import press, until

pytestmark = pytest.mark.browser

LINES = "document.querySelector(chart).data.filter(t => t.visible !== false).map(t => t.name)"
POINTS = "document.querySelector(chart).data.reduce((sum, t) => sum + t.x.length, 0)"
SAM = '.lab-chart[aria-label^="Test accuracy of the SAM"]'
MINUTE = 60_000
MLP = "v=1&baselines=sam_cosine&heavy=.&rates=0.3_1"


def test_the_example_its_legend_and_its_numbers(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/robustness")
    until(page, "document.querySelectorAll('.lab-chart .main-svg').length >= 4")
    expect(page.get_by_text("306 of 306 runs, shipped with the app")).to_be_visible()
    assert "SAM, cosine" in page.evaluate(f"chart => {LINES}", SAM)
    page.get_by_role("button", name="SAM, cosine", exact=True).click()
    until(page, f"chart => !{LINES}.includes('SAM, cosine')", arg=SAM)
    page.get_by_text("Every number, and the runs behind it").click()
    expect(page.locator(".lab-table").first.locator("tr")).to_have_count(37)
    with page.expect_download() as download:
        press(page.get_by_role("link", name="Download every run (CSV)"))
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) == 307


def test_a_sweep_fills_in_leads_to_its_runs_and_goes_on_where_it_was_left(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/robustness?{MLP}")
    expect(page.get_by_text("0 of 72 runs done: press Start")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    until(page, f"chart => {POINTS} > 0", arg=SAM, timeout=MINUTE)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Go on", exact=True)).to_be_visible()
    done = page.get_by_text(re.compile(r"\d+ of 72 runs done"))
    count = int(done.inner_text().split()[0])
    assert count > 0
    page.reload()
    expect(done).to_have_text(re.compile(f"^{count} of 72"))
    page.get_by_text("Every number, and the runs behind it").click()
    page.get_by_role("link", name="seed 0").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("CNN lab")
    expect(page.get_by_text("finished").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
