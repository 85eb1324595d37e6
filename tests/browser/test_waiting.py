"""What the other tests wait by waits."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, TimeoutError

from tests.browser.waiting import until

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "condition", ["1 > 0", "x => x === 2", "async x => x === 2", "() => Promise.resolve(1)"]
)
def test_what_is_true_is_not_waited_for(page: Page, condition: str) -> None:
    until(page, condition, 2, timeout=5_000)


@pytest.mark.parametrize(
    "condition",
    ["0 > 1", "x => x === 3", "async x => x === 3", "nothing.is.there", "async () => { throw 1; }"],
)
def test_what_is_not_true_is(page: Page, condition: str) -> None:
    with pytest.raises(TimeoutError):
        until(page, condition, 2, timeout=200)
    page.evaluate("setTimeout(() => { window.nothing = { is: { there: true } }; }, 100)")
    until(page, "nothing.is.there", timeout=5_000)
