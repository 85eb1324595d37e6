"""Take pictures of every page, light and dark, wide and narrow: ``python -m tests.screenshots [FOLDER]``.

Without a folder only the README's picture is taken anew. Needs nothing running: it starts the app itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from lab.params import RidgeConfig
from lab.ridge.presets import NOISY
from lab.ui import link
from tests import chromium
from tests.browser.server import ROOT, serve
from tests.browser.waiting import until

README = ROOT / "assets" / "pictures" / "cnn.png"
PAGES = {
    "home": "",
    "step": "step?v=1",
    "step-graph": "step?v=1&variables=1&function=log_sum_exp&x1=2&gamma_b=1&second=sgd",
    "ridge": "ridge",
    "ridge-noisy": "ridge?" + urlencode(link.encode(RidgeConfig.from_values(NOISY | {"map": True}))),
    "ridge-published": "ridge?v=1&figure=usam_theory_stoch",
    "theory": "theory",
    "theory-outside": "theory?v=1&guarantee=T3.1&rho_L=1.5",
    "theory-noisy": "theory?v=1&guarantee=T3.5",
    "cnn": "cnn",
    "robustness": "robustness",
    "landscape": "landscape?v=1&what=plane&function=ripples",
    "lessons": "lessons",
    "lessons-run": "lessons?v=1&lesson=polyak&step=run",
}
# A page that nobody looks at may stay halfway between two colours.
AT_ONCE = "*, *::before, *::after { transition: none !important; }"
# The script has ended, each component is mounted, and every place of a chart holds one. Half a second later
# there are no more of them: what the script sent last comes into the page when the script has ended already.
DRAWN = """async () => {
  const components = () => [...document.querySelectorAll('[data-testid^=stBidiComponent]')];
  const drawn = () =>
    document.querySelector('[data-test-script-state=notRunning]') &&
    components().every(it => it.querySelector('[class^=lab-]')) &&
    [...document.querySelectorAll('.lab-chart')].every(it => it.querySelector('.main-svg'));
  if (!drawn()) return false;
  const before = components().length;
  await new Promise(resolve => setTimeout(resolve, 500));
  return drawn() && components().length === before;
}"""
SIZES = {"wide": (1440, 1000), "narrow": (390, 844)}


@contextmanager
def opened(browser: Browser, url: str, size: tuple[int, int], scheme: str) -> Iterator[Page]:
    """A page with its charts drawn."""
    context = chromium.visitor(browser, viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page = context.new_page()
    draw(page, url)
    yield page
    context.close()


def draw(page: Page, url: str) -> None:
    """Open an address and wait for its charts."""
    page.goto(url)
    page.wait_for_selector("h1")
    page.wait_for_load_state("networkidle")
    until(page, DRAWN, timeout=60_000)
    page.add_style_tag(content=AT_ONCE)


def train(page: Page) -> None:
    """Start a run on the CNN lab and wait until its charts have something to show."""
    page.get_by_role("button", name="Start", exact=True).click()
    until(page, "document.querySelector('.lab-chart')?.data?.some(t => t.y.length > 400)", timeout=120_000)


def whole(page: Page, path: Path) -> None:
    """Save the whole page, which scrolls inside Streamlit's own container."""
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    size = page.viewport_size or {"width": 0, "height": 0}
    page.set_viewport_size({"width": size["width"], "height": int(height) + 40})
    page.wait_for_timeout(800)  # Plotly redraws at the new size
    page.screenshot(path=path)


def main(folder: Path | None) -> None:
    """Take the pictures."""
    browser_path = chromium.installed()
    with serve() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        with opened(browser, f"{app.url}/cnn?v=1&epochs=1000", SIZES["wide"], "light") as page:
            train(page)
            README.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=README)
        for name, path in PAGES.items() if folder else ():
            for size, pixels in SIZES.items():
                for scheme in ("light", "dark"):
                    with opened(browser, f"{app.url}/{path}", pixels, scheme) as page:
                        if name == "cnn":
                            train(page)
                        whole(page, folder / f"{name}-{size}-{scheme}.png")
        browser.close()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if target:
        target.mkdir(parents=True, exist_ok=True)
    main(target)
