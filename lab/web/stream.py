"""The stream of a run: server-sent events with increments, never the whole history twice.

``GET api/stream/{run}?since=K&generation=G`` sends the steps from K on, then waits for news; both are
optional. While nothing happens nothing is sent but a sign of life. Every event is one JSON object:

generation
    Counts how often the history was cut: by a rewind, or by a resume from a checkpoint. A browser that holds
    points of another generation drops them all, and the marks: the event begins at ``since`` = 0.
since, next
    The event holds the steps ``since + 1`` … ``next``. A step that is known already may come again.
lanes
    For each lane its columns, lists of equal length; null is a value that is not finite or was not taken.
thinned
    How many points were left out between `since` and `next`, 0 for none. A long history is thinned by the
    rule of `runs.thinning` for every column, in some hundred stretches (see `bucket_count`). Then the lists
    are shorter than ``next − since``, and ``step`` says where each point belongs.
    ``GET api/runs/{run}/part?first=I&last=J`` gives the steps I … J alone, thinned in the same way, for a
    browser that zooms in.
changes
    Marks that are new since the last event of this connection (all of them in the first one, and after a
    cut): ``{"step", "lane", "name", "value"}``, `step` the first with the new value.
status
    As `runs.backend.Status`, with `over`: true in the last event of a stream. An interrupted run is
    not over; its stream stays open and goes on when it is resumed.

The id of an event is ``generation.next``; a browser that reconnects sends it as Last-Event-ID.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from lab.web import ending
from runs.backend import Backend, Points, Status
from runs.engine import engine

UPDATE_SECONDS = 0.125  # shortest time between two updates
ALIVE_SECONDS = 15.0
CHUNK = 2000  # steps in one event at most, unless it is thinned
THIN_ABOVE = 6000  # steps to be sent at once beyond which they are thinned
BUCKETS = 500  # of one lane at most
ALL_BUCKETS = 1500  # of all lanes, so that many of them do not make a flood
FEWEST_BUCKETS = 100
_STEP = re.compile(r"[1-9]\d{0,10}", re.ASCII)
_POSITION = re.compile(r"(?:(\d{1,9})\.)?(\d{1,11})", re.ASCII)


async def stream(request: Request) -> Response:
    """Answer with the stream of a run; 404 for one that is not known, 400 for a bad `since`."""
    run = request.path_params["run"]
    query = request.query_params
    asked = request.headers.get("last-event-id") or ".".join(
        query[name] for name in ("generation", "since") if name in query
    )
    position = _POSITION.fullmatch(asked or "0")
    if position is None:
        return PlainTextResponse("since and generation must be whole numbers", status_code=400)
    backend = await asyncio.to_thread(engine)
    if await asyncio.to_thread(backend.status, run) is None:  # it may have to be loaded from the disk
        return PlainTextResponse("There is no such run.", status_code=404)
    generation = int(position[1]) if position[1] else None
    return StreamingResponse(
        events(backend, run, int(position[2]), generation),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def events(backend: Backend, run: str, since: int, generation: int | None = None) -> AsyncIterator[str]:
    """Yield an event for everything new, until the run is over and all of it was sent."""
    news = asyncio.Event()
    loop = asyncio.get_running_loop()
    unsubscribe = backend.subscribe(run, lambda: loop.call_soon_threadsafe(news.set))
    at_end = ending.wake(news)
    last: Status | None = None
    marked = 0
    try:
        while True:
            news.clear()
            status = backend.status(run)
            if status is None:
                return
            if generation not in (None, status.generation):
                since, marked, last = 0, 0, None
            generation = status.generation
            points = await fetched(backend, run, since, status)
            if points is None:
                return
            if points.generation != generation:
                continue  # it was cut this very moment
            marks = backend.marks(run)
            if points.next > since or status != last or len(marks) > marked:
                content = {
                    "generation": generation,
                    "since": since,
                    "next": points.next,
                    "thinned": points.left_out,
                    "changes": [asdict(mark) for mark in marks[marked:]],
                    "status": describe(status),
                    "lanes": points.lanes,
                }
                text = json.dumps(content, separators=(",", ":"), allow_nan=False)
                yield f"id: {generation}.{points.next}\ndata: {text}\n\n"
                since, last, marked = points.next, status, len(marks)
            if since < status.recorded:
                continue
            if status.over or ending.asked():
                return
            try:
                await asyncio.wait_for(news.wait(), ALIVE_SECONDS)
                await asyncio.sleep(0 if ending.asked() else UPDATE_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        unsubscribe()
        ending.forget(at_end)


async def fetched(backend: Backend, run: str, since: int, status: Status) -> Points | None:
    """What is to be sent next: a chunk, or a long history thinned (in a thread, since it takes a while)."""
    if status.recorded - since > THIN_ABOVE:
        return await asyncio.to_thread(thinned, backend, run, since, status.recorded)
    return backend.points(run, since, CHUNK)


def thinned(backend: Backend, run: str, since: int, limit: int) -> Points | None:
    """Steps after `since`, at most `limit` of them, thinned."""
    config = backend.config(run)
    return None if config is None else backend.points(run, since, limit, bucket_count(len(config.lanes)))


def bucket_count(lanes: int) -> int:
    """Into how many buckets the history of each lane is thinned."""
    return max(FEWEST_BUCKETS, min(BUCKETS, ALL_BUCKETS // lanes))


async def part(request: Request) -> Response:
    """Steps `first` … `last` of a run, thinned where they are many; 404 for no run, 400 for bad steps."""
    run, query = request.path_params["run"], request.query_params
    steps = [query.get(name, "") for name in ("first", "last")]
    if not all(_STEP.fullmatch(step) for step in steps) or int(steps[0]) > int(steps[1]):
        return PlainTextResponse("first and last must be whole numbers, first <= last", status_code=400)
    first, last = map(int, steps)
    backend = await asyncio.to_thread(engine)
    found = await asyncio.to_thread(thinned, backend, run, first - 1, last - first + 1)
    if found is None:
        return PlainTextResponse("There is no such run.", status_code=404)
    content = {"generation": found.generation, "first": first, "last": found.next, "lanes": found.lanes}
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-store"})


def describe(status: Status) -> dict[str, object]:
    """A status as the browser reads it."""
    return asdict(status) | {"over": status.over, "rate": round(status.rate, 1)}


async def pictures(request: Request) -> Response:
    """The newest pictures of a run; 404 where there are none."""
    backend = await asyncio.to_thread(engine)
    found = await asyncio.to_thread(backend.pictures, request.path_params["run"])
    if found is None:
        return PlainTextResponse("There are no pictures of such a run.", status_code=404)
    return Response(found, media_type="application/json", headers={"Cache-Control": "no-store"})
