"""What a worker process does, which `runs.worker.__main__` starts: train the runs that it is given.

Each has a thread of its own; they take turns. When the app goes away the connection ends, and so does the
worker.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from multiprocessing.connection import Client, Connection
from typing import Any

import torch

from neural.devices import available
from runs.backend import Command
from runs.limits import niceness
from runs.worker.channel import AppGoneError
from runs.worker.inbox import Inbox
from runs.worker.turns import TURNS, Turn
from runs.worker.work import work


class Pipe(Inbox):
    """The channel of one run over the worker's connection, which all its runs share."""

    def __init__(self, worker: Worker, run: str, turn: Turn) -> None:
        super().__init__(turn)
        self._worker, self._run = worker, run

    def send(self, kind: str, *content: Any) -> None:
        """Report to the app."""
        self._worker.send(kind, self._run, *content)


class Worker:
    """The runs of this process.

    Parameters
    ----------
    connection : Connection
        To the app.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._pipes: dict[str, Pipe] = {}
        self._fit = True

    def send(self, *message: Any) -> None:
        """Tell the app; `AppGoneError` without one."""
        try:
            with self._sending:
                self._connection.send(message)
        except OSError as error:
            raise AppGoneError from error

    def serve(self) -> None:
        """Train what comes until the app goes away, or until this process is fit for no other run."""
        for kind, run, content in messages(self._connection):
            if kind == "run":
                pipe = self._pipes[run] = Pipe(self, run, TURNS.join())
                if not self._fit:  # it was on its way when this worker retired
                    pipe.put(Command("release"))
                threading.Thread(target=self._train, args=(pipe, run, content), name=run, daemon=True).start()
            elif run in self._pipes:
                self._pipes[run].put(content)

    def _train(self, pipe: Pipe, run: str, job: dict[str, Any]) -> None:
        torch.set_num_threads(1)  # it holds for the thread that says it
        try:
            fit = work(pipe, run, job, pipe.turn)
        except AppGoneError:
            os._exit(0)
        if self._pipes.get(run) is pipe:  # it may have come back meanwhile
            del self._pipes[run]
        if not fit:
            self._retire()
        if not (self._fit or self._pipes):
            os._exit(0)

    def _retire(self) -> None:
        """Take no more runs, and give back those that are there."""
        self._fit = False
        self.send("retired", "")
        for pipe in tuple(self._pipes.values()):
            pipe.put(Command("release"))


def messages(connection: Connection) -> Iterator[tuple[str, str, Any]]:
    """What the app sends, until it goes away."""
    while True:
        try:
            yield connection.recv()
        except (EOFError, OSError):
            return


def serve(address: str, key: bytes) -> None:
    """Connect, then serve runs until the app goes away."""
    if hasattr(os, "nice"):  # elsewhere the app starts this process with a low priority
        os.nice(niceness())
    torch.set_num_threads(1)
    connection = Client(address, authkey=key)
    connection.send((os.getpid(), available()))
    Worker(connection).serve()
    os._exit(0)  # a step under way must not keep the process
