"""Back, and the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import until

pytestmark = pytest.mark.browser

FOCUSED = "name => document.activeElement.tagName === 'BUTTON' && document.activeElement.innerText === name"
GAMMA = '.lab-chart[aria-label^="Step size of each lane"]'


def test_one_press_of_back_leads_one_page_back(page: Page, app_url: str) -> None:
    page.goto(app_url)
    page.wait_for_selector(".lab-guess svg")
    page.get_by_role("link", name="Ridge lab").first.click()
    until(page, "location.search.includes('kappa=100')")
    page.get_by_role("slider", name=re.compile("Sharpness radius")).press("ArrowRight")
    until(page, "location.search.includes('&rho=0.5')")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("How far should a sharpness-aware step go?")


def test_a_race_is_started_paused_steered_and_read_with_the_keyboard_alone(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/cnn?v=1&epochs=1000&lanes=1")
    page.wait_for_selector(f"{GAMMA} .main-svg")
    page.get_by_role("button", name="Start", exact=True).focus()
    page.keyboard.press("Enter")
    until(page, FOCUSED, arg="Pause")
    until(page, "chart => document.querySelector(chart).data?.some(t => t.y.length > 5)", arg=GAMMA)
    page.keyboard.press("Enter")
    until(page, FOCUSED, arg="Resume")
    page.get_by_role("slider", name=re.compile("Sharpness radius")).first.press("ArrowRight")
    until(page, "location.search.includes('a_rho=0.2')")
    fold = page.locator(f":has(> {GAMMA}) > .lab-data")
    fold.locator("summary").press("Enter")
    expect(fold.locator("td").first).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).press("Enter")
    until(page, FOCUSED, arg="Start again")
