"""Rates: an allowance for each visitor, a bound on open streams, refusals in plain words."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from lab.web import owner, rates
from lab.web.headers import FRAMES, SecurityHeaders, policy
from lab.web.rates import Allowances, Rates


def test_an_allowance_is_used_up_and_fills_again() -> None:
    now = [0.0]
    allowances = Allowances(2.0, lambda: now[0])
    assert [allowances.wait("me") for _ in range(8)] == [0.0] * 8
    assert allowances.wait("me") == 0.5
    assert allowances.wait("you") == 0.0
    now[0] = 0.5
    assert allowances.wait("me") == 0.0
    assert allowances.wait("me") == 0.5
    now[0] = 1000.0
    assert [allowances.wait("me") for _ in range(9)] == [0.0] * 8 + [0.5], "it does not grow without end"


def test_allowances_of_the_longest_gone_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "VISITORS", 2)
    allowances = Allowances(0.25, lambda: 0.0)
    for visitor in "abc":
        assert allowances.wait(visitor) == 0.0
    assert allowances.wait("c") == 4.0
    assert allowances.wait("a") == 0.0


async def hello(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("SAM_SPS_MAX_REQUESTS", "0.5")
    routes = [Route("/api/hello", hello), Route("/page", hello)]
    middleware = [Middleware(SecurityHeaders), Middleware(Rates)]
    return TestClient(Starlette(routes=routes, middleware=middleware))


def test_who_asks_too_often_is_told_when_to_come_back_and_others_go_on(client: TestClient) -> None:
    cookies = {name: {"Cookie": f"{owner.COOKIE}={owner.sign(name)}"} for name in ("one", "two")}
    for _ in range(2):
        assert client.get("/api/hello", headers=cookies["one"]).status_code == 200
    refused = client.get("/api/hello", headers=cookies["one"])
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "2"
    assert refused.text == "These are more than 0.5 requests a second. Try again in 2 s."
    assert client.get("/api/hello", headers=cookies["two"]).status_code == 200
    assert client.get("/page", headers=cookies["one"]).status_code == 200, "pages are Streamlit's own"


def test_open_streams_are_counted_until_they_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAM_SPS_MAX_STREAMS", "1")
    scope = {"type": "http", "path": "/api/stream/r", "headers": [], "client": ("1.2.3.4", 5)}

    async def talk() -> list[int]:
        end, statuses = asyncio.Event(), []

        async def endless(_scope: Scope, _receive: Receive, _send: Send) -> None:
            statuses.append(200)
            await end.wait()

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None:
            if "status" in message:
                statuses.append(message["status"])

        middleware = Rates(endless)
        first = asyncio.create_task(middleware(scope, receive, send))
        await asyncio.sleep(0)
        await middleware(scope, receive, send)
        end.set()
        await first
        await middleware(scope, receive, send)
        return statuses

    assert asyncio.run(talk()) == [200, 429, 200]


def test_every_answer_has_the_headers(client: TestClient) -> None:
    headers = client.get("/page").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]


def test_who_may_show_the_app_in_a_frame_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FRAMES, "https://school.example 'self'")
    assert policy().endswith("frame-ancestors https://school.example 'self'")
    monkeypatch.setenv(FRAMES, "'none'; script-src *")
    with pytest.raises(ValueError, match=FRAMES):
        policy()
