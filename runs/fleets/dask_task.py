"""A run as a Dask task: the worker's side of the two topics.

Only plain values travel. The task ends when its run does, when it is told to, or when the app goes away.
"""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from queue import Empty, SimpleQueue
from typing import Any

from distributed import Client, Worker, get_client, get_worker

from runs.backend import Command, Mark
from runs.worker.channel import AppGoneError


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

    torch.set_num_threads(1)
    worker, client = get_worker(), get_client()
    up, _ = topics(key)
    if client.get_events(up):
        return  # the scheduler has started the task of a dead worker again; only the app may decide that
    channel = Topics(worker, client, key, app)
    channel.send("worker", worker.address)
    try:
        work(channel, run, job | {"marks": [Mark(**mark) for mark in job["marks"]]})
    except AppGoneError:
        pass
    finally:
        channel.close()


def devices() -> dict[str, str]:
    """What the worker that this runs on has; see `neural.devices.available`."""
    from neural.devices import available  # it imports torch

    return available()


class Topics:
    """The channel of one attempt; `runs.worker.channel.Channel` documents the methods."""

    def __init__(self, worker: Worker, client: Client, key: str, app: str) -> None:
        self._worker, self._client, self._app = worker, client, app
        self._up, self._down = topics(key)
        self._inbox: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._command: Command | None = None
        self._heard = 0
        client.subscribe_topic(self._down, lambda event: self._inbox.put(event[1]))
        client.subscribe_topic(app, self._on_app)
        for topic, handler in ((self._down, lambda event: self._inbox.put(event[1])), (app, self._on_app)):
            for event in client.get_events(topic):  # what was said before
                handler(event)

    def send(self, kind: str, *content: Any) -> None:
        """Report to the app."""
        self._worker.log_event(self._up, {"kind": kind, "content": [_plain(item) for item in content]})

    def poll(self, seconds: float = 0.0) -> bool:
        """Whether a command has come."""
        while self._command is None:
            try:
                message = self._inbox.get(timeout=seconds) if seconds > 0 else self._inbox.get_nowait()
            except Empty:
                return False
            if message is None:
                raise AppGoneError
            if message["number"] > self._heard:  # a command may come by the topic and by its log
                self._heard = message["number"]
                self._command = Command(**message["command"])
        return True

    def receive(self) -> Command:
        """The command that `poll` has found."""
        command, self._command = self._command, None
        if command is None:
            raise RuntimeError("receive() without a poll() that was true")
        return command

    def close(self) -> None:
        """Listen no more."""
        self._client.unsubscribe_topic(self._down)

    def _on_app(self, event: tuple[float, dict[str, Any]]) -> None:
        if event[1].get("action") == "remove-client":
            self._inbox.put(None)


def _plain(item: Any) -> Any:
    """Values that msgpack takes."""
    if isinstance(item, list | tuple):
        return [_plain(each) for each in item]
    return asdict(item) if is_dataclass(item) and not isinstance(item, type) else item
