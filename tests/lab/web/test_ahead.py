"""A script waits for charts that a slider asked for: for these, of its own visitor, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import plotly.graph_objects as go
import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from lab.params import RidgeConfig, Value
from lab.web import ahead, owner
from lab.web import chart_routes as sourced
from lab.web.ahead import AHEAD, ChartsFirst
from lab.web.chart_routes import Charts

LONG = 20.0
QUERY = b"kappa=50"


class Visitor:
    """A browser with a cookie, talking to one page's charts and to a websocket behind the middleware."""

    def __init__(self, charts: Charts, name: str = "") -> None:
        self._charts = charts
        self._cookie = f"{owner.COOKIE}={owner.sign(name)}" if name else ""
        self._requests = 0

    def _headers(self) -> list[tuple[bytes, bytes]]:
        """With a cookie of somebody else that is another one in every request."""
        self._requests += 1
        return [(b"cookie", f"other={self._requests}; {self._cookie}".encode())]

    async def ask(self, is_ahead: bool = True) -> int:
        """Ask for the charts; the answer's status."""
        status: list[int] = []

        async def send(message: Message) -> None:
            status.append(message.get("status", 0))

        own = [(AHEAD.lower().encode(), b"1")] if is_ahead else []
        scope = {"type": "http", "method": "GET", "query_string": QUERY, "headers": [*self._headers(), *own]}
        await self._charts(scope, no_more, send)
        return status[0]

    async def has_drawn(self, query: bytes = QUERY) -> None:
        """Tell the app that the charts are drawn."""
        scope = {"type": "http", "query_string": query, "headers": self._headers()}
        assert (await ahead.note_drawn(Request(scope))).status_code == 204

    def connect(self) -> Websocket:
        """Open a websocket."""
        return Websocket(self._headers())


class Websocket:
    """A connection through the middleware, with a message of the browser that waits to be read."""

    def __init__(self, headers: list[tuple[bytes, bytes]]) -> None:
        self._scope = {"type": "websocket", "headers": headers}
        self.sent: list[Message] = []

    async def run(self, running: asyncio.Event) -> None:
        """Read the message, set `running`, send an answer of two messages."""

        async def app(_scope: Scope, receive: Receive, send: Send) -> None:
            assert (await receive())["bytes"] == b"run"
            running.set()
            await turns()
            await send({"type": "websocket.send", "bytes": b"1"})
            await send({"type": "websocket.send", "bytes": b"2"})

        async def receive() -> Message:
            return {"type": "websocket.receive", "bytes": b"run"}

        async def send(message: Message) -> None:
            self.sent.append(message)

        await ChartsFirst(app)(self._scope, receive, send)
        assert [message["bytes"] for message in self.sent] == [b"1", b"2"]


async def leaves(sent: Callable[[], None]) -> None:
    """Talk to an app that sends to a browser which has left and then reads on."""

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.send", "bytes": b"1"})
        sent()
        assert (await receive())["type"] == "websocket.disconnect"

    async def receive() -> Message:
        return {"type": "websocket.disconnect", "code": 1001}

    async def send(_message: Message) -> None:
        raise BrokenPipeError  # an OSError, as servers raise it

    await ChartsFirst(app)({"type": "websocket", "headers": []}, receive, send)


async def no_more() -> Message:
    raise AssertionError("nothing more is read")


