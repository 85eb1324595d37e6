"""An app with the lab's lifespan and stream, and a way to start a run: ``python -m … PORT``."""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import runs
from app import lifespan
from lab.web.stream import stream
from neural.config import LaneConfig, TrainConfig

LONG = TrainConfig(lanes=(LaneConfig("sam_sps", gamma_b=0.5),), epochs=10_000)


def start(_request: Request) -> PlainTextResponse:
    """Start a run; its id."""
    return PlainTextResponse(runs.engine().submit(LONG, owner="me"))


if __name__ == "__main__":
    routes = [Route("/start", start), Route("/api/stream/{run}", stream)]
    app = Starlette(routes=routes, lifespan=lifespan)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical")
