"""The Ridge lab as a visitor sees it: a slider moves the lines, and nothing is built anew."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.modules import exported
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

SOURCED = exported("sourced", "sourced")

CHARTS = ["Relative gap", "Squared distance"]
GAP, DISTANCE = (f'.lab-chart[aria-label^="{name}"]' for name in CHARTS)
NAMES = "document.querySelector(chart).data.map(t => t.name)"
# As text: a gap is no number.
DRAWN = "JSON.stringify(document.querySelector(chart).calcdata[0].map(point => point.y))"
# Every value painted in every chart, by chart and trace.
PAINTED = """() => Object.fromEntries([...document.querySelectorAll('.lab-chart')].map(chart => [
  chart.getAttribute('aria-label'), chart.calcdata.map(points => points.map(p => [p.x, p.y])),
]))"""
REVISIONS = "() => [...document.querySelectorAll('.lab-chart')].map(chart => chart.dataset.revision)"
ALL_DRAWN = "count => document.querySelectorAll('.lab-chart[data-revision]').length === count"


def opened(page: Page, url: str, charts: int = 3) -> None:
    """Open the page and wait until every chart is drawn."""
    page.goto(url)
    until(page, ALL_DRAWN, arg=charts)


def radius(page: Page) -> Locator:
    return page.get_by_role("slider", name=re.compile("Sharpness radius"))


def test_a_slider_moves_the_lines_of_the_same_node(page: Page, app_url: str) -> None:
    opened(page, f"{app_url}/ridge?v=1")
    names = page.evaluate(f"chart => {NAMES}", DISTANCE)
    assert "T3.1 bounds USAM-PS" in names
    before = page.evaluate(
        f"chart => {{ document.querySelector(chart).mine = true; return {DRAWN}; }}", DISTANCE
    )
    assert before.count(",") > 50

    # A line hidden in the one legend is hidden in every chart, and stays so; so does a zoom by hand.
    page.get_by_role("button", name="SAM-PS", exact=True).click()
    hidden = (
        "charts => charts.every(c => c.data.filter(t => t.legendgroup === 'sam_ps').every(t => !t.visible))"
    )
    gone = f"() => ({hidden})([...document.querySelectorAll('.lab-chart')].filter(c => c.data))"
    until(page, gone)
    box = page.locator(f"{DISTANCE} .nsewdrag").bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] * 0.5, y, steps=8)
    page.mouse.up()
    until(page, "chart => document.querySelector(chart).layout.xaxis.autorange === false", arg=DISTANCE)
    zoom = "chart => document.querySelector(chart).layout.xaxis.range"
    chosen = page.evaluate(zoom, DISTANCE)

    page.get_by_role("slider", name=re.compile("Condition number")).press("ArrowRight")
    until(page, f"([chart, before]) => {DRAWN} !== before", arg=[DISTANCE, before])
    assert page.evaluate(gone)
    assert page.evaluate(zoom, DISTANCE) == chosen
    assert page.evaluate("chart => document.querySelector(chart).mine", DISTANCE)
    until(page, "location.search.includes('kappa=200')")

    radius(page).press("End")
    until(page, f"chart => !{NAMES}.includes('T3.1 bounds USAM-PS')", arg=DISTANCE)


def kappa(page: Page) -> Locator:
    return page.get_by_role("slider", name=re.compile("Condition number"))


def test_a_press_asks_for_its_charts_once_and_draws_them_once(page: Page, app_url: str) -> None:
    opened(page, f"{app_url}/ridge?v=1&seed=4")
    asked: list[tuple[str, bool]] = []
    said: list[str] = []  # that they are drawn
    page.on("request", lambda request: said.append(request.url) if "/api/drawn" in request.url else None)
    page.on(
        "request",
        lambda request: (
            asked.append((request.url, "x-ahead" in request.headers))
            if "/api/charts/" in request.url
            else None
        ),
    )
    before = [int(revision) for revision in page.evaluate(REVISIONS)]
    kappa(page).press("ArrowRight")
    until(page, "location.search.includes('kappa=200')")  # the script has run to its end
    until(page, f"before => ({REVISIONS})().every((now, i) => now > before[i])", arg=before)
    assert [(url.split("kappa=")[1].split("&")[0], ahead) for url, ahead in asked] == [("200", True)]
    assert [url.split("?")[1] for url in said] == [asked[0][0].split("?")[1]]
    assert [int(revision) for revision in page.evaluate(REVISIONS)] == [revision + 1 for revision in before]


def test_the_lines_follow_a_slider_that_is_dragged(page: Page, app_url: str) -> None:
    opened(page, f"{app_url}/ridge?v=1&seed=5")
    before = page.evaluate(f"chart => {DRAWN}", GAP)
    kappa(page).scroll_into_view_if_needed()
    box = kappa(page).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=4)
    until(page, f"([chart, before]) => {DRAWN} !== before", arg=[GAP, before])
    assert "kappa=100&" in page.evaluate("location.search")  # the script has not run: the button is down
    page.mouse.up()
    until(page, "!location.search.includes('kappa=100&')")
    dragged = page.evaluate(PAINTED)
    opened(page, page.evaluate("location.href"))
    assert page.evaluate(PAINTED) == dragged


def test_many_presses_at_once_end_at_the_newest_value(page: Page, app_url: str) -> None:
    opened(page, f"{app_url}/ridge?v=1&seed=6")
    for _ in range(5):
        kappa(page).press("ArrowRight")
    until(page, "location.search.includes('kappa=5000&')")
    until(page, f"async () => {{ const it = {SOURCED}; return !it.busy && !it.ahead; }}")
    pressed = page.evaluate(PAINTED)
    opened(page, page.evaluate("location.href"))
    assert page.evaluate(PAINTED) == pressed


def test_a_value_that_slider_and_link_write_differently_is_one(page: Page, app_url: str) -> None:
    opened(page, f"{app_url}/ridge?v=1&seed=7&kappa=500000")
    kappa(page).press("End")  # 1e+06 at the slider, 1000000 in the link
    until(page, "location.search.includes('kappa=1000000&')")
    until(page, f"async () => {{ const it = {SOURCED}; return !it.busy && !it.ahead; }}")
    assert page.evaluate(f"async () => {SOURCED}.answers.size") == 2


def test_another_control_ends_what_a_slider_showed_ahead(page: Page, app_url: str) -> None:
    opened(page, f"{app_url}/ridge?v=1&seed=8")
    # The script is kept from catching up with the slider: as if it had been cut off by the next change.
    never = "{ address: 'never sent', until: performance.now() + 1e9 }"
    page.evaluate(f"async () => {{ {SOURCED}.ahead = {never}; }}")
    page.evaluate(f"async () => {{ {SOURCED}.passed.add('left on the way'); }}")
    page.get_by_text("Interpolated", exact=True).click()
    until(page, "location.search.includes('interpolated=0')")
    until(page, f"async () => {{ const it = {SOURCED}; return !it.ahead && !it.passed.size; }}")


def test_curves_that_cannot_be_loaded_say_so(page: Page, app_url: str) -> None:
    opened(page, f"{app_url}/ridge?v=1&seed=9")
    page.route("**/api/charts/**", lambda route: route.abort())
    kappa(page).press("ArrowRight")
    expect(page.locator(".lab-note").first).to_contain_text("These are the curves of earlier values")
    page.unroute("**/api/charts/**")
    kappa(page).press("ArrowRight")
    expect(page.locator(".lab-note").first).to_be_empty()


def test_the_link_reproduces_the_screen_exactly(page: Page, app_url: str) -> None:
    query = (
        "v=1&rho=0.037&kappa=50&m=7&seed=3&trials=3&interpolated=0&gamma_b=1&f_star=0&x=evals&iterations=200"
    )
    opened(page, f"{app_url}/ridge?{query}")
    expect(radius(page)).to_have_attribute("aria-valuetext", "0.037")
    until(page, "location.search.includes('figure=none')")
    painted, table = page.evaluate(PAINTED), page.locator(".lab-table").inner_text()
    for part in query.split("&"):
        assert part in page.evaluate("location.search").lstrip("?").split("&")
    opened(page, page.evaluate("location.href"))
    assert page.evaluate(PAINTED) == painted
    assert page.locator(".lab-table").inner_text() == table


def test_a_double_click_shows_the_step_size_that_left_the_picture(page: Page, app_url: str) -> None:
    opened(page, f"{app_url}/ridge?v=1")
    chart = '.lab-chart[aria-label^="Step size"]'
    lowest = "document.querySelector(chart)._fullLayout.yaxis.range[0]"
    assert page.evaluate(f"chart => {lowest}", chart) == -1
    expect(page.locator(chart).get_by_text(re.compile(r"SAM-PS falls to \de-1[3-6]"))).to_be_visible()
    page.locator(f"{chart} .nsewdrag").dblclick()
    until(page, f"chart => {lowest} < -14", arg=chart)


def test_swatches_follow_the_mode(page: Page, app_url: str) -> None:
    swatch = (
        "getComputedStyle(document.querySelector('.lab-table th[scope=row]'), '::before').backgroundColor"
    )
    opened(page, f"{app_url}/ridge?v=1")
    assert page.evaluate(swatch) == "rgb(11, 98, 168)"
    page.emulate_media(color_scheme="dark")
    opened(page, f"{app_url}/ridge?v=1")
    assert page.evaluate(swatch) == "rgb(109, 179, 242)"


def test_a_preset_is_one_click_and_values_survive_a_switch_of_pages(page: Page, app_url: str) -> None:
    opened(page, f"{app_url}/ridge?v=1")
    page.get_by_text("Noise and the cap", exact=True).click()
    until(page, "location.search.includes('trials=5')")
    expect(page.locator(".lab-table")).to_contain_text("USAM-SPS")
    table = page.locator(".lab-table").inner_text()
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Ridge lab")
    page.get_by_role("link", name="Ridge lab").first.click()
    expect(page.locator(".lab-table")).to_contain_text("USAM-SPS")
    until(page, "location.search.includes('trials=5')")
    assert page.locator(".lab-table").inner_text() == table


def test_a_published_figure_opens_in_one_click(page: Page, app_url: str) -> None:
    opened(page, f"{app_url}/ridge?v=1")
    page.get_by_text("USAM steps from theory, deterministic", exact=True).click()
    until(page, "location.search.includes('figure=usam_theory_det')")
    figure = '.lab-chart[aria-label*="published figure"]'
    page.wait_for_selector(f"{figure} .main-svg")
    assert page.evaluate(f"chart => {NAMES}", figure) == ["AF22", "Khanh24", "Unified", "USAM-PS"]
    page.get_by_role("button", name="Back to the lab").click()
    page.wait_for_selector(f"{GAP} .main-svg")
