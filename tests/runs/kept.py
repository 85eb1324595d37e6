"""Workers that stay for the next service: each takes seconds to start, and most tests only need some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runs.fleets import loads
from runs.fleets.local import LocalFleet
from tests.runs.helpers import wait_until


class KeptFleet(LocalFleet):
    """Two worker processes for one service after the other; `end` is what `close` is elsewhere."""

    def __init__(self) -> None:
        super().__init__(2)
        self._lent = False
        self._accepts = False

    def lent(self, per_worker: int = loads.PER_WORKER) -> KeptFleet:
        """For a service, which gives it back by closing it."""
        assert not self._lent, "one service at a time"
        self._lent, self._per_worker = True, per_worker
        return self

    def start(self, post: Callable[..., None], report: Callable[..., None]) -> None:
        self._service, self._report = post, report
        if not self._accepts:
            super().start(self._pass_on, report)
        self._accepts = True

    def _pass_on(self, *content: Any) -> None:
        """To the service of this moment: threads hold on to the function that they were given."""
        self._service(*content)

    def fill(self) -> None:
        """Wait until both workers are ready: runs that begin then are spread over both."""
        self._service(self.prepare, 2)
        wait_until(lambda: self.ready() == 2, 120)

    def pid_of(self, run: str) -> int:
        """The process that trains a run."""
        return next(worker.process.pid for worker in self.workers if run in worker.runs)

    def close(self) -> None:
        """End the workers that are not idle."""
        for worker in tuple(self.workers):
            if worker.runs or not worker.usable or worker.process.poll() is not None:
                self._remove(worker)
        self._lent = False

    def end(self) -> None:
        """End every worker."""
        super().close()
