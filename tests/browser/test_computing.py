"""Computations of open, closed and several tabs, as the app itself counts them."""

from __future__ import annotations

import json
import time
import urllib.request

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

HEAVY = "/ridge?v=1&n=500&d=500&iterations=10000&m=100&trials=50&methods=usam_ps_sam_ps_sps_max_sgd_sam_usam"


def at_work(url: str) -> int:
    """How many computations go on."""
    with urllib.request.urlopen(f"{url}/counts") as answer:
        return int(json.load(answer)["computations"]["computing"])


def wait_until_at_work(url: str, count: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while at_work(url) != count:
        assert time.monotonic() < deadline, f"not {count} computations after {seconds} s"
        time.sleep(0.02)


def test_a_closed_tab_stops_its_computation(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}{HEAVY}")
    wait_until_at_work(app_url, 1, seconds=30)
    page.close()
    wait_until_at_work(app_url, 0, seconds=3)


def test_the_newer_tab_of_a_visitor_has_the_turn_and_the_older_says_so(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}{HEAVY}")
    wait_until_at_work(app_url, 1, seconds=30)
    newer = page.context.new_page()
    newer.goto(f"{app_url}{HEAVY}&seed=1")
    expect(page.get_by_role("button", name="Compute it now")).to_be_visible()
    expect(page.get_by_test_id("stAlert")).to_contain_text("A newer computation of yours")
    assert "n=500" in page.url
    assert "iterations=10000" in page.url
    wait_until_at_work(app_url, 1, seconds=10)
    newer.close()
    page.close()
    wait_until_at_work(app_url, 0, seconds=3)
