"""The running app and a Chromium to drive it."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from tests import chromium
from tests.browser.server import App, serve

expect.set_options(timeout=30_000)  # as for a page below: five seconds are short on a busy machine


@pytest.fixture(scope="session")
def app() -> Iterator[App]:
    """The running app."""
    with serve() as running:
        yield running


@pytest.fixture(scope="session")
def app_url(app: App) -> str:
    """Its address."""
    return app.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.installed()
    assert path, "no Chromium; `python -m tests.chromium` installs one"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def first_tab(browser: Browser, app_url: str) -> Iterator[Page]:
    """A tab that stays open: what it opens shares its process, which compiles the app's scripts once."""
    context = chromium.visitor(browser, viewport={"width": 1440, "height": 1000})
    tab = context.new_page()
    tab.goto(f"{app_url}/_stcore/health")
    yield tab
    context.close()


@pytest.fixture
def page(first_tab: Page) -> Iterator[Page]:
    """A fresh visitor; an error in the page's own JavaScript fails the test."""
    context = first_tab.context
    context.clear_cookies()
    first_tab.evaluate("localStorage.clear()")
    with first_tab.expect_popup() as opened:
        first_tab.evaluate("() => { window.open('about:blank'); }")
    page = opened.value
    page.set_default_timeout(30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    for tab in set(context.pages) - {first_tab}:
        tab.close()
    assert errors == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails says what its pages showed then."""
    report = yield
    if report.when == "call" and report.failed:
        for name, found in item.funcargs.items():
            if isinstance(found, Page):
                report.sections += [(f"{name}: {tab.url}", said(tab)) for tab in found.context.pages]
    return report


def said(page: Page) -> str:
    """The text of a page."""
    try:
        return page.locator("body").inner_text(timeout=2000)
    except Error as error:
        return str(error)
