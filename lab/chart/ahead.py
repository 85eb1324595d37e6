"""Charts before the script: what a slider asked for itself is answered and drawn before the script runs.

A slider's move reaches the app twice: as a request for the figures of its new value, and some milliseconds
later over the websocket, as the wish for a run of the script. Both would use the same interpreter, and what a
run sends, from its first message on, keeps the browser from drawing. So the websocket waits for the charts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Message, Receive, Scope, Send

AHEAD = "X-Ahead"  # the header of a request made while a slider moves
PATIENCE_SECONDS = 0.25
HEAD_START_SECONDS = 0.09  # for the browser to draw what it was sent

_under_way: dict[bytes, set[asyncio.Future[None]]] = {}  # each visitor's requests


def is_ahead(scope: Scope) -> bool:
    """Whether a slider made this request, ahead of the script."""
    return any(name == AHEAD.lower().encode() for name, _ in scope["headers"])


@asynccontextmanager
async def script_held_back(scope: Scope) -> AsyncIterator[None]:
    """Let the messages of this request's visitor wait until the block ends."""
    visitor, done = _visitor(scope), asyncio.get_running_loop().create_future()
    _under_way.setdefault(visitor, set()).add(done)
    try:
        yield
    finally:
        done.set_result(None)
        _under_way[visitor].remove(done)
        if not _under_way[visitor]:
            del _under_way[visitor]


class ChartsFirst:
    """ASGI middleware: a websocket's message waits for the charts that its visitor asked for ahead of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the connection on."""

        async def receive_later() -> Message:
            message = await receive()
            if requests := _under_way.get(_visitor(scope)):
                await asyncio.wait(requests, timeout=PATIENCE_SECONDS)
            return message

        await self._app(scope, receive_later if scope["type"] == "websocket" else receive, send)


def _visitor(scope: Scope) -> bytes:
    """The cookies: every browser has its own (see lab.runs.owner)."""
    return b";".join(value for name, value in scope["headers"] if name == b"cookie")
