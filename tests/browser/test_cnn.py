"""The CNN lab as a visitor sees it: a live run, steered and stopped."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import until

pytestmark = pytest.mark.browser

CHART = '.lab-chart[aria-label^="{}"]'
GAMMA = CHART.format("Step size of each lane")
ACCURACY = CHART.format("Share of the test images")


def series(page: Page, chart: str, name: str) -> list[float]:
    """The y values of a trace, as painted."""
    return page.evaluate(
        "([chart, name]) => Array.from(document.querySelector(chart).data.find(t => t.name === name).y)",
        [chart, name],
    )


def wait_for(page: Page, expression: str, *arguments: object) -> None:
    """Wait until a JavaScript function of the arguments is true."""
    until(page, f"(args) => ({expression})(...args)", arg=list(arguments), timeout=60_000)


GROWN = "(chart, count) => document.querySelector(chart)?.data?.some(t => t.y.length >= count)"
UPDATES = "(chart, count) => Number(document.querySelector(chart).dataset.updates) >= count"
OBEYS = """(chart, name, cap) => {
  const y = document.querySelector(chart).data.find(t => t.name === name).y;
  return y.length > 20 && y.slice(-20).every(v => v <= cap * 1.000001);
}"""


def updates(page: Page) -> int:
    return int(page.locator(GAMMA).get_attribute("data-updates") or 0)


def test_a_live_run_from_start_to_stop(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/cnn?v=1&epochs=1000&lanes=2&a_gamma_b=1")
    page.wait_for_selector(f"{GAMMA} .main-svg")
    page.evaluate("chart => { document.querySelector(chart).mine = true; }", GAMMA)
    page.get_by_role("button", name="Start", exact=True).click()

    wait_for(page, GROWN, GAMMA, 30)
    wait_for(page, GROWN, ACCURACY, 3)
    assert len(series(page, GAMMA, "B · SAM, constant γ")) >= 30, "both lanes are drawn"

    # A zoom by hand survives ten updates.
    box = page.locator(f"{GAMMA} .nsewdrag[data-subplot=xy]").bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] * 0.5, y, steps=8)
    page.mouse.up()
    zoom = "chart => document.querySelector(chart).layout.xaxis.range"
    wait_for(page, "chart => document.querySelector(chart).layout.xaxis.autorange === false", GAMMA)
    chosen = page.evaluate(zoom, GAMMA)
    wait_for(page, UPDATES, GAMMA, updates(page) + 10)
    assert page.evaluate(zoom, GAMMA) == chosen

    # γ obeys a cap that is lowered while the run goes on.
    cap = page.get_by_role("slider", name=re.compile("Step-size cap")).first
    cap.focus()
    for _ in range(9):  # 1 → 0.001, nine stops of the slider
        cap.press("ArrowLeft")
    expect(cap).to_have_attribute("aria-valuetext", "0.001")
    wait_for(page, OBEYS, GAMMA, "A · SAM-SPS", 0.001)
    assert max(series(page, GAMMA, "A · SAM-SPS")) > 0.001, "it had been larger before"

    wait_for(page, "(chart) => document.querySelector(chart).data[0].y.some(v => v > 0.9)", ACCURACY)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".lab-progress")).to_have_attribute("data-state", "stopped")
    expect(page.get_by_role("button", name="Start again")).to_be_visible()
    assert page.evaluate("chart => document.querySelector(chart).mine", GAMMA), (
        "it is the node of the first point"
    )
    assert page.evaluate(zoom, GAMMA) == chosen

    # The way back leads to the whole run, not to the ranges of the chart while it was empty.
    page.locator(GAMMA).scroll_into_view_if_needed()
    page.locator(f"{GAMMA} .nsewdrag[data-subplot=xy]").dblclick()
    wait_for(page, "chart => document.querySelector(chart).layout.xaxis.autorange === true", GAMMA)
    newest = "document.querySelector(chart).calcdata[0].at(-1).x"
    assert page.evaluate(
        f"chart => {{ const n = {newest}; return n > 100 && ({zoom})(chart)[1] >= n; }}", GAMMA
    )


PRESS_BOTH = """names => {
  const buttons = [...document.querySelectorAll("button")];
  for (const name of names) buttons.find(button => button.textContent.trim() === name).click();
}"""


def test_two_presses_at_once_both_count(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/cnn?v=1&epochs=1000")
    expect(page.get_by_role("button", name="Clear", exact=True)).to_be_disabled()
    page.evaluate(PRESS_BOTH, ["Large ρ", "Start"])
    expect(page.locator(".lab-progress")).not_to_have_attribute("data-state", "idle")
    page.wait_for_url("**&a_rho=0.4&**")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".lab-progress")).to_have_attribute("data-state", "stopped")


def test_pause_and_resume_and_a_reload_in_between(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/cnn?v=1&epochs=1000&lanes=1")
    page.get_by_role("button", name="Start", exact=True).click()
    wait_for(page, GROWN, GAMMA, 10)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    expect(page.locator(".lab-progress-text")).to_contain_text("Paused")
    known = page.locator(".lab-progress-text").inner_text()

    page.reload()
    expect(page.locator(".lab-progress-text")).to_have_text(known)
    wait_for(page, GROWN, GAMMA, 10)
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".lab-progress")).to_have_attribute("data-state", "running")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".lab-progress")).to_have_attribute("data-state", "stopped")


def test_pictures_that_could_not_be_fetched_come_with_the_next_news(page: Page, app_url: str) -> None:
    asked = []
    page.route("**/api/runs/*/pictures", lambda route: (asked.append(route.request.url), route.abort()))
    page.goto(f"{app_url}/cnn?v=1&epochs=1000&lanes=1&seed=3&more=pictures")
    page.get_by_role("button", name="Start", exact=True).click()
    wait_for(page, GROWN, GAMMA, 10)
    page.locator(".lab-pictures").scroll_into_view_if_needed()
    with page.expect_request("**/api/runs/*/pictures"):
        pass
    page.unroute("**/api/runs/*/pictures")
    expect(page.locator(".lab-pictures")).to_contain_text("Confusion matrix at step")
    assert asked, "the page's own errors are looked at when it closes"
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".lab-progress")).to_have_attribute("data-state", "stopped")


def test_dark_charts_are_dark(page: Page, app_url: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{app_url}/cnn")
    page.wait_for_selector(f"{GAMMA} .main-svg")
    color = page.evaluate("chart => document.querySelector(chart).layout.template.layout.font.color", GAMMA)
    assert color == "#e4e9ee"


AXES = """chart => ['xaxis', 'yaxis'].map(axis => document.querySelector(chart)._fullLayout[axis].range)"""
LABELS = """chart => Array.from(document.querySelectorAll(`${chart} .annotation`), it => {
  const { left, right, top, bottom } = it.getBoundingClientRect();
  return { text: it.textContent.replace(/\\u200b/g, "").trim(), left, right, top, bottom };
})"""

NAMED = "(chart, count) => document.querySelectorAll(`${chart} .annotation`).length === count"


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    """Whether two boxes lie over each other."""
    return (
        min(one["right"], other["right"]) > max(one["left"], other["left"])
        and min(one["bottom"], other["bottom"]) > max(one["top"], other["top"])
    )  # fmt: skip


def test_before_a_run_the_page_is_short_and_its_axes_make_sense(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/cnn?v=1&epochs=1000")
    for chart in (GAMMA, ACCURACY):
        page.wait_for_selector(f"{chart} .main-svg")
    assert page.evaluate(AXES, ACCURACY) == [[0, 100], [-0.02, 1.02]]
    assert page.evaluate(AXES, GAMMA)[0] == [0, 100]
    expect(page.get_by_text("Nothing is running yet")).to_have_count(1)
    expect(page.locator(".lab-chart")).to_have_count(3)


def test_before_a_run_the_charts_show_the_recorded_race(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/cnn")
    page.wait_for_selector(f"{GAMMA} .main-svg")
    expect(page.get_by_text("A recorded run of these settings")).to_have_count(1)
    wait_for(page, GROWN, GAMMA, 100)
    assert page.evaluate(AXES, GAMMA)[0][1] >= page.evaluate(
        "chart => document.querySelector(chart).data[0].x.length", GAMMA
    )


def test_changes_are_named_once_and_a_rewind_empties_charts_and_pictures(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/cnn?v=1&epochs=1000&lanes=1")
    page.get_by_role("button", name="Start", exact=True).click()
    wait_for(page, GROWN, GAMMA, 20)
    for count, name in enumerate(("Step-size cap", "ρ", "λ"), start=1):
        page.get_by_role("slider", name=re.compile(name)).first.press("ArrowLeft")
        wait_for(page, NAMED, GAMMA, count)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".lab-progress")).to_have_attribute("data-state", "paused")
    labels = page.evaluate(LABELS, GAMMA)
    assert [label["text"] for label in labels] == ["A γb → 0.5", "A ρ → 0.05", "A λ → 0.95"]
    assert not any(overlap(one, other) for one in labels for other in labels if one is not other)
    plot = page.locator(f"{GAMMA} .nsewdrag[data-subplot=xy]").bounding_box()
    assert plot
    assert all(label["bottom"] <= plot["y"] + 1 for label in labels), "they lie over no data"
    assert page.evaluate(LABELS, ACCURACY) == []

    step = re.search(r"step ([\d,]+) of", page.locator(".lab-progress-text").inner_text())
    assert step
    page.get_by_text("What the network sees", exact=True).click()
    pictures = page.locator(".lab-pictures")
    pictures.scroll_into_view_if_needed()
    expect(pictures).to_contain_text(f"Confusion matrix at step {step[1]}")
    page.get_by_role("button", name="Rewind").click()
    expect(pictures).to_contain_text("Confusion matrix at step 0")
    wait_for(page, "chart => document.querySelector(chart)._fullLayout.xaxis.range[1] === 100", ACCURACY)
    page.get_by_role("button", name="Single step").click()
    expect(pictures).to_contain_text("Confusion matrix at step 1")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".lab-progress-text")).to_contain_text("Stopped by you · step 1 of 23,000")


def test_a_narrow_screen_says_that_the_table_goes_on(page: Page, app_url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{app_url}/cnn?v=1&epochs=1&lanes=1")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator(".lab-progress")).to_have_attribute("data-state", "finished")
    expect(page.locator(".lab-progress-text")).to_have_text("Finished: all 23 steps")
    page.locator("summary.lab-progress-numbers").click()
    expect(page.locator(".lab-progress-more")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator(".lab-progress-more")).to_be_hidden()


# What the controls can bring about; the other ways to stand still are in js/standing.test.js.
STILL = {
    "a_rho=10": "N < 0, so γ = 0. ρ is too large here",
    "b_method=sgd_constant&b_lr=10&b_weight_decay=1": "not a finite number any more",
}
WATCH = """chart => {
  const seen = [];  // [newest step painted, when]
  window.told = {};  // lane: [step since which it stands, when that was said, when its 50th step was painted]
  setInterval(() => {
    const newest = document.querySelector(chart)?.data?.[0]?.x?.at(-1) ?? 0;
    if (newest > (seen.at(-1)?.[0] ?? 0)) seen.push([newest, performance.now()]);
    document.querySelectorAll(".lab-lane .news").forEach((news, lane) => {
      const since = news.textContent.match(/Has not moved since step ([\\d,]+)/)?.[1].replace(",", "");
      const due = since && seen.find(([step]) => step >= Number(since) + 49);
      if (due && !(lane in told)) told[lane] = [Number(since), performance.now(), due[1]];
    });
  }, 50);
}"""


def test_a_lane_that_stands_still_says_so_within_two_seconds(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/cnn?v=1&epochs=20&{'&'.join(STILL)}")
    cards = page.locator(".lab-lane")
    expect(cards.nth(0)).to_contain_text("no step yet")
    page.evaluate(WATCH, GAMMA)
    page.get_by_role("button", name="Start", exact=True).click()
    wait_for(page, "count => Object.keys(told).length === count", len(STILL))
    for lane, why in enumerate(STILL.values()):
        expect(cards.nth(lane)).to_contain_text(why)
    for since, said, due in page.evaluate("told").values():
        assert since < 100
        assert said - due <= 2000
    wait_for(
        page,
        "chart => document.querySelector(chart).data.some(t => t.meta.zeros === 0 && t.x.length > 20)",
        GAMMA,
    )
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".lab-progress")).to_have_attribute("data-state", re.compile("stopped|finished"))
