"""The counts are for the app's own machine, and count what is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from lab.web import counts
from runs.backend import Health

HEALTH = Health(store=True, workers=2, trouble="", going=3, waiting=4)


class Engine:
    def health(self) -> Health:
        return HEALTH


async def page(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive()


SITE = Starlette(
    routes=[Route("/counts", counts.counts), WebSocketRoute("/page", page)],
    middleware=[Middleware(counts.OpenPages)],
)


@pytest.fixture(autouse=True)
def _engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(counts, "engine", Engine)
    yield
    assert counts.OpenPages.now == 0, "no page is counted for longer than it is open"


def client(host: str = "127.0.0.1", name: str = "127.0.0.1:8501") -> TestClient:
    return TestClient(SITE, base_url=f"http://{name}", client=(host, 50_000))


def test_what_is_counted() -> None:
    with client() as here:
        assert here.get("/counts").json()["pages"] == 0
        with here.websocket_connect("/page"), here.websocket_connect("/page"):
            found = here.get("/counts").json()
    assert found["pages"] == 2
    assert found["runs"] == {"going": 3, "waiting": 4, "workers": 2}
    assert found["computations"] == {}, "there is no pool in this process"
    assert found["memory_mb"]["app"] > 50


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("name", ["localhost:8501", "127.0.0.1", "[::1]:8501"])
def test_asked_here(host: str, name: str) -> None:
    assert client(host, name).get("/counts").status_code == 200


@pytest.mark.parametrize(
    ("host", "name", "headers"),
    [
        ("10.0.0.7", "127.0.0.1", {}),
        ("203.0.113.9", "localhost", {}),
        ("::ffff:203.0.113.9", "localhost", {}),
        ("", "localhost", {}),
        ("127.0.0.1", "sam-sps.example.org", {}),
        ("127.0.0.1", "localhost.example.org", {}),
        ("127.0.0.1", "localhost", {"X-Forwarded-For": "203.0.113.9"}),
        ("127.0.0.1", "localhost", {"Forwarded": "for=203.0.113.9"}),
        ("127.0.0.1", "localhost", {"X-Real-IP": "127.0.0.1"}),
    ],
)
def test_asked_from_elsewhere(host: str, name: str, headers: dict[str, str]) -> None:
    refused = client(host, name).get("/counts", headers=headers)
    assert (refused.status_code, refused.text) == (403, counts.REFUSED)
