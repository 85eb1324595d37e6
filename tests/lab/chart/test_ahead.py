"""The websocket waits for charts that a slider asked for: these, of its own visitor, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import plotly.graph_objects as go
import pytest
from starlette.types import Message, Receive, Scope, Send

from lab.chart import ahead, sourced
from lab.chart.ahead import AHEAD, ChartsFirst
from lab.chart.sourced import Charts
from lab.params import Value

LONG = 20.0


class Visitor:
    """A browser with a cookie, talking to one page's charts and to a websocket behind the middleware."""

    def __init__(self, charts: Charts, cookie: bytes) -> None:
        self._charts = charts
        self._headers = [(b"cookie", cookie)]

    async def ask(self, is_ahead: bool = True) -> int:
        """Ask for the charts; the answer's status."""
        status: list[int] = []

        async def send(message: Message) -> None:
            status.append(message.get("status", 0))

        own = [(AHEAD.lower().encode(), b"1")] if is_ahead else []
        scope = {"type": "http", "method": "GET", "query_string": b"", "headers": [*self._headers, *own]}
        await self._charts(scope, no_more, send)
        return status[0]

    async def say(self) -> Message:
        """Send a message over the websocket; it comes back when the app behind the middleware has it."""
        arrived: list[Message] = []

        async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
            arrived.append(await receive())

        async def receive() -> Message:
            return {"type": "websocket.receive", "bytes": b"run"}

        await ChartsFirst(app)({"type": "websocket", "headers": self._headers}, receive, nowhere)
        return arrived[0]


async def no_more() -> Message:
    raise AssertionError("nothing more is read")


async def nowhere(_message: Message) -> None:
    """Nobody listens."""


class Slow:
    """Charts whose figures are there when `go_on` is set."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.fails, self.is_quick = asyncio.Event(), asyncio.Event(), False, True
        self.charts = Charts("ridge", self._build, lambda _values: self.is_quick)
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
        return await asyncio.wait_for(scene(slow, Visitor(slow.charts, b"owner=one")), LONG)

    result = asyncio.run(play())
    assert not ahead._under_way
    return result


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "PATIENCE_SECONDS", 2 * LONG)
    monkeypatch.setattr(sourced, "HEAD_START_SECONDS", 0.0)


async def is_held(task: asyncio.Task[Message]) -> bool:
    """Whether the task still waits after every other one has had many turns."""
    for _ in range(50):
        await asyncio.sleep(0)
    return not task.done()


def test_a_message_waits_for_the_charts_asked_for_ahead_of_it() -> None:
    async def scene(slow: Slow, visitor: Visitor) -> None:
        asking = asyncio.create_task(visitor.ask())
        await slow.begun.wait()
        saying = asyncio.create_task(visitor.say())
        assert await is_held(saying)
        slow.go_on.set()
        assert (await saying)["bytes"] == b"run"
        assert await asking == 200

    run(scene)


def test_the_browser_gets_time_to_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def scene(slow: Slow, visitor: Visitor) -> None:
        slow.go_on.set()
        with monkeypatch.context() as patch:
            patch.setattr(sourced, "HEAD_START_SECONDS", 12.5)
            patch.setattr(sourced.asyncio, "sleep", sleep)  # type: ignore[attr-defined]
            assert await visitor.ask() == 200
            slow.is_quick = False
            assert await Visitor(Charts("ridge", dict, lambda _values: False), b"").ask() == 503
            assert await visitor.ask(is_ahead=False) == 200

    run(scene)
    assert slept == [12.5]  # not after a refusal, nor where nobody was ahead


def test_others_do_not_wait() -> None:
    async def scene(slow: Slow, visitor: Visitor) -> None:
        asking = asyncio.create_task(visitor.ask())
        await slow.begun.wait()
        await Visitor(slow.charts, b"owner=two").say()
        slow.go_on.set()
        await asking

    run(scene)


def test_charts_that_no_slider_asked_for_hold_nothing_back() -> None:
    async def scene(slow: Slow, visitor: Visitor) -> None:
        asking = asyncio.create_task(visitor.ask(is_ahead=False))
        await slow.begun.wait()
        await visitor.say()
        slow.go_on.set()
        await asking

    run(scene)


def test_the_wait_ends_with_an_answer_that_failed() -> None:
    async def scene(slow: Slow, visitor: Visitor) -> None:
        slow.fails = True
        asking = asyncio.create_task(visitor.ask())
        await slow.begun.wait()
        saying = asyncio.create_task(visitor.say())
        slow.go_on.set()
        await saying
        with pytest.raises(RuntimeError, match="no figures"):
            await asking

    run(scene)


def test_the_wait_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "PATIENCE_SECONDS", 0.01)

    async def scene(slow: Slow, visitor: Visitor) -> None:
        asking = asyncio.create_task(visitor.ask())
        await slow.begun.wait()
        await visitor.say()
        assert not asking.done()
        slow.go_on.set()
        await asking

    run(scene)
