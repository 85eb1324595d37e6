"""The Landscape page in a browser: what is known exactly, and a network stage by stage."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import until

pytestmark = pytest.mark.browser
SMALL = "images=64&directions=2"


def test_from_a_function_to_the_ridge_problem(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/landscape?v=1&what=plane&function=ripples")
    verdict = page.locator(".st-key-verdict")
    expect(verdict).to_contain_text("largest eigenvalue 2.25, exactly 2.25")
    page.get_by_role("combobox", name="Look at").click()
    page.get_by_role("option", name="ridge regression").click()
    expect(verdict).to_contain_text("exactly 0.166667")
    until(page, "location.search.includes('what=ridge')")
    page.get_by_role("radio", name="trace", exact=True).click()
    until(page, "location.search.includes('measure=trace')")
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_value_that_moves_while_a_network_is_measured(page: Page, app_url: str) -> None:
    """The first picture is there early; what is not wanted any more is left, and the rest comes."""
    page.goto(f"{app_url}/landscape?v=1&what=example&{SMALL}")
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)
    page.get_by_role("combobox", name="Second lane").click()
    page.get_by_role("option", name="none").click()
    until(page, "location.search.includes('b=none')")
    expect(page.get_by_text("The way of A", exact=False)).to_have_count(1, timeout=60_000)
    expect(page.get_by_text("Take it with you")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("The way of B", exact=False)).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
