"""Files that a page gives: one press each, in the same tab, with words where there is none."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import press, until

pytestmark = pytest.mark.browser

FILES = "**/api/take/**"
FOCUSED = "name => document.activeElement.innerText === name"


def test_files_come_by_mouse_and_by_keyboard_or_words_do(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/ridge?v=1&methods=usam_ps.sgd&seed=3")
    page.get_by_text("Take it with you").click()
    numbers = page.get_by_role("group", name="The numbers as a file")
    with page.expect_download() as given:
        press(numbers.get_by_role("link", name="CSV", exact=True))
    assert given.value.suggested_filename == "ridge_usam_ps-sgd_n100_d100_T1000_seed3.csv"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    until(page, FOCUSED, arg="JSON")
    with page.expect_download() as given:
        page.keyboard.press("Enter")
    content = json.loads(given.value.path().read_text(encoding="utf-8"))
    assert content["about"]["configuration"]["seed"] == 3
    assert len(content["columns"]["iteration"]) == 2 * 1001

    said = page.get_by_text("JSON: All places are taken. Try again in 3 s.")
    page.route(FILES, lambda route: route.fulfill(status=503, body="All places are taken. Try again in 3 s."))
    link = numbers.get_by_role("link", name="JSON", exact=True)
    expect(link).not_to_have_attribute("aria-busy", "true")  # until then it takes no other press
    page.keyboard.press("Enter")
    expect(said).to_be_visible()
    page.unroute(FILES)
    page.route(FILES, lambda route: route.abort())
    page.keyboard.press("Enter")
    expect(page.get_by_text("JSON: The app does not answer. Try again in a moment.")).to_be_visible()
    page.unroute(FILES)
    with page.expect_download():
        page.keyboard.press("Enter")
    until(page, "document.querySelector('.lab-files-said').textContent === ''")
    until(page, FOCUSED, arg="JSON")
    assert page.url.startswith(f"{app_url}/ridge?"), "the page is still there"


def test_what_is_taken_is_what_the_controls_say(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/ridge?v=1&methods=usam_ps&iterations=10&seed=3")
    page.get_by_text("Take it with you").click()
    page.get_by_role("tab", name="Code").click()
    code = page.get_by_role("group", name="The script as a file")
    for seed in (4, 5):
        page.get_by_role("spinbutton", name="Seed").fill(str(seed))
        page.keyboard.press("Enter")
        until(page, f"location.search.includes('seed={seed}')")
        with page.expect_download() as given:
            press(code.get_by_role("link", name="Python", exact=True))
        assert f"seed{seed}.py" in given.value.suggested_filename
        assert f"seed={seed}" in given.value.path().read_text(encoding="utf-8")
