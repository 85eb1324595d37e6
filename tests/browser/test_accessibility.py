"""axe-core finds nothing serious on any page, light and dark: names, roles, contrasts."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.paths import PATHS
from tests.browser.waiting import until
from tests.screenshots import SIZES, opened

pytestmark = pytest.mark.browser


def told(violation: dict[str, Any]) -> str:
    """The rule, and the first places that break it."""
    places = [
        f"  {node['html'][:160]} | {node['any'][0]['message'] if node['any'] else ''}"
        for node in violation["nodes"][:4]
    ]
    return "\n".join([f"{violation['id']}: {len(violation['nodes'])}", *places])


@pytest.mark.parametrize("path", [*PATHS, "lessons?lesson=cap&step=run"])
def test_nothing_serious_is_found(browser: Browser, app_url: str, path: str) -> None:
    with opened(browser, f"{app_url}/{path}", SIZES["wide"], "light") as page:
        found = Axe().run(page).response["violations"]
        page.emulate_media(color_scheme="dark")
        until(page, "getComputedStyle(document.querySelector('h1')).color === 'rgb(228, 233, 238)'")
        found += Axe().run(page).response["violations"]
    serious = [told(one) for one in found if one["impact"] in ("serious", "critical")]
    assert not serious, "\n".join(serious)
