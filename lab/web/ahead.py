"""Charts before the script: what a slider asked for itself is answered and drawn before the script is heard.

A slider's move reaches the app twice: as a request for the figures of its new value, and some milliseconds
later over the websocket, as the wish for a run of the script. Both would use the same interpreter, and what a
run sends, from its first message on, keeps the browser from drawing. So the run begins when the figures are
on their way, and what it sends waits until the browser says that they are drawn.

From a press to the painted charts benchmarks/app_latency.py measures 1.0 to 1.2 times the bare page; without
this it measures 1.8 to 2.0 times.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lab.web import owner

AHEAD = "X-Ahead"  # the header of a request made while a slider moves
DRAWN_URL = "api/drawn"
PATIENCE_SECONDS = 0.3
DRAWING_SECONDS = 0.2  # for a browser that does not say when it is done


@dataclass(eq=False)
class Ask:
    """A request of a slider for the figures of a query, and the events that scripts wait for."""

    query: bytes
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    drawn: asyncio.Event = field(default_factory=asyncio.Event)


_under_way: dict[str | None, list[Ask]] = {}  # by owner.of


def is_ahead(scope: Scope) -> bool:
    """Whether a slider made this request, ahead of the script."""
    return any(name == AHEAD.lower().encode() for name, _ in scope["headers"])


@asynccontextmanager
async def under_way(scope: Scope) -> AsyncIterator[Ask]:
    """Hold this visitor's script back; at the end of the block the charts count as answered and drawn."""
    visitor, ask = owner.of(scope), Ask(scope["query_string"])
    _under_way.setdefault(visitor, []).append(ask)
    try:
        yield ask
    finally:
        ask.answered.set()
        ask.drawn.set()
        _under_way[visitor].remove(ask)
        if not _under_way[visitor]:
            del _under_way[visitor]


async def note_drawn(request: Request) -> Response:
    """Take note that a browser has drawn the figures of this request's query."""
    for ask in _asks(request.scope):
        if ask.query == request.scope["query_string"]:
            ask.drawn.set()
    return Response(status_code=204)


def _asks(scope: Scope) -> list[Ask]:
    """What this visitor has asked for; without a cookie visitors are not told apart, and nothing waits."""
    visitor = owner.of(scope)
    return [] if visitor is None else [*_under_way.get(visitor, ())]


class ChartsFirst:
    """ASGI middleware: over a websocket goes nothing that would disturb the charts asked for ahead of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the connection on."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        drawing: list[asyncio.Event] = []  # of what was asked for before the newest message

        async def receive_when_answered() -> Message:
            message = await receive()
            asks = _asks(scope)
            drawing[:] = [ask.drawn for ask in asks]
            await until_all([ask.answered for ask in asks], PATIENCE_SECONDS)
            return message

        async def send_when_drawn(message: Message) -> None:
            events = [*drawing]
            await until_all(events, PATIENCE_SECONDS)
            drawing[:] = [event for event in drawing if event not in events]
            # Who has left is told of by the next message received; an error here would hide that one.
            with suppress(OSError):
                await send(message)

        await self._app(scope, receive_when_answered, send_when_drawn)


async def until_all(events: Sequence[asyncio.Event], seconds: float) -> None:
    """Wait for all events, but not for longer."""
    if all(event.is_set() for event in events):  # as a rule: a script sends a hundred messages
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            for event in events:
                await event.wait()
