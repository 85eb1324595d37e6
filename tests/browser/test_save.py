"""A figure taken as a file: complete, and drawn by a program that is not the app."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.waiting import press, until

pytestmark = pytest.mark.browser

LINES = ("USAM-PS", "Gradient descent")
COLOURS = {"USAM-PS": (0x0B, 0x62, 0xA8), "Gradient descent": (0x6B, 0x6B, 0x2F)}


def saved(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as given:
        press(page.get_by_role("group", name="Save the figure as").get_by_role("button", name=name))
    file = folder / given.value.suggested_filename
    given.value.save_as(file)
    return file


def test_a_figure_is_taken_in_every_form(page: Page, app_url: str, tmp_path: Path) -> None:
    page.add_init_script("window.print = () => { top.printed = document.documentElement.outerHTML; }")
    page.goto(f"{app_url}/ridge?v=1&methods=usam_ps.sgd&seed=3")
    until(page, "document.querySelector('.lab-save')?.figures().length === 1")  # the chart is drawn
    opener = page.locator(".lab-save summary").first
    opener.press("Enter")

    svg = saved(page, "SVG", tmp_path)
    assert svg.name == "ridge_distance-under-its-bounds_seed3.svg"
    text = svg.read_text(encoding="utf-8")
    words = ["".join(one.itertext()) for one in ET.fromstring(text).iter("{http://www.w3.org/2000/svg}text")]
    assert {"Distance under its bounds", *LINES} <= set(words)
    assert any("seed=3" in word for word in words)
    assert "%" not in "".join(re.findall(r"font-size: ?[^;\"]*", text))

    assert Image.open(saved(page, "PNG", tmp_path)).width == 2000

    menu = page.get_by_role("group", name="Save the figure as")
    menu.get_by_role("button", name="PDF").click()
    until(page, "window.printed")
    sheet = page.context.new_page()
    sheet.set_content(page.evaluate("window.printed"))
    pdf = sheet.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") == 1, "one sheet, as large as the figure"
    assert b"/Subtype /Image" not in pdf, "vectors"
    sheet.close()

    html = saved(page, "HTML", tmp_path)
    other = page.context.new_page()  # without the app
    other.route(re.compile("^https?:"), lambda route: route.abort())
    other.goto(html.as_uri())
    until(other, "document.querySelectorAll('.scatterlayer .trace').length >= 4")
    other.set_viewport_size({"width": 1000, "height": 500})
    other.goto(svg.as_uri())
    drawn = np.asarray(Image.open(io.BytesIO(other.screenshot())).convert("RGB"))
    for name, colour in COLOURS.items():
        places = np.nonzero(np.all(drawn == colour, axis=2))[1]
        assert np.sum(places < 650) > 200, f"the line of {name}"
        assert np.sum(places > 750) > 40, f"{name} in the legend"
    other.close()

    opener.press("Escape")
    expect(page.get_by_role("group", name="Save the figure as")).to_have_count(0)
    expect(opener).to_be_focused()
