"""The Theory page as a visitor sees it: sliders move the charts, jumps and proofs open."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import until

pytestmark = pytest.mark.browser

MEASURED = '.lab-chart[aria-label^="Measured quantity"]'
RATIO = '.lab-chart[aria-label^="Ratio of measured"]'
# As text: a gap is no number.
DRAWN = "JSON.stringify(document.querySelector(chart).calcdata.at(-1).map(point => point.y))"
NAMES = "document.querySelector(chart).data.map(t => t.name)"


def test_a_slider_moves_the_lines_of_the_same_node(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/theory")
    page.wait_for_selector(f"{MEASURED} .main-svg")
    expect(page.get_by_text("0 of 50 problems above the bound")).to_be_visible()
    before = page.evaluate(
        f"chart => {{ document.querySelector(chart).mine = true; return {DRAWN}; }}", MEASURED
    )
    assert before.count(",") > 50
    page.get_by_role("slider", name=re.compile("Condition number")).press("ArrowRight")
    until(page, f"([chart, before]) => {DRAWN} !== before", arg=[MEASURED, before])
    until(page, "location.search.includes('kappa=20')")
    assert page.evaluate("chart => document.querySelector(chart).mine", MEASURED)

    page.get_by_role("slider", name=re.compile("Normalisation")).press("End")
    expect(page.get_by_text("does not apply here")).to_be_visible()
    until(page, f"chart => !{NAMES}.some(n => n.startsWith('promise'))", arg=MEASURED)
    expect(page.locator(RATIO)).to_have_count(0)


def test_a_jump_leads_to_cards_of_a_line_each_that_unfold(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/theory")
    page.get_by_role("link", name="each with its proof").click()
    card = page.locator(".st-key-card-t3-5")
    expect(card.locator("summary")).to_be_in_viewport()
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{main}.scrollHeight") <= 3 * 1000, (
        "pixels: three windows before anything is unfolded"
    )
    step = card.get_by_text("sum the geometric series").first
    expect(step).not_to_be_visible()
    card.locator("summary").click()
    expect(step).to_be_visible()
    expect(card.locator(".katex-error")).to_have_count(0)
    expect(page.locator(".katex-error")).to_have_count(0)


def test_the_link_reproduces_the_screen(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/theory?v=1&guarantee=T3.5&m=3&gamma_b_L=0.037&rho_L=0.25&problems=7&seed=5")
    page.wait_for_selector(f"{MEASURED} .main-svg")
    expect(page.get_by_text("0 of 7 problems above the bound")).to_be_visible()
    expect(page.get_by_role("slider", name=re.compile("Cap in units"))).to_have_attribute(
        "aria-valuetext", "0.037"
    )
    until(page, "location.search.includes('labels=fit')")
    for part in ("guarantee=T3.5", "m=3", "gamma_b_L=0.037", "rho_L=0.25", "problems=7", "seed=5", "lambd=0"):
        assert part in page.evaluate("location.search")
    page.evaluate("location.hash = '#t3-1'")
    seen = page.evaluate("location.search")
    page.reload()
    expect(page.get_by_text("0 of 7 problems above the bound")).to_be_visible()
    assert page.evaluate("location.search") == seen


def test_charts_have_their_data_and_answers_to_unfold(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/theory")
    page.wait_for_selector(f"{MEASURED} .main-svg")
    expect(page.locator(".lab-chart[role=figure][aria-label]")).to_have_count(3)
    page.get_by_text("Over every radius", exact=True).click()
    expect(page.locator(".lab-chart[role=figure][aria-label]")).to_have_count(5)
    answer = page.get_by_text("Here at iteration")
    expect(answer).not_to_be_visible()
    page.get_by_text("Where is the ratio largest?").click()
    expect(answer).to_be_visible()
