"""``GET /healthz``: whether the app is alive, the history is written and workers can be had."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from runs.engine import engine


async def healthz(_request: Request) -> Response:
    """The engine's health as JSON; 503 where something needs attention."""
    found = await asyncio.to_thread(lambda: engine().health())
    headers = {"Cache-Control": "no-store"}
    content = {"alive": True, **asdict(found)}
    return JSONResponse(content, status_code=200 if found.well else 503, headers=headers)
