"""A worker process: ``python -m lab.runs.worker ADDRESS``, the connection's key on standard input.

It waits for a run, trains it, sends whole steps every 50 ms and looks for commands after every point. When
the app goes away the connection ends, and so does the worker.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import Client, Connection
from typing import Any

import torch

from lab.runs.backend import Command
from lab.runs.record import Recorder
from neural.config import TrainConfig
from neural.train import Comparison

FLUSH_SECONDS = 0.05
RATE_SECONDS = 2.0


class Stopped(Exception):  # noqa: N818 - not an error
    """The run was asked to stop."""


class Rate:
    """Steps per second over the last two seconds."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def update(self, step: int) -> float:
        """Note the step that has been reached; 0 until there are two marks."""
        now = time.monotonic()
        self._marks.append((now, step))
        while now - self._marks[0][0] > RATE_SECONDS:
            self._marks.popleft()
        (start, first), seconds = self._marks[0], now - self._marks[0][0]
        return (step - first) / seconds if seconds > 0 and start < now else 0.0


class Run:
    """One run in this worker: the loop, its commands and what is sent to the app."""

    def __init__(self, connection: Connection, run: str, config: TrainConfig) -> None:
        self._connection = connection
        self._run = run
        self._comparison = Comparison(config)
        self._recorder = Recorder(len(config.lanes))
        self._rate = Rate()

    def train(self) -> None:
        """Train to the end of the budget; raises `Stopped` when told to."""
        self._send("status", {"state": "running", "total": self._comparison.total_steps})
        sent = time.monotonic()
        for point in self._comparison.run():
            self._recorder.add(point)
            if time.monotonic() - sent >= FLUSH_SECONDS:
                self.flush()
                sent = time.monotonic()
            while self._connection.poll():
                self._obey(self._connection.recv())
        self.flush()

    def flush(self) -> None:
        """Send the whole steps recorded since the last time."""
        if lanes := self._recorder.take():
            step = lanes[0]["step"][-1]
            self._send("points", lanes, step, self._rate.update(step))

    def _send(self, kind: str, *content: Any) -> None:
        self._connection.send((kind, self._run, *content))

    def _obey(self, message: tuple[str, Any]) -> None:
        kind, command = message
        if kind != "command":
            return
        if command.kind == "stop":
            raise Stopped
        if command.kind == "set":
            self._set(command)
        elif command.kind == "pause":
            self._pause()

    def _set(self, command: Command) -> None:
        try:
            self._comparison.set(command.lane, **command.values)
        except ValueError as error:  # the page has checked it; a lane may still not take it
            self._send("status", {"message": str(error)})

    def _pause(self) -> None:
        self.flush()
        self._send("status", {"state": "paused", "rate": 0.0})
        while True:
            kind, command = self._connection.recv()
            if kind == "command" and command.kind == "resume":
                break
            self._obey((kind, command) if command.kind != "pause" else ("ignored", None))
        self._rate = Rate()
        self._send("status", {"state": "running"})


def work(connection: Connection, run: str, config: dict[str, Any]) -> None:
    """Train one run and report how it ended; an error ends the run, not the worker."""
    current: Run | None = None
    try:
        current = Run(connection, run, TrainConfig.from_dict(config))
        current.train()
        outcome = ("finished", "")
    except Stopped:
        outcome = ("stopped", "")
    except (OSError, EOFError):
        raise
    except Exception as error:
        traceback.print_exc()
        outcome = ("failed", f"The run failed: {type(error).__name__}: {error}")
    if current is not None:
        current.flush()
    connection.send(("ended", run, *outcome))


def messages(connection: Connection) -> Iterator[tuple[str, Any]]:
    """What the app sends, until it goes away."""
    while True:
        try:
            yield connection.recv()
        except (EOFError, OSError):
            return


def main() -> None:
    """Connect, then serve runs until the app goes away."""
    torch.set_num_threads(1)
    connection = Client(sys.argv[1], authkey=sys.stdin.buffer.read())
    connection.send(("ready", os.getpid()))
    for kind, content in messages(connection):
        if kind == "run":
            try:
                work(connection, *content)
            except (EOFError, OSError):
                return


if __name__ == "__main__":
    main()
