"""The Ridge lab as a visitor sees it: a slider moves the lines, and nothing is built anew."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

DISTANCE = '.lab-chart[aria-label^="Squared distance"]'
NAMES = "document.querySelector(chart).data.map(t => t.name)"
DRAWN = "document.querySelector(chart).calcdata[0].map(point => point.y)"
HIDDEN = "document.querySelector(chart)._fullData[1].visible === 'legendonly'"


def test_a_slider_moves_the_lines_of_the_same_node(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/ridge")
    page.wait_for_selector(f"{DISTANCE} .main-svg")
    names = page.evaluate(f"chart => {NAMES}", DISTANCE)
    assert names[-1] == "bound T3.1 on USAM-PS"
    before = page.evaluate(
        f"chart => {{ document.querySelector(chart).mine = true; return {DRAWN}; }}", DISTANCE
    )
    assert len(before) > 50
    page.locator(f"{DISTANCE} .legendtoggle").nth(1).click()
    page.wait_for_function(f"chart => {HIDDEN}", arg=DISTANCE)
    page.get_by_role("slider", name=re.compile("Condition number")).press("ArrowRight")
    page.wait_for_function(
        f"([chart, before]) => {DRAWN}.some((y, i) => y !== before[i])", arg=[DISTANCE, before]
    )
    assert page.evaluate(f"chart => {HIDDEN}", DISTANCE), "a trace that was hidden stays hidden"
    assert page.evaluate("chart => document.querySelector(chart).mine", DISTANCE)
    page.wait_for_function("location.search.includes('kappa=200')")

    page.get_by_role("slider", name=re.compile("Normalisation")).press("End")
    expect(page.get_by_text("does not apply here")).to_be_visible()
    page.wait_for_function(f"chart => !{NAMES}.some(n => n.startsWith('bound'))", arg=DISTANCE)


def test_the_link_reproduces_the_screen(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/ridge?v=1&rho=0.037&kappa=50&m=7&seed=3")
    page.wait_for_selector(f"{DISTANCE} .main-svg")
    expect(page.get_by_role("slider", name=re.compile("Sharpness radius"))).to_have_attribute(
        "aria-valuetext", "0.037"
    )
    page.wait_for_function("location.search.includes('f_star=min')")
    for part in ("v=1", "rho=0.037", "kappa=50", "m=7", "seed=3", "n=100", "gamma_b=inf"):
        assert part in page.evaluate("location.search")
