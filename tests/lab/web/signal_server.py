"""An app with the lab's lifespan and stream, and a way to start a run: ``python -m … PORT``."""

from __future__ import annotations

import sys
import time

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import runs
from app import lifespan
from lab.ridge.charts import CHARTS
from lab.web.health import healthz
from lab.web.stream import stream
from neural.config import LaneConfig, TrainConfig

LONG = TrainConfig(lanes=(LaneConfig("sam_sps", gamma_b=0.5),), epochs=10_000)


def start(_request: Request) -> PlainTextResponse:
    """Start a run; its id."""
    return PlainTextResponse(runs.engine().submit(LONG, owner="me"))


def compute(_request: Request) -> PlainTextResponse:
    """Something that takes a minute and cannot be stopped."""
    time.sleep(60)
    return PlainTextResponse("done")


if __name__ == "__main__":
    routes = [
        Route("/start", start),
        Route("/compute", compute),
        Route("/healthz", healthz),
        Route("/api/stream/{run}", stream),
        Route(CHARTS.path, CHARTS),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical")
