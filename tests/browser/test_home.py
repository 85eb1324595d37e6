"""Home in a browser: the guess, Polyak's answer, and the race at one press."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_guess_an_answer_and_the_way_to_the_wide_valley(page: Page, app_url: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(app_url)
    guess = page.get_by_role("slider", name="Your step size")
    expect(page.get_by_text("γ = 0.20")).to_be_visible()
    guess.press("ArrowRight")
    expect(guess).to_have_attribute("aria-valuetext", "gamma 0.21")
    page.get_by_role("button", name="Show Polyak's answer").press("Enter")
    expect(page.get_by_text("You said γ = 0.21, Polyak says 0.78: yours was timid.")).to_be_visible()
    go_on = page.get_by_role("button", name="Take it, and go on")
    expect(go_on).to_be_focused()
    go_on.press("Enter")
    expect(page.get_by_text("Here it stands still, 0.51 from the bottom of the wide valley")).to_be_visible(
        timeout=15_000
    )
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_text("γ = 0.21")).to_be_visible()
    expect(page.get_by_text("Polyak says")).to_have_count(0)


def test_one_press_starts_a_race_whose_lanes_both_move(page: Page, app_url: str) -> None:
    page.goto(app_url)
    page.get_by_role("button", name="Start the race").click()
    expect(page.get_by_role("heading", name="CNN lab")).to_be_visible()
    cells = page.locator(".lab-progress-table tr:not(:first-child)")
    expect(cells).to_have_count(2)
    for lane in range(2):
        expect(cells.nth(lane).locator("td").first).to_contain_text(".", timeout=20_000)
    page.get_by_role("button", name="Stop", exact=True).click()
