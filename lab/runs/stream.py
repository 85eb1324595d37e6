"""The stream of a run: server-sent events with increments, never the whole history twice.

``GET api/stream/{run}?since=K`` sends the steps from K on, then waits for news. A browser that reconnects
says with Last-Event-ID how far it got. While nothing happens nothing is sent but a sign of life.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from lab.runs.backend import Backend, Status
from lab.runs.engine import engine
from lab.runs.record import Columns

PACE_SECONDS = 0.25  # shortest time between two updates
ALIVE_SECONDS = 15.0
CHUNK = 2000  # steps in one event at most


async def stream(request: Request) -> Response:
    """Answer with the stream of a run; 404 for one that is not known, 400 for a bad `since`."""
    run = request.path_params["run"]
    since = request.headers.get("last-event-id") or request.query_params.get("since", "0")
    if not (since.isascii() and since.isdigit() and len(since) < 12):
        return PlainTextResponse("since must be a whole number", status_code=400)
    if engine().status(run) is None:
        return PlainTextResponse("There is no such run.", status_code=404)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        events(engine(), run, int(since)), media_type="text/event-stream", headers=headers
    )


async def events(backend: Backend, run: str, since: int) -> AsyncIterator[str]:
    """Yield an event for everything new, until the run is over and all of it was sent."""
    news = asyncio.Event()
    loop = asyncio.get_running_loop()
    leave = backend.subscribe(run, lambda: loop.call_soon_threadsafe(news.set))
    last: Status | None = None
    try:
        while True:
            news.clear()
            status = backend.status(run)
            points = backend.points(run, since, CHUNK)
            if status is None or points is None:
                return
            next_step, lanes = points
            if next_step > since or status != last:
                content = {"since": since, "next": next_step, "status": describe(status), "lanes": lanes}
                text = json.dumps(content, separators=(",", ":"), allow_nan=False)
                yield f"id: {next_step}\ndata: {text}\n\n"
                since, last = next_step, status
            if next_step < status.recorded:
                continue
            if status.over:
                return
            try:
                await asyncio.wait_for(news.wait(), ALIVE_SECONDS)
                await asyncio.sleep(PACE_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        leave()


def describe(status: Status) -> dict[str, object]:
    """A status as the browser reads it."""
    return asdict(status) | {"over": status.over, "rate": round(status.rate, 1)}


async def csv(request: Request) -> Response:
    """Everything recorded of a run, a line for each lane and step."""
    run = request.path_params["run"]
    points = engine().points(run, 0, 10**9)
    if points is None:
        return PlainTextResponse("There is no such run.", status_code=404)
    headers = {"Content-Disposition": 'attachment; filename="sam-sps-run.csv"'}
    return StreamingResponse(csv_lines(points[1]), media_type="text/csv", headers=headers)


def csv_lines(lanes: list[Columns]) -> Iterator[str]:
    """The lines of the file, the header first."""
    yield ",".join(["lane", *lanes[0]]) + "\n"
    for index, columns in enumerate(lanes):
        for row in zip(*columns.values(), strict=True):
            yield ",".join([str(index), *("" if value is None else str(value) for value in row)]) + "\n"
