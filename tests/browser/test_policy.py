"""No page does what the content security policy forbids: the browser would say so on its console."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.paths import PATHS
from tests.browser.server import App

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", PATHS)
def test_no_page_breaks_the_policy(app: App, browser: Browser, path: str) -> None:
    said: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    answer = page.goto(f"{app.url}/{path}")
    assert answer
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    page.wait_for_selector("h1")
    page.wait_for_selector(".lab-chart svg, [data-testid=stMain] svg, [data-testid=stMain] canvas")
    page.wait_for_load_state("networkidle")
    if path == "cnn":
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.locator(".lab-progress")).to_have_attribute("data-state", "running")
        page.get_by_role("button", name="Stop", exact=True).click()
        expect(page.locator(".lab-progress")).to_have_attribute("data-state", "stopped")
    context.close()
    assert not [text for text in said if "Content Security Policy" in text]
