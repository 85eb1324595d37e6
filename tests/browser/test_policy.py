"""Every page opens by its address and does nothing that the content security policy forbids.

The browser would say so on its console.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.paths import PATHS
from tests.browser.server import App

pytestmark = pytest.mark.browser

TITLES = {
    "": "How far should a sharpness-aware step go?",
    "step": "One step",
    "ridge": "Ridge lab",
    "theory": "Theory",
    "cnn": "CNN lab",
    "robustness": "Robustness",
    "landscape": "Landscape",
    "lessons": "Lessons",
    "history": "History",
}


@pytest.mark.parametrize("path", PATHS)
def test_a_page_opens_by_its_address_and_breaks_no_policy(app: App, browser: Browser, path: str) -> None:
    said: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    answer = page.goto(f"{app.url}/{path}")
    assert answer
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[path.partition("?")[0]], timeout=30_000)
    page.wait_for_selector(".lab-chart svg, [data-testid=stMain] svg, [data-testid=stMain] canvas")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    if path == "cnn":
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.locator(".lab-progress")).to_have_attribute("data-state", "running")
        page.get_by_role("button", name="Stop", exact=True).click()
        expect(page.locator(".lab-progress")).to_have_attribute("data-state", "stopped")
    context.close()
    assert errors == []
    assert not [text for text in said if "Content Security Policy" in text]