class Slow:
    """Charts whose figures are there when `go_on` is set."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.fails, self.is_quick = asyncio.Event(), asyncio.Event(), False, True
        self.charts = Charts(RidgeConfig, self._build, lambda _config: self.is_quick)
        self._loop = asyncio.get_running_loop()

    def _build(self, _values: Mapping[str, Value]) -> dict[str, go.Figure]:
        asyncio.run_coroutine_threadsafe(self._turn(), self._loop).result(LONG)
        if self.fails:
            raise RuntimeError("no figures")
        return {}

    async def _turn(self) -> None:
        self.begun.set()
        await self.go_on.wait()


def run(scene: Callable[[Slow, Visitor], Awaitable[Any]]) -> Any:
    async def play() -> Any:
        slow = Slow()
        return await asyncio.wait_for(scene(slow, Visitor(slow.charts, "one")), LONG)

    result = asyncio.run(play())
    assert not ahead._under_way
    return result


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "PATIENCE_SECONDS", 2 * LONG)
    monkeypatch.setattr(sourced, "DRAWING_SECONDS", 0.0)


async def turns() -> None:
    """Let every other task have many turns."""
    for _ in range(50):
        await asyncio.sleep(0)


def test_a_script_runs_when_the_charts_are_answered_and_is_heard_when_they_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sourced, "DRAWING_SECONDS", 2 * LONG)

    async def scene(slow: Slow, visitor: Visitor) -> None:
        running, websocket = asyncio.Event(), visitor.connect()
        asking = asyncio.create_task(visitor.ask())
        await slow.begun.wait()
        script = asyncio.create_task(websocket.run(running))
        await turns()
        assert not running.is_set()
        slow.go_on.set()
        await running.wait()
        await Visitor(slow.charts, "two").has_drawn()
        await visitor.has_drawn(b"kappa=7")  # an earlier picture
        await turns()
        assert websocket.sent == []
        await visitor.has_drawn()
        await script
        assert await asking == 200

    run(scene)


def test_a_browser_that_does_not_say_when_it_has_drawn_is_given_some_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sourced, "DRAWING_SECONDS", 0.01)

    async def scene(slow: Slow, visitor: Visitor) -> None:
        slow.go_on.set()
        asking = asyncio.create_task(visitor.ask())
        await slow.begun.wait()
        await visitor.connect().run(asyncio.Event())
        assert await asking == 200

    run(scene)


def test_a_refusal_leaves_nothing_to_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sourced, "DRAWING_SECONDS", 2 * LONG)

    async def scene(slow: Slow, visitor: Visitor) -> None:
        slow.is_quick = False
        assert await visitor.ask() == 503

    run(scene)


def test_charts_asked_for_after_a_message_do_not_hold_its_script_back() -> None:
    async def scene(slow: Slow, visitor: Visitor) -> None:
        asking: list[asyncio.Task[int]] = []

        class AskedMeanwhile(asyncio.Event):
            def set(self) -> None:
                asking.append(asyncio.create_task(visitor.ask()))

        await visitor.connect().run(AskedMeanwhile())
        slow.go_on.set()
        assert await asking[0] == 200

    run(scene)


def test_others_do_not_wait() -> None:
    async def scene(slow: Slow, visitor: Visitor) -> None:
        asking = asyncio.create_task(visitor.ask())
        await slow.begun.wait()
        await Visitor(slow.charts, "two").connect().run(asyncio.Event())
        slow.go_on.set()
        await asking

    run(scene)


def test_visitors_without_a_cookie_do_not_wait_for_each_other() -> None:
    async def scene(slow: Slow, _visitor: Visitor) -> None:
        asking = asyncio.create_task(Visitor(slow.charts).ask())
        await slow.begun.wait()
        await Visitor(slow.charts).connect().run(asyncio.Event())
        slow.go_on.set()
        assert await asking == 200

    run(scene)


def test_charts_that_no_slider_asked_for_hold_nothing_back() -> None:
    async def scene(slow: Slow, visitor: Visitor) -> None:
        asking = asyncio.create_task(visitor.ask(is_ahead=False))
        await slow.begun.wait()
        await visitor.connect().run(asyncio.Event())
        slow.go_on.set()
        assert await asking == 200

    run(scene)


def test_the_wait_ends_with_an_answer_that_failed() -> None:
    async def scene(slow: Slow, visitor: Visitor) -> None:
        slow.fails = True
        asking = asyncio.create_task(visitor.ask())
        await slow.begun.wait()
        script = asyncio.create_task(visitor.connect().run(asyncio.Event()))
        slow.go_on.set()
        await script
        with pytest.raises(RuntimeError, match="no figures"):
            await asking

    run(scene)


def test_the_wait_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "PATIENCE_SECONDS", 0.01)

    async def scene(slow: Slow, visitor: Visitor) -> None:
        asking = asyncio.create_task(visitor.ask())
        await slow.begun.wait()
        await visitor.connect().run(asyncio.Event())
        assert not asking.done()
        slow.go_on.set()
        await asking

    run(scene)


def test_who_leaves_while_something_is_sent_is_told_of_by_the_next_message() -> None:
    sent: list[bool] = []
    asyncio.run(leaves(lambda: sent.append(True)))
    assert sent
