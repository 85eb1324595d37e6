"""One step as a visitor sees it: played in the browser alone, started anew by a click in the picture."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.waiting import until

pytestmark = pytest.mark.browser

PLAYER = ".lab-player"
PLANE = '.lab-chart[aria-label^="The function from above"]'
PARABOLA = '.lab-chart[aria-label^="Squared distance to the minimiser after"]'


def opened(page: Page, url: str, query: str = "?v=1") -> None:
    page.goto(f"{url}/step{query}")
    page.wait_for_selector(f"{PLANE} .main-svg")
    page.wait_for_selector(f"{PARABOLA} .main-svg")


def at_step(page: Page, step: int) -> None:
    """Wait until a step, counted from 1, is drawn."""
    until(page, f"document.querySelector('{PLAYER}').dataset.step === '{step - 1}'")
    expect(page.locator(".lab-player-bar span")).to_contain_text(f"step {step} of")


def drawn(page: Page, name: str, chart: str = PLANE) -> list[list[float]]:
    """Points of a trace, as given to Plotly."""
    return page.evaluate(
        """([chart, name]) => {
          const trace = document.querySelector(chart).data.find(t => t.name === name);
          return Array.from(trace.x, (x, i) => [x, trace.y[i]]);
        }""",
        [chart, name],
    )


def press(page: Page, button: str) -> None:
    page.locator(".lab-player-bar").get_by_role("button", name=re.compile(button)).click()


def test_step_back_and_keyboard(page: Page, app_url: str) -> None:
    opened(page, app_url, "?v=1&steps=20")
    expect(page.locator(".lab-player-bar button").first).to_be_disabled()
    [x, after] = drawn(page, "step of USAM-PS")
    assert x == [1.2, 2]
    press(page, "Step")
    at_step(page, 2)
    assert drawn(page, "step of USAM-PS")[0] == after, "the next step starts where the last one ended"
    assert drawn(page, "way of USAM-PS") == [x, after]
    press(page, "Back")
    at_step(page, 1)
    page.locator(PLAYER).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    at_step(page, 4)
    page.keyboard.press("ArrowLeft")
    at_step(page, 3)
    page.keyboard.press("End")
    at_step(page, 20)
    page.keyboard.press("Home")
    at_step(page, 1)
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_the_slider_goes_to_a_step(page: Page, app_url: str) -> None:
    opened(page, app_url, "?v=1&steps=20")
    slider = page.locator(".lab-player-bar").get_by_role("slider", name="Step")
    slider.focus()
    slider.press("ArrowRight")
    at_step(page, 2)
    slider.press("End")
    at_step(page, 20)
    box = slider.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.click(box["x"] + box["width"] / 2, middle)
    until(page, f"[9, 10].includes(Number(document.querySelector('{PLAYER}').dataset.step))")
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, middle, steps=5)
    page.mouse.up()
    at_step(page, 20)
    press(page, "Play")
    at_step(page, 1)
    slider.press("End")
    at_step(page, 20)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert len(drawn(page, "way of USAM-PS")) == 20


def test_it_plays_without_a_word_to_the_server(page: Page, app_url: str) -> None:
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    opened(page, app_url, "?v=1&steps=12&speed=8&second=sgd")
    until(page, "location.search.includes('steps=12')")
    page.wait_for_load_state("networkidle")
    before = len(sent)
    assert before, "the page itself came over that socket"
    press(page, "Play")
    page.wait_for_selector(".lab-player-dot-0", state="visible")
    at_step(page, 12)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert len(drawn(page, "way of USAM-PS")) == 12
    assert len(drawn(page, "way of Gradient descent")) == 12
    press(page, "To start")
    at_step(page, 1)
    assert len(sent) == before


def test_the_travelling_point_is_on_the_step_and_on_the_truth(page: Page, app_url: str) -> None:
    opened(page, app_url, "?v=1&speed=0.25")
    place = """chart => {
      const root = document.querySelector(chart), { xaxis, yaxis } = root._fullLayout;
      const dot = root.parentElement.querySelector('.lab-player-dot-0');
      const [x, y] = dot.style.transform.match(/-?[\\d.]+/g).map(Number);
      return [xaxis.p2l(x - xaxis._offset), yaxis.p2l(y - yaxis._offset)];
    }"""
    press(page, "Play")
    page.wait_for_selector(".lab-player-dot-0", state="visible")
    page.wait_for_timeout(700)  # somewhere on the way: any moment will do
    press(page, "Pause")
    expect(page.locator(".lab-player-dot-0").first).to_be_hidden()
    press(page, "Play")
    page.wait_for_selector(".lab-player-dot-0", state="visible")
    both = f"[({place})('{PLANE}'), ({place})('{PARABOLA}')]"
    (x, y), (gamma, distance) = page.evaluate(both)
    assert distance == pytest.approx(x**2 + y**2, rel=0.02), "the minimiser is 0"
    (x0, _), (x1, _) = drawn(page, "step of USAM-PS")
    taken = drawn(page, "γ, as taken", PARABOLA)[0][0]
    assert (x - x0) / (x1 - x0) == pytest.approx(gamma / taken, abs=0.02)


def test_reduced_motion_jumps(page: Page, app_url: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    opened(page, app_url, "?v=1&speed=8&steps=5")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    press(page, "Play")
    at_step(page, 5)
    assert all(not dot.is_visible() for dot in page.locator(".lab-player-dot-0").all())


def test_a_click_sets_x_and_the_link(page: Page, app_url: str) -> None:
    opened(page, app_url)
    page.evaluate("chart => { document.querySelector(chart).mine = true; }", PLANE)
    press(page, "Step")
    at_step(page, 2)
    box = page.locator(f"{PLANE} .nsewdrag").bounding_box()
    assert box
    # the axes go from -3.2 to 3.2
    page.mouse.click(box["x"] + box["width"] * (3.2 - 1) / 6.4, box["y"] + box["height"] * (3.2 - 2) / 6.4)
    until(page, "location.search.includes('x1=-1') || location.search.includes('x1=-0.9')")
    at_step(page, 1)
    [x, _] = drawn(page, "step of USAM-PS")
    assert x == [pytest.approx(-1, abs=0.03), pytest.approx(2, abs=0.03)]
    link = page.evaluate("location.search")
    assert f"x1={x[0]:g}&x2={x[1]:g}" in link
    slider = page.get_by_role("slider", name=re.compile("First coordinate"))
    expect(slider).to_have_attribute("aria-valuetext", f"{x[0]:.2f}")
    assert page.evaluate("chart => document.querySelector(chart).mine", PLANE)


def test_a_drag_zooms_and_a_slider_keeps_node_zoom_and_step(page: Page, app_url: str) -> None:
    opened(page, app_url)
    page.evaluate("chart => { document.querySelector(chart).mine = true; }", PLANE)
    press(page, "Step")
    at_step(page, 2)
    link = page.evaluate("location.search")
    box = page.locator(f"{PLANE} .nsewdrag").bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 200, steps=6)
    page.mouse.up()
    zoom = "chart => document.querySelector(chart)._fullLayout.xaxis.range"
    until(page, f"chart => ({zoom})(chart)[1] < 3", arg=PLANE)
    chosen = page.evaluate(zoom, PLANE)
    assert page.evaluate("location.search") == link, "a drag is not a click"
    before = drawn(page, "climb to e")
    page.get_by_role("slider", name=re.compile("Sharpness radius")).press("ArrowRight")
    until(page, "location.search.includes('rho=0.3')")
    until(
        page,
        "([root, name, old]) => document.querySelector(root).data.find(t => t.name === name).x[1] !== old",
        arg=[PLANE, "climb to e", before[1][0]],
    )
    at_step(page, 2)
    assert page.evaluate(zoom, PLANE) == chosen
    assert page.evaluate("chart => document.querySelector(chart).mine", PLANE)


def test_the_formula_has_the_numbers_of_the_step(page: Page, app_url: str) -> None:
    """x = 2, ρ = ½ on x²/2 + ¼: f(e) = 4.75, ⟨∇f(e), e − x⟩ = 3, ‖∇f(e)‖² = 9, γ = 1/6."""
    opened_graph = f"{app_url}/step?v=1&variables=1&x1=2&rho=0.5&gamma_b=5"
    page.goto(opened_graph)
    page.wait_for_selector(".lab-player math")
    rows = page.locator(".lab-player math mtr").all_text_contents()
    plain = [row.replace("\u2061", "").replace(" ", "") for row in rows]
    assert plain[1] == "=min{max{4.75−0.25−3,0}9,5}"
    assert plain[2] == "=min{max{1.5,0}9,5}"
    assert plain[3] == "=min{max{0.167,0},5}=0.167"
    expect(page.locator(".lab-player-said")).to_contain_text("goes from 4 to 2.25")


def test_the_data_unfold(page: Page, app_url: str) -> None:
    opened(page, app_url, "?v=1&steps=7&second=sgd")
    page.locator(f"{PLAYER} .lab-data summary").click()
    rows = page.locator(f"{PLAYER} .lab-data tr")
    expect(rows).to_have_count(1 + 14)
    expect(rows.nth(0)).to_contain_text("methodstepx₁x₂e₁e₂x⁺₁x⁺₂f(x)")
    expect(rows.nth(1)).to_contain_text("USAM-PS11.22")


def test_narrow_and_dark_nothing_is_wider_than_the_screen(page: Page, app_url: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    opened(page, app_url, "?v=1&lambd=1&second=other&gamma_b=1")
    width = (
        "Math.max(...[...document.querySelectorAll('.lab-player, .lab-player > *')]"
        ".map(e => e.getBoundingClientRect().right))"
    )
    assert page.evaluate(width) <= 390
    assert (
        page.evaluate("chart => document.querySelector(chart).layout.template.layout.font.color", PLANE)
        == "#e4e9ee"
    )


def test_leaving_while_it_plays_and_coming_back(page: Page, app_url: str) -> None:
    opened(page, app_url, "?v=1&speed=8&x1=-1&x2=2.5")
    press(page, "Play")
    page.wait_for_selector(".lab-player-dot-0", state="visible")
    page.get_by_role("link", name="Ridge lab").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ridge lab")
    expect(page.locator(PLAYER)).to_have_count(0)
    page.get_by_role("link", name="One step").click()
    page.wait_for_selector(f"{PLANE} .main-svg")
    at_step(page, 1)
    assert drawn(page, "step of USAM-PS")[0] == [-1, 2.5]


def test_where_nothing_moves_there_is_nothing_to_play(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/step?v=1&kappa=1e6&rho=100")
    expect(page.get_by_text("step 1 of 1")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_disabled()


def test_a_preset_begins_at_its_first_step(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/step")
    page.get_by_role("button", name="too low").click()
    until(page, "location.search.includes('f_star=0')")
    for step in (2, 3):
        page.get_by_role("button", name="Step ▶").click()
        at_step(page, step)
    page.get_by_role("button", name="… and a cap").click()
    until(page, "location.search.includes('gamma_b=1')")
    at_step(page, 1)
