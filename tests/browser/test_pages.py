"""Every page opens from the one before, and a bad link gives a notice and nothing worse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import until

pytestmark = pytest.mark.browser


def test_next_leads_through_all_pages_in_the_order_of_home(page: Page, app_url: str) -> None:
    page.goto(app_url)
    order = ("One step", "CNN lab", "Ridge lab", "Theory", "Robustness", "Landscape", "Lessons", "History")
    for title in order:
        page.get_by_role("link", name=f"Next: {title}").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("link", name="Next: ")).to_have_count(0)


def test_values_survive_a_switch_of_pages(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/cnn?v=1&seed=41&a_rho=0.037")
    seed = page.get_by_role("spinbutton", name="Seed")
    expect(seed).to_have_value("41")
    page.get_by_role("link", name="Ridge lab").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ridge lab")
    page.get_by_role("link", name="CNN lab").first.click()
    expect(seed).to_have_value("41")
    until(page, "location.search.includes('a_rho=0.037') && location.search.includes('seed=41')")


@pytest.mark.parametrize("path", ["cnn", "ridge", "theory"])
def test_a_hostile_link_gives_a_notice(page: Page, app_url: str, path: str) -> None:
    page.goto(
        f"{app_url}/{path}?v=1&seed=<script>alert(1)</script>&evil=![x](http://localhost/x.png)&run=../../x"
    )
    notice = page.get_by_test_id("stAlert")
    expect(notice).to_contain_text(
        "seed = '<script>alert(1)</script>' is not allowed: a whole number from 0 to 999999; 0 is used."
    )
    expect(notice).to_contain_text("There is no parameter 'evil' on this page.")
    expect(notice.locator("img, script")).to_have_count(0)
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("0")
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.parametrize("path", ["cnn", "ridge", "theory"])
def test_a_bad_value_typed_gives_a_notice(page: Page, app_url: str, path: str) -> None:
    page.goto(f"{app_url}/{path}")
    page.get_by_text("Exact values", exact=True).click()
    field = page.get_by_role("textbox", name="Set values exactly")
    field.fill("seed = 12, seed = minus one")
    field.press("Enter")
    notice = page.get_by_test_id("stAlert")
    expect(notice).to_contain_text("seed = 'minus' is not allowed: a whole number from 0 to 999999.")
    expect(notice).to_contain_text("Nothing was set.")
    expect(notice).to_be_in_viewport()
    gap = "([notice, field]) => notice.getBoundingClientRect().bottom - field.getBoundingClientRect().top"
    assert -100 < page.evaluate(gap, [notice.element_handle(), field.element_handle()]) <= 0
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("0")
    field.fill("seed = 12")
    field.press("Enter")
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("12")
    expect(notice).to_have_count(0)


# On a phone: the main button lies under nothing, without scrolling; the controls take a quarter at most.
UNCOVERED = """button => {
  const { x, y, width, height } = button.getBoundingClientRect();
  return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""


@pytest.mark.parametrize(
    ("path", "name"), [("", "Start the race"), ("step", "▶ Play"), ("cnn", "Start"), ("ridge", "The theorem")]
)
def test_on_a_phone_the_main_button_is_in_reach(page: Page, app_url: str, path: str, name: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{app_url}/{path}")
    page.wait_for_selector(".lab-chart .main-svg, .lab-guess svg")
    button = page.get_by_text(name, exact=True).first
    expect(button).to_be_in_viewport()
    assert button.evaluate(UNCOVERED)
    if path:
        panel = page.locator("[data-testid=stColumn]:has(.st-key-controls)").first.bounding_box()
        assert panel
        assert panel["height"] <= 844 / 4 + 1


@pytest.mark.parametrize(
    ("path", "width", "height", "button"),
    [
        ("lessons", 390, 844, "Continue: Run"),
        ("history", 390, 844, "Start a first run"),
        ("cnn", 1024, 768, "Start"),
    ],
)
def test_the_first_window_has_a_picture_and_the_main_button(
    page: Page, app_url: str, path: str, width: int, height: int, button: str
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{app_url}/{path}")
    page.wait_for_selector(".lab-chart .main-svg")
    plot = page.locator(".lab-chart .main-svg").first.bounding_box()
    assert plot
    assert plot["y"] + (1.0 if width > 640 else 0.7) * plot["height"] <= height
    expect(page.get_by_role("button", name=button, exact=width > 640).first).to_be_in_viewport()


@pytest.mark.parametrize("name", ["ridge?v=1", "step?v=1"])
def test_on_a_phone_a_slider_and_the_chart_it_moves_are_in_view_together(
    page: Page, app_url: str, name: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{app_url}/{name}")
    page.wait_for_selector(".lab-chart .main-svg")
    chart = page.locator(".lab-chart").first
    chart.evaluate("chart => chart.scrollIntoView()")
    control = page.get_by_test_id("stSlider").filter(has_text=re.compile("Condition number"))
    control.scroll_into_view_if_needed()
    drawn = "JSON.stringify(document.querySelector('.lab-chart').data)"
    before = page.evaluate(drawn)
    control.get_by_role("slider").press("ArrowRight")
    until(page, f"before => {drawn} !== before", arg=before)
    expect(control).to_be_in_viewport()
    picture, box = chart.bounding_box(), control.bounding_box()
    assert picture
    assert box
    panel = 844 * 0.62  # its upper edge
    assert panel - max(picture["y"], 0) > 0.5 * picture["height"]
    assert box["y"] > panel


def test_every_chosen_method_is_in_sight(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/ridge?v=1")
    chips = page.locator("[data-testid=stMultiSelect] [data-tag]")
    expect(chips).to_have_count(6)
    box = page.locator("[data-testid=stMultiSelect] [data-rac][role=group]").element_handle()
    until(  # chips move until the page's style sheet is there
        page,
        "([chip, box]) => chip.getBoundingClientRect().bottom <= box.getBoundingClientRect().bottom",
        arg=[chips.last.element_handle(), box],
    )
