"""A compute process beside the app for what takes a moment: used where the app has something else to do.

In a full room the app's one interpreter is what everybody waits for. A visitor who is alone is answered
sooner by the app itself. These tasks do not stand in the pool's queue: none is stopped, and none waits for
long ones.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lab.pool.process import ComputeProcess
from lab.pool.task import Task


class Beside:
    """One process, started when it is first wanted, and anew where it died.

    Parameters
    ----------
    prepare : Task, optional
        What it computes when it starts, to be ready.
    """

    def __init__(self, prepare: Task | None = None) -> None:
        self._prepare = prepare
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, "beside")
        self._process: ComputeProcess | None = None
        self._starting = self._closed = False

    def is_ready(self) -> bool:
        """Whether it can be given a task; where not, it is being started."""
        with self._lock:
            if self._process is None and not (self._starting or self._closed):
                self._starting = True
                self._thread.submit(self._start)
            return self._process is not None

    async def compute(self, task: Task) -> Any:
        """What the task's function returns, after all that was asked for before; None where there is nothing.

        There is nothing where the function failed, which the app's log says, and where the process died.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._compute, task)

    def pids(self) -> list[int]:
        """Id of the process, if there is one."""
        with self._lock:
            return [self._process.process.pid] if self._process else []

    def close(self) -> None:
        """End it for good."""
        with self._lock:
            self._closed = True
            process, self._process = self._process, None
        if process:
            process.kill()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _start(self) -> None:
        process = ComputeProcess(nice=0)  # somebody waits who moves a slider
        word = process.compute(self._prepare, _silent)[0] if self._prepare else "result"
        with self._lock:
            self._starting = False
            if not self._closed and word == "result":
                self._process = process
                return
        process.close()

    def _compute(self, task: Task) -> Any:
        with self._lock:
            process = self._process
        if process is None:
            return None
        word, result = process.compute(task, _silent)
        if word == "died":
            with self._lock:
                self._process = None
            process.close()
        return result


def _silent(_share: float) -> None:
    """Nobody asks how much is done."""
