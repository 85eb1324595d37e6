"""A figure whose `meta` the browser does not know is drawn, and what is wrong is told below it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

FAULT = "meta of the trace 'USAM-PS' has unknown fields: bounds"


def test_unknown_fields_are_told(page: Page, app_url: str) -> None:
    def foreign(route: Route) -> None:
        figures = route.fetch().json()
        trace = next(it for it in figures["gap"]["data"] if it["name"] == "USAM-PS")
        trace["meta"] = {"bounds": True}
        route.fulfill(body=json.dumps(figures), content_type="application/json")

    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.route("**/api/charts/ridge*", foreign)
    page.goto(f"{app_url}/ridge")
    expect(page.locator(".lab-fault")).to_have_text([FAULT])
    page.wait_for_selector('.lab-chart[aria-label^="Relative gap"] .main-svg')
    assert said.count(FAULT) == 1
    page.unroute("**/api/charts/ridge*")
    page.get_by_role("slider", name="Condition number").press("ArrowRight")
    expect(page.locator(".lab-fault")).to_have_text([""])
