"""``GET /counts``: what the app is doing just now, in numbers, for whoever works on its machine."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

import psutil
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lab.pool import pool
from runs.engine import engine

REFUSED = "The counts are given to requests from the app's own machine only: http://127.0.0.1:PORT/counts."


class OpenPages:
    """ASGI middleware: counts the open websockets, of which each open page has one."""

    now = 0

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        OpenPages.now += 1
        try:
            await self._app(scope, receive, send)
        finally:
            OpenPages.now -= 1


async def counts(request: Request) -> Response:
    """Open pages, runs, computations and memory as JSON; 403 for who asks from elsewhere."""
    if not asked_here(request):
        return PlainTextResponse(REFUSED, status_code=403)
    found = await asyncio.to_thread(_counted)
    return JSONResponse(found, headers={"Cache-Control": "no-store"})


def asked_here(request: Request) -> bool:
    """Whether a request comes from this machine, and not through a proxy on it."""
    passed_on = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip"))
    names = (request.client.host if request.client else "", request.url.hostname or "")
    return not passed_on and all(map(_is_loopback, names))


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)  # as a socket for both versions shows an IPv4 address
    return bool((mapped or address).is_loopback)


def _counted() -> dict[str, Any]:
    health, computing = engine().health(), pool.current()
    return {
        "pages": OpenPages.now,
        "runs": {"going": health.going, "waiting": health.waiting, "workers": health.workers},
        "computations": computing.counts() if computing else {},
        "memory_mb": _memory(),
    }


def _memory() -> Mapping[str, float]:
    """Resident memory of the app and of the processes that it has started, in 10⁶ bytes."""
    app, children = psutil.Process(), 0.0
    for child in app.children(recursive=True):
        try:
            children += child.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return {"app": round(app.memory_info().rss / 1e6, 1), "processes": round(children / 1e6, 1)}
