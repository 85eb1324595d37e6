"""What the supervisor needs of workers: processes of this machine, or tasks on a cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from runs.backend import Command

Post = Callable[..., None]
Report = Callable[..., None]


class Fleet(Protocol):
    """Workers, as the supervisor's thread sees them. All methods but `start` and `close` never block."""

    def start(self, post: Post, report: Report) -> None:
        """Begin to work.

        Parameters
        ----------
        post : callable
            ``post(action, *content)`` has the supervisor's thread call ``action(*content)``; from any thread.
        report : callable
            ``report(kind, run, *content)`` says what happened to a run, on the supervisor's thread; the
            methods of `runs.reports.Reports` are the kinds.
        """

    def capacity(self) -> int:
        """How many runs can go on at once without slowing each other down; from any thread."""

    def room(self) -> int:
        """How many runs could begin now."""

    def prepare(self, waiting: int) -> None:
        """Make workers ready for so many waiting runs beside those that go on."""

    def begin(self, run: str, job: dict[str, Any]) -> None:
        """Train a run beside others; only while there is room. `runs.worker.trainer.Training` has the job."""

    def misplaced(self) -> str | None:
        """A run that should move to another worker, which has less to do; None where none should."""

    def ready(self) -> int:
        """How many workers there are; from any thread."""

    def send(self, run: str, command: Command) -> None:
        """Pass a command on to a run that has begun."""

    def kill(self, run: str) -> None:
        """End a run by force; nothing is reported of it any more.

        Others that lose their worker by this are reported as displaced.
        """

    def devices(self) -> dict[str, str] | None:
        """See `runs.backend.Backend.devices`; from any thread."""

    def trouble(self) -> str:
        """Why no worker can be had; empty while they can."""

    def patience(self) -> float | None:
        """Seconds after which `prepare` should be called again even if nothing happens; None for never."""

    def close(self) -> None:
        """End every worker."""
