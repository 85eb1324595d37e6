"""A worker process: ``python -m runs.worker.worker ADDRESS``, the connection's key on standard input.

It waits for a run, trains it and waits for the next. When the app goes away the connection ends, and so
does the worker.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from multiprocessing.connection import Client, Connection
from typing import Any

import torch

from neural.devices import available
from runs.backend import Command
from runs.worker.channel import AppGoneError
from runs.worker.work import work


class Pipe:
    """The channel of one run over the worker's connection."""

    def __init__(self, connection: Connection, run: str) -> None:
        self._connection = connection
        self._run = run
        self._command: Command | None = None

    def send(self, kind: str, *content: Any) -> None:
        """Report to the app."""
        try:
            self._connection.send((kind, self._run, *content))
        except OSError as error:
            raise AppGoneError from error

    def poll(self, seconds: float = 0.0) -> bool:
        """Whether a command for this run has come; those for earlier runs are dropped."""
        try:
            while self._command is None and self._connection.poll(seconds):
                kind, run, content = self._connection.recv()
                if kind == "command" and run == self._run:
                    self._command = content
                seconds = 0.0
        except (OSError, EOFError) as error:
            raise AppGoneError from error
        return self._command is not None

    def receive(self) -> Command:
        """The command that `poll` has found."""
        command, self._command = self._command, None
        if command is None:
            raise RuntimeError("receive() without a poll() that was true")
        return command


def messages(connection: Connection) -> Iterator[tuple[str, str, Any]]:
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
    connection.send((os.getpid(), available()))
    for kind, run, content in messages(connection):
        if kind == "run":
            try:
                if not work(Pipe(connection, run), run, content):
                    return
            except AppGoneError:
                return


if __name__ == "__main__":
    main()
