"""The presentation view, and a chart that fills the window."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import until

pytestmark = pytest.mark.browser

CHART = ".lab-chart"
TITLE_SIZE = "parseFloat(getComputedStyle(document.querySelector('.lab-chart .gtitle')).fontSize)"
LARGE = re.compile("view=stage")


def drawn(page: Page) -> None:
    page.wait_for_selector(f"{CHART} .gtitle")


def test_present_enlarges_the_type_and_the_link_keeps_it(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/ridge")
    drawn(page)
    usual = page.evaluate(TITLE_SIZE)
    page.evaluate("document.querySelector('.lab-chart').mine = true")
    page.get_by_role("button", name="Present").click()
    until(page, f"{TITLE_SIZE} > 1.5 * {usual}")
    expect(page).to_have_url(LARGE)
    controls = page.locator(".st-key-controls")
    expect(controls).to_be_hidden()
    assert page.evaluate("document.querySelector('.lab-chart').mine"), "the same node"

    # A value changes, and the page: the view stays.
    page.get_by_text("Controls", exact=True).click()
    expect(controls).to_be_visible()
    page.get_by_role("slider", name=re.compile("Condition number")).press("ArrowRight")
    until(page, "location.search.includes('kappa=200')")
    expect(page).to_have_url(LARGE)
    page.get_by_role("link", name="One step").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One step")
    expect(page).to_have_url(LARGE)
    page.reload()
    drawn(page)
    expect(page.get_by_role("button", name="Leave")).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Present")).to_be_visible()
    until(page, f"{TITLE_SIZE} < 1.1 * {usual}")
    expect(page).not_to_have_url(LARGE)


@pytest.mark.parametrize("path", ["", "cnn", "theory", "robustness"])
def test_a_page_on_the_stage_has_a_picture_and_no_scrolling_sideways(
    page: Page, app_url: str, path: str
) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{app_url}/{path}?view=stage")
    picture = page.locator(f"{CHART} .main-svg, .lab-guess svg").first
    main = "document.querySelector('[data-testid=stMain]')"
    for size in (1920, 1080), (1024, 768):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        expect(picture).to_be_visible()
        expect(picture).to_be_in_viewport()
        until(page, f"width => innerWidth === width && {main}.scrollWidth - {main}.clientWidth <= 1", size[0])
    expect(page.locator(".st-key-controls")).to_have_count(0 if path == "" else 1)


def test_a_chart_fills_the_window_and_comes_back_with_its_node_and_zoom(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/ridge")
    drawn(page)
    page.evaluate("document.querySelector('.lab-chart').mine = true")
    before = page.locator(CHART).first.bounding_box()
    page.get_by_role("button", name="Enlarge").first.press("Enter")
    until(page, "document.querySelector('.lab-chart .main-svg').getBoundingClientRect().height > 700")
    assert page.evaluate("document.querySelector('.lab-chart').getBoundingClientRect().width") > 1300
    expect(page.get_by_role("button", name="Back to the page")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Back to the page")).to_have_count(0)
    expect(page.get_by_role("button", name="Enlarge").first).to_be_focused()
    height = before["height"] if before else 0
    now = "document.querySelector('.lab-chart').getBoundingClientRect().height"
    until(page, f"height => Math.abs({now} - height) < 2", arg=height)
    assert page.evaluate("document.querySelector('.lab-chart').mine")
