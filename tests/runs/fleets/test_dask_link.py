"""The connection to a scheduler: what was asked for over one that ended must be asked for anew."""

from __future__ import annotations

import queue
import socket
from typing import Any

import pytest

from runs.fleets import dask_link
from runs.fleets.dask_link import Link

PATIENCE = 20.0


class StandIn:
    """A client as the link sees it."""

    def __init__(self, *_address: str, **_options: Any) -> None:
        self.status = "running"
        self.scheduler_comm = object()

    def close(self, timeout: float = 0.0) -> None:
        self.status = "closed"


def test_a_client_that_connects_anew_by_itself_before_it_is_made_use_of_counts_as_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dask_link, "Client", StandIn)
    monkeypatch.setattr(dask_link, "CHECK_SECONDS", 0.01)
    told: queue.Queue[str] = queue.Queue()
    clients: list[StandIn] = []

    def came(client: Any) -> None:
        clients.append(client)
        if len(clients) == 1:
            client.scheduler_comm = object()
        told.put("came")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        link = Link(address, came, lambda: told.put("went"), lambda: told.put("silent"))
        first: Any = link.connect()
        first.status = "closed"
        assert [told.get(timeout=PATIENCE) for _ in range(4)] == ["went", "came", "went", "came"]
        link.close()
    assert clients[0].status == "closed"
    assert clients[1].status == "running"
