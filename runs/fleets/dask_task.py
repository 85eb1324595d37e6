"""A run as a Dask task: the worker's side of the two topics.

Only plain values travel. The task ends when its run does or is set aside, when it is told to, or when the app
goes away. It leaves the worker's pool of threads, so that others can begin beside it; they take turns.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, is_dataclass
from functools import partial
from typing import Any

from distributed import Client, Worker, get_client, get_worker, secede

from runs.backend import Command, Mark
from runs.worker.channel import AppGoneError
from runs.worker.inbox import Inbox
from runs.worker.turns import TURNS, Turn


def topics(key: str) -> tuple[str, str]:
    """The topics of an attempt: up to the app, down to the task."""
    return f"{key}-up", f"{key}-down"


def train(key: str, app: str, run: str, job: dict[str, Any]) -> None:
    """Train one run.

    Parameters
    ----------
    key : str
        Of this attempt.
    app : str
        Id of the app's client: when the scheduler loses it, the task ends.
    run : str
    job : dict
        As for `runs.worker.trainer.Training`, with marks as mappings.
    """
    import torch  # in the worker's process, not where the task is submitted

    from runs.worker.work import work

    torch.set_num_threads(1)  # it holds for this thread
    worker, client = get_worker(), get_client()
    up, _ = topics(key)
    if client.get_events(up):
        return  # the scheduler has started the task of a dead worker again; only the app may decide that
    secede()
    channel = Topics(TURNS.join(), worker, client, key, app)
    try:
        work(channel, run, job | {"marks": [Mark(**mark) for mark in job["marks"]]}, channel.turn)
    except AppGoneError:
        pass
    finally:
        channel.close()


def devices() -> dict[str, str]:
    """What the worker that this runs on has; see `neural.devices.available`."""
    from neural.devices import available  # it imports torch

    return available()


_of_app: dict[str, set[Topics]] = {}
"""The attempts of this process by their app: they share one client, which has one handler a topic."""


def _on_app(app: str, event: tuple[float, dict[str, Any]]) -> None:
    """The scheduler tells about an app; its attempts end when it has gone."""
    if event[1].get("action") == "remove-client":
        for attempt in tuple(_of_app.get(app, ())):
            attempt.put(None)


class Topics(Inbox):
    """The channel of one attempt; `runs.worker.channel.Channel` documents the methods."""

    def __init__(self, turn: Turn, worker: Worker, client: Client, key: str, app: str) -> None:
        super().__init__(turn)
        self._worker, self._client, self._app = worker, client, app
        self._up, self._down = topics(key)
        self._lock = threading.Lock()
        self._commands: dict[int, Command] = {}  # that have come before those ahead of them
        self._heard = 0
        _of_app.setdefault(app, set()).add(self)
        client.subscribe_topic(self._down, self._on_command)
        client.subscribe_topic(app, partial(_on_app, app))
        for event in client.get_events(self._down):  # what was said before
            self._on_command(event)
        for event in client.get_events(app):
            _on_app(app, event)

    def send(self, kind: str, *content: Any) -> None:
        """Report to the app."""
        self._worker.log_event(self._up, {"kind": kind, "content": [_plain(item) for item in content]})

    def close(self) -> None:
        """Listen no more."""
        self._client.unsubscribe_topic(self._down)
        _of_app[self._app].discard(self)

    def _on_command(self, event: tuple[float, dict[str, Any]]) -> None:
        """A command may come twice, by the topic and by its log, and in any order."""
        with self._lock:
            number = event[1]["number"]
            if number > self._heard:
                self._commands[number] = Command(**event[1]["command"])
            while (command := self._commands.pop(self._heard + 1, None)) is not None:
                self._heard += 1
                self.put(command)


def _plain(item: Any) -> Any:
    """Values that msgpack takes."""
    if isinstance(item, list | tuple):
        return [_plain(each) for each in item]
    return asdict(item) if is_dataclass(item) and not isinstance(item, type) else item
