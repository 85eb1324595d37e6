"""Lessons in a browser: progress stays there, and a lecturer's link shows no controls."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import until

pytestmark = pytest.mark.browser


def test_progress_survives_a_reload_and_can_be_forgotten(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/lessons?lesson=fixed&step=question")
    course = page.get_by_role("navigation", name="Lessons")
    here = course.get_by_role("button", name=re.compile("2 Why a fixed step is hard"))
    expect(here).to_have_attribute("data-state", "begun")
    answer = page.get_by_role("spinbutton")
    answer.fill("1.6")
    answer.press("Enter")
    expect(page.get_by_text("1.6 is right.")).to_be_visible()
    expect(here).to_have_attribute("data-state", "done")
    until(page, "location.search.includes('lesson=fixed') && location.search.includes('step=question')")

    # A new visit knows nothing of the session; the browser knows what was done, and where one was.
    page.goto(f"{app_url}/lessons")
    expect(here).to_have_attribute("data-state", "done")
    expect(course.get_by_text("1 of 8 done")).to_be_visible()
    course.get_by_role("button", name="Go on: Why a fixed step is hard, Question").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("2 · Why a fixed step is hard")
    course.get_by_role("button", name="Forget").click()
    expect(course.get_by_text("0 of 8 done")).to_be_visible()


def test_a_locked_link_has_a_picture_and_no_controls(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/lessons?lesson=cap&step=run&lock=1")
    expect(page.locator(".lab-chart .main-svg").first).to_be_visible()
    expect(page.get_by_text("The lecturer's link hides the controls.")).to_be_visible()
    expect(page.get_by_role("slider")).to_have_count(0)
    expect(page.get_by_text("For a lecturer")).to_have_count(0)
    until(page, "location.search.includes('lock=1')")
    page.reload()
    expect(page.get_by_text("The lecturer's link hides the controls.")).to_be_visible()
    expect(page.get_by_role("slider")).to_have_count(0)
