"""axe-core finds nothing serious on any page, light and dark: names, roles, contrasts."""

from __future__ import annotations

import time
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.paths import PATHS
from tests.browser.waiting import until
from tests.screenshots import draw

pytestmark = pytest.mark.browser


def told(violation: dict[str, Any]) -> str:
    """The rule, and the first places that break it."""
    places = [
        f"  {node['html'][:160]} | {node['any'][0]['message'] if node['any'] else ''}"
        for node in violation["nodes"][:4]
    ]
    return "\n".join([f"{violation['id']}: {len(violation['nodes'])}", *places])


def serious(page: Page, seconds: float = 20) -> list[str]:
    """What is found on a page at rest: what is gone a moment later was one on its way."""
    deadline = time.monotonic() + seconds
    while True:
        found = Axe().run(page).response["violations"]
        left = [told(one) for one in found if one["impact"] in ("serious", "critical")]
        if not left or time.monotonic() > deadline:
            return left


@pytest.mark.parametrize("path", [*PATHS, "lessons?lesson=cap&step=run"])
def test_nothing_serious_is_found(page: Page, app_url: str, path: str) -> None:
    page.emulate_media(color_scheme="light")
    draw(page, f"{app_url}/{path}")
    light = serious(page)
    page.emulate_media(color_scheme="dark")
    until(page, "getComputedStyle(document.querySelector('h1')).color === 'rgb(228, 233, 238)'")
    dark = serious(page)
    assert not light, "\n".join(light)
    assert not dark, "\n".join(dark)
