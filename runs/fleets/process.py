"""A worker process of this machine: started with `Popen`, talked to over one connection.

The ways of `multiprocessing` do not serve here: its children run the app's script again, and when one process
of its pool is killed the whole pool is broken.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


class WorkerProcess:
    """One process and, once it is ready, the connection to it."""

    def __init__(self, address: str, key: bytes) -> None:
        self.connection: Connection | None = None
        self.runs: list[str] = []  # in the order in which they began
        self.given_up: dict[str, float] = {}  # runs ended by force, and when the process is to be killed
        self.retired = False  # it takes no more runs
        self._born = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "runs.worker", address],
            stdin=subprocess.PIPE,  # open until the end of one of both: so the worker sees that of the app
            bufsize=0,
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # Windows; else `os.nice`
        )
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):  # `stillborn` tells of a death
                self.process.stdin.write(key)

    @property
    def usable(self) -> bool:
        """Whether it takes runs; one that does not obey does not."""
        return self.connection is not None and not self.retired and not self.given_up

    @property
    def stillborn(self) -> bool:
        """Whether it died, or took too long, before it was ready."""
        late = time.monotonic() > self._born + START_SECONDS
        return self.connection is None and (late or self.process.poll() is not None)

    def send(self, *message: Any) -> None:
        """Send a message; a worker that has just died is noticed by the end of its connection."""
        if self.connection is not None:
            with contextlib.suppress(OSError):
                self.connection.send(message)

    def kill(self) -> None:
        """End the process for good. The thread that listens to it closes with the connection."""
        self.process.kill()
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait()
