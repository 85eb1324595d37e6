"""The way from a run to the app and back, whatever carries the messages."""

from __future__ import annotations

from typing import Any, Protocol

from runs.backend import Command

KEY_BYTES = 32  # of the key that opens a worker's connection


class AppGoneError(Exception):
    """There is no app any more that a message could go to or come from."""


class Channel(Protocol):
    """The way to the app; its methods raise `AppGoneError` where there is none."""

    def send(self, kind: str, *content: Any) -> None:
        """Report; the kinds are the methods of `runs.reports.Reports`."""

    def poll(self, seconds: float = 0.0) -> bool:
        """Whether a command has come, waiting for it so long at most."""

    def receive(self) -> Command:
        """The next command."""
