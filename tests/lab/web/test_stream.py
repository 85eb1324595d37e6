"""The stream's route: increments in order, an end, and clear refusals."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from lab.web import ending
from lab.web import stream as module
from neural.config import LaneConfig, TrainConfig
from runs.backend import Mark, Points, Status


class Scripted:
    """A backend whose run is written beforehand: the second batch arrives when the first was read."""

    def __init__(self) -> None:
        self.steps = 3
        self.generation = 0
        self.known: list[Mark] = []
        self.changed: set[Callable[[], None]] = set()

    def status(self, run: str) -> Status | None:
        state: Any = "running" if self.steps < 5 else "finished"
        status = Status(state, step=self.steps, total=5, recorded=self.steps, generation=self.generation)
        return status if run == "known" else None

    def points(self, run: str, since: int, limit: int, buckets: int | None = None) -> Points | None:
        end = min(self.steps, since + limit)
        steps = list(range(since + 1, end + 1))
        kept = steps[:: max(1, len(steps) // buckets)] if buckets else steps
        lanes = [{"step": kept, "gamma": [0.5] * len(kept)}]
        return Points(end, lanes, self.generation, len(steps) - len(kept)) if run == "known" else None

    def config(self, run: str) -> TrainConfig | None:
        return TrainConfig((LaneConfig("sam_sps"),)) if run == "known" else None

    def marks(self, run: str) -> tuple[Mark, ...]:
        return tuple(self.known)

    def cut(self, steps: int) -> None:
        self.steps, self.generation = steps, self.generation + 1
        for changed in tuple(self.changed):
            changed()

    def subscribe(self, run: str, changed: Callable[[], None]) -> Callable[[], None]:
        self.changed.add(changed)
        return lambda: self.changed.discard(changed)

    def finish(self) -> None:
        self.steps = 5
        for changed in tuple(self.changed):
            changed()


def parsed(event: str) -> dict[str, Any]:
    return json.loads(event.split("data: ")[1])


def test_increments_then_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UPDATE_SECONDS", 0.0)
    monkeypatch.setattr(module, "CHUNK", 2)

    async def read() -> list[dict[str, Any]]:
        backend, events = Scripted(), []
        async for event in module.events(backend, "known", 0):  # type: ignore[arg-type]
            events.append(parsed(event))
            if len(events) == 2:
                backend.finish()
        assert backend.changed == set()
        return events

    events = asyncio.run(read())
    assert [(e["since"], e["next"]) for e in events] == [(0, 2), (2, 3), (3, 5)]
    assert [e["lanes"][0]["step"] for e in events] == [[1, 2], [3], [4, 5]]
    assert [e["status"]["over"] for e in events] == [False, False, True]


def read(backend: Scripted, at: dict[int, Callable[[], None]], **position: Any) -> list[dict[str, Any]]:
    """All events; after so many of them something happens."""

    async def collect() -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        async for event in module.events(backend, "known", **{"since": 0, **position}):  # type: ignore[arg-type]
            events.append(parsed(event))
            at.get(len(events), lambda: None)()
        return events

    return asyncio.run(collect())


def test_a_cut_begins_a_new_generation_from_its_first_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UPDATE_SECONDS", 0.0)
    backend = Scripted()
    backend.known = [Mark(2, 0, "rho", 0.5)]
    events = read(backend, {1: lambda: backend.cut(2), 2: backend.finish})
    assert [(e["generation"], e["since"], e["next"]) for e in events] == [(0, 0, 3), (1, 0, 2), (1, 2, 5)]
    assert [len(e["changes"]) for e in events] == [1, 1, 0]
    assert events[0]["changes"] == [{"step": 2, "lane": 0, "name": "rho", "value": 0.5}]


def test_who_comes_with_an_older_generation_gets_everything() -> None:
    backend = Scripted()
    backend.generation = 2
    backend.finish()
    assert [(e["since"], e["next"]) for e in read(backend, {}, since=2, generation=1)] == [(0, 5)]
    assert [(e["since"], e["next"]) for e in read(backend, {}, since=2, generation=2)] == [(2, 5)]


def test_changes_come_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UPDATE_SECONDS", 0.0)
    backend = Scripted()

    def steer() -> None:
        backend.known.append(Mark(3, 0, "gamma_b", 0.1))
        backend.finish()

    events = read(backend, {1: steer})
    assert [[mark["name"] for mark in e["changes"]] for e in events] == [[], ["gamma_b"]]


def test_a_long_history_is_thinned_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UPDATE_SECONDS", 0.0)
    monkeypatch.setattr(module, "THIN_ABOVE", 20)
    for name in ("BUCKETS", "FEWEST_BUCKETS"):
        monkeypatch.setattr(module, name, 10)
    backend = Scripted()
    backend.finish()
    backend.steps = 40
    (event,) = read(backend, {})
    assert (event["since"], event["next"], event["thinned"]) == (0, 40, 30)
    assert event["lanes"][0]["step"] == list(range(1, 41, 4))


def test_many_lanes_are_thinned_more() -> None:
    assert [module.bucket_count(lanes) for lanes in (1, 3, 6, 30)] == [500, 500, 250, 100]


def test_a_part_of_a_run(client: TestClient) -> None:
    found = client.get("/api/runs/known/part?first=2&last=4").json()
    assert (found["generation"], found["first"], found["last"]) == (0, 2, 4)
    assert found["lanes"][0]["step"] == [2, 3, 4]
    for query in ("", "?first=0&last=4", "?first=4&last=2", "?first=1&last=x", "?first=1&last=1e3"):
        assert client.get(f"/api/runs/known/part{query}").status_code == 400, query
    assert client.get("/api/runs/nobody/part?first=2&last=4").status_code == 404


def test_streams_end_when_the_app_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UPDATE_SECONDS", 60.0)
    try:
        assert len(read(Scripted(), {1: ending.end})) == 1, "the run goes on, the stream has ended"
        ending.end()  # a stream that has ended is not woken: its loop is closed, and waking it would raise
    finally:
        ending.begin()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    backend = Scripted()
    backend.finish()
    monkeypatch.setattr(module, "engine", lambda: backend)
    routes = [
        Route("/api/stream/{run}", module.stream),
        Route("/api/runs/{run}/part", module.part),
    ]
    return TestClient(Starlette(routes=routes))


def test_a_browser_that_reconnects_gets_the_rest(client: TestClient) -> None:
    answer = client.get("/api/stream/known?since=0", headers={"Last-Event-ID": "0.4"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [parsed(event)["lanes"][0]["step"] for event in answer.text.strip().split("\n\n")] == [[5]]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/stream/nobody", 404),
        ("/api/stream/known?since=-1", 400),
        ("/api/stream/known?since=1e9", 400),
        ("/api/stream/known?since=1&generation=-1", 400),
        ("/api/stream/known?generation=1", 200),
        ("/api/stream/known?since=999999999999999999999", 400),
    ],
)
def test_refusals(client: TestClient, path: str, code: int) -> None:
    assert client.get(path).status_code == code
