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

from lab.runs import stream as module
from lab.runs.backend import Status
from lab.runs.record import Columns


class Scripted:
    """A backend whose run is written beforehand: the second batch arrives when the first was read."""

    def __init__(self) -> None:
        self.steps = 3
        self.changed: set[Callable[[], None]] = set()

    def status(self, run: str) -> Status | None:
        state: Any = "running" if self.steps == 3 else "finished"
        return Status(state, step=self.steps, total=5, recorded=self.steps) if run == "known" else None

    def points(self, run: str, since: int, limit: int) -> tuple[int, list[Columns]] | None:
        end = min(self.steps, since + limit)
        return (
            (end, [{"step": list(range(since + 1, end + 1)), "gamma": [0.5] * (end - since)}])
            if run
            else None
        )

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
    monkeypatch.setattr(module, "PACE_SECONDS", 0.0)
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


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    backend = Scripted()
    backend.finish()
    monkeypatch.setattr(module, "engine", lambda: backend)
    routes = [Route("/api/stream/{run}", module.stream), Route("/api/runs/{run}.csv", module.csv)]
    return TestClient(Starlette(routes=routes))


def test_a_browser_that_reconnects_gets_the_rest(client: TestClient) -> None:
    answer = client.get("/api/stream/known?since=0", headers={"Last-Event-ID": "4"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [parsed(event)["lanes"][0]["step"] for event in answer.text.strip().split("\n\n")] == [[5]]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/stream/nobody", 404),
        ("/api/stream/known?since=-1", 400),
        ("/api/stream/known?since=1e9", 400),
        ("/api/stream/known?since=999999999999999999999", 400),
    ],
)
def test_refusals(client: TestClient, path: str, code: int) -> None:
    assert client.get(path).status_code == code


def test_csv_has_a_line_for_each_step(client: TestClient) -> None:
    answer = client.get("/api/runs/known.csv")
    assert answer.text.splitlines() == ["lane,step,gamma", *(f"0,{step},0.5" for step in range(1, 6))]
