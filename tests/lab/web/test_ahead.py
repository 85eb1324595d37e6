"""A script waits for charts that a slider asked for: for these, of its own visitor, and not for ever.

A real server, a real websocket and requests beside it show in which order a browser gets what. That the order
helps, in milliseconds from the slider to the painted chart, is measured by benchmarks/app_latency.py.
"""

from __future__ import annotations

import asyncio
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import plotly.graph_objects as go
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from websockets.sync.client import ClientConnection, connect

from lab.params import RidgeConfig
from lab.web import ahead, chart_routes, owner
from lab.web.ahead import AHEAD, ChartsFirst, note_drawn
from lab.web.chart_routes import Charts

LONG = 20.0
MOMENT = 0.2  # in which a message arrives that nothing holds back
QUERY = "kappa=50"


class Site:
    """One page's charts and a script that answers every message with two, behind the middleware."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.ran = threading.Event(), threading.Event(), threading.Event()
        self.fails, self.is_quick = False, True
        self.meanwhile: Callable[[], object] = lambda: None  # happens while the script runs
        charts = Charts(RidgeConfig, self._build, lambda _config: self.is_quick)
        routes = [
            Route(charts.path, charts),
            Route("/drawn", note_drawn, methods=["POST"]),
            WebSocketRoute("/script", self._script),
        ]
        app = Starlette(routes=routes, middleware=[Middleware(ChartsFirst)])
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address, self.charts_path = f"127.0.0.1:{port}", charts.path

    def close(self) -> None:
        self.go_on.set()
        self._server.should_exit = True
        self._thread.join(LONG)

    def _build(self, _config: RidgeConfig) -> dict[str, go.Figure]:
        self.begun.set()
        assert self.go_on.wait(LONG)
        if self.fails:
            raise RuntimeError("no figures")
        return {}

    async def _script(self, websocket: WebSocket) -> None:
        await websocket.accept()
        async for _ in websocket.iter_text():
            self.ran.set()
            await asyncio.to_thread(self.meanwhile)
            await websocket.send_text("1")
            await websocket.send_text("2")


class Visitor:
    """A browser, with a cookie if it has a name."""

    def __init__(self, site: Site, name: str = "") -> None:
        self._site = site
        self._headers = {"Cookie": f"{owner.COOKIE}={owner.sign(name)}"} if name else {}
        self._threads = ThreadPoolExecutor()

    def ask(self, *, is_ahead: bool = True) -> Future[int]:
        """Ask for the charts; the status of the answer, in time."""
        headers = self._headers | ({AHEAD: "1"} if is_ahead else {})
        return self._threads.submit(self._status, f"{self._site.charts_path}?{QUERY}", headers, None)

    def has_drawn(self, query: str = QUERY) -> None:
        """Tell the app that the charts are drawn."""
        assert self._status(f"/drawn?{query}", self._headers, b"") == 204

    def connect(self) -> ClientConnection:
        """Open a websocket to the script."""
        return connect(f"ws://{self._site.address}/script", additional_headers=self._headers)

    def _status(self, path: str, headers: dict[str, str], body: bytes | None) -> int:
        request = urllib.request.Request(f"http://{self._site.address}{path}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=LONG) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


def silent(script: ClientConnection) -> bool:
    """Whether nothing arrives in a moment."""
    try:
        script.recv(timeout=MOMENT)
    except TimeoutError:
        return True
    return False


def answers(script: ClientConnection) -> list[str]:
    """Both messages of the script, as soon as they come."""
    return [str(script.recv(timeout=LONG)) for _ in range(2)]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(ahead, "PATIENCE_SECONDS", 2 * LONG)
    monkeypatch.setattr(chart_routes, "DRAWING_SECONDS", 0.0)
    opened = Site()
    yield opened
    opened.close()


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return Visitor(site, "one")


def test_a_script_runs_when_the_charts_are_answered_and_is_heard_when_they_are_drawn(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart_routes, "DRAWING_SECONDS", 2 * LONG)
    with visitor.connect() as script:
        asking = visitor.ask()
        assert site.begun.wait(LONG)
        script.send("run")
        assert not site.ran.wait(MOMENT), "the charts are not answered"
        site.go_on.set()
        assert asking.result(LONG) == 200
        assert site.ran.wait(LONG)
        Visitor(site, "two").has_drawn()
        visitor.has_drawn("kappa=7")  # an earlier picture
        assert silent(script), "the browser has not drawn them"
        visitor.has_drawn()
        assert answers(script) == ["1", "2"]


def test_a_browser_that_does_not_say_when_it_has_drawn_is_given_some_time(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart_routes, "DRAWING_SECONDS", 0.01)
    site.go_on.set()
    with visitor.connect() as script:
        assert visitor.ask().result(LONG) == 200
        script.send("run")
        assert answers(script) == ["1", "2"]


def test_a_refusal_leaves_nothing_to_draw(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart_routes, "DRAWING_SECONDS", 2 * LONG)
    site.is_quick = False
    with visitor.connect() as script:
        assert visitor.ask().result(LONG) == 503
        script.send("run")
        assert answers(script) == ["1", "2"]


def test_charts_asked_for_after_a_message_do_not_hold_its_script_back(site: Site, visitor: Visitor) -> None:
    asking: list[Future[int]] = []

    def ask() -> None:
        asking.append(visitor.ask())
        site.begun.wait(LONG)

    site.meanwhile = ask
    with visitor.connect() as script:
        script.send("run")
        assert answers(script) == ["1", "2"]
    site.go_on.set()
    assert asking[0].result(LONG) == 200


@pytest.mark.parametrize(
    ("asks", "runs"), [("one", "two"), ("", "")], ids=["another visitor", "visitors without a cookie"]
)
def test_others_do_not_wait(site: Site, asks: str, runs: str) -> None:
    asking = Visitor(site, asks).ask()
    assert site.begun.wait(LONG)
    with Visitor(site, runs).connect() as script:
        script.send("run")
        assert answers(script) == ["1", "2"]
    assert not asking.done()
    site.go_on.set()
    assert asking.result(LONG) == 200


def test_charts_that_no_slider_asked_for_hold_nothing_back(site: Site, visitor: Visitor) -> None:
    asking = visitor.ask(is_ahead=False)
    assert site.begun.wait(LONG)
    with visitor.connect() as script:
        script.send("run")
        assert answers(script) == ["1", "2"]
    site.go_on.set()
    assert asking.result(LONG) == 200


def test_the_wait_ends_with_an_answer_that_failed(site: Site, visitor: Visitor) -> None:
    site.fails = True
    with visitor.connect() as script:
        asking = visitor.ask()
        assert site.begun.wait(LONG)
        script.send("run")
        assert silent(script)
        site.go_on.set()
        assert asking.result(LONG) == 500
        assert answers(script) == ["1", "2"]


def test_the_wait_has_an_end(site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "PATIENCE_SECONDS", 0.01)
    asking = visitor.ask()
    assert site.begun.wait(LONG)
    with visitor.connect() as script:
        script.send("run")
        assert answers(script) == ["1", "2"]
    assert not asking.done()
    site.go_on.set()
    assert asking.result(LONG) == 200


def test_when_a_browser_leaves_during_a_send_the_script_hears_of_it_by_its_next_message() -> None:
    """A server raises an error at such a send; here its two ends are played."""
    heard: list[str] = []

    async def script(_scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.send", "bytes": b"1"})
        heard.append((await receive())["type"])

    async def receive() -> Message:
        return {"type": "websocket.disconnect", "code": 1001}

    async def send(_message: Message) -> None:
        raise BrokenPipeError

    asyncio.run(ChartsFirst(script)({"type": "websocket", "headers": []}, receive, send))
    assert heard == ["websocket.disconnect"]
