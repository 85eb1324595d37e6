"""A connection that breaks while a page comes: the values on the screen are those of the session."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

pytestmark = pytest.mark.browser

TOLD = (
    "new_session",
    "session_status_changed",
    "navigation",
)  # what comes through before the break


def breaking(page: Page) -> list[WebSocketRoute]:
    """Let the first connection break after a run of the script of which no element came; every connection."""
    connections: list[WebSocketRoute] = []

    def connect(here: WebSocketRoute) -> None:
        server = here.connect_to_server()
        connections.append(here)
        if len(connections) > 1:
            return

        def pass_on(message: str | bytes) -> None:
            kind = ForwardMsg.FromString(bytes(message)).WhichOneof("type")  # type: ignore[arg-type]
            if kind in TOLD:
                here.send(message)
            elif kind == "script_finished":
                server.close()
                here.close(code=1011)

        server.on_message(pass_on)

    page.route_web_socket(re.compile("_stcore/stream"), connect)
    return connections


def test_controls_that_come_a_second_time_keep_their_values(page: Page, app_url: str) -> None:
    connections = breaking(page)
    page.goto(f"{app_url}/cnn?v=1&seed=41&a_rho=0.037&epochs=7&dataset=textures")
    seed, deadline = page.get_by_role("spinbutton", name="Seed"), time.monotonic() + 60
    while len(connections) < 2 and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    while not seed.is_visible() and time.monotonic() < deadline:
        page.keyboard.press("r")  # has the script run again
        page.wait_for_timeout(500)
    expect(seed).to_have_value("41")
    seed.fill("42")
    seed.press("Enter")  # sends the values of all controls
    expect(page).to_have_url(re.compile("seed=42"))
    for value in ("a_rho=0.037", "epochs=7", "dataset=textures", "lanes=2"):
        assert value in page.url
