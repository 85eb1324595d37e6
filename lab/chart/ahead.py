"""Charts before the script: what a slider asked for itself is answered and drawn before the script is heard.

A slider's move reaches the app twice: as a request for the figures of its new value, and some milliseconds
later over the websocket, as the wish for a run of the script. Both would use the same interpreter, and what a
run sends, from its first message on, keeps the browser from drawing. So the run begins when the figures are
on their way, and what it sends waits until the browser says that they are drawn.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

AHEAD = "X-Ahead"  # the header of a request made while a slider moves
DRAWN_URL = "api/drawn"
PATIENCE_SECONDS = 0.3
DRAWING_SECONDS = 0.2  # for a browser that does not say when it is done


@dataclass(eq=False)
class Ask:
    """A request of a slider: events that scripts wait for."""

    answered: asyncio.Event = field(default_factory=asyncio.Event)
    drawn: asyncio.Event = field(default_factory=asyncio.Event)


_under_way: dict[bytes, list[Ask]] = {}  # of each visitor


def is_ahead(scope: Scope) -> bool:
    """Whether a slider made this request, ahead of the script."""
    return any(name == AHEAD.lower().encode() for name, _ in scope["headers"])


@asynccontextmanager
async def under_way(scope: Scope) -> AsyncIterator[Ask]:
    """Hold the script of this request's visitor back; at the end of the block it is answered and drawn."""
    visitor, ask = _visitor(scope), Ask()
    _under_way.setdefault(visitor, []).append(ask)
    try:
        yield ask
    finally:
        ask.answered.set()
        ask.drawn.set()
        _under_way[visitor].remove(ask)
        if not _under_way[visitor]:
            del _under_way[visitor]


async def drawn(request: Request) -> Response:
    """Take note that a browser has drawn what it was sent."""
    for ask in _under_way.get(_visitor(request.scope), ()):
        if ask.answered.is_set():
            ask.drawn.set()
    return Response(status_code=204)


class ChartsFirst:
    """ASGI middleware: over a websocket goes nothing that would disturb the charts asked for ahead of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the connection on."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        drawing: list[asyncio.Event] = []  # since the newest message came in

        async def receive_when_answered() -> Message:
            message = await receive()
            asks = [*_under_way.get(_visitor(scope), ())]
            drawing[:] = [ask.drawn for ask in asks]
            for ask in asks:
                await until(ask.answered, PATIENCE_SECONDS)
            return message

        async def send_when_drawn(message: Message) -> None:
            for event in [*drawing]:
                await until(event, PATIENCE_SECONDS)
                if event in drawing:
                    drawing.remove(event)
            await send(message)

        await self._app(scope, receive_when_answered, send_when_drawn)


async def until(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but not for longer."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


def _visitor(scope: Scope) -> bytes:
    """The cookies: every browser has its own (see lab.runs.owner)."""
    return b";".join(value for name, value in scope["headers"] if name == b"cookie")
