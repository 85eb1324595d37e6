"""A compute process: ``python -m lab.pool.child NICE``. Tasks come over its standard input, answers go out.

Both ways are pickles: in, a pair of a number, which grows, and a `Task`, or None for "stop what has this
number"; out, a pair of a word and its content. When the app goes away the input ends, and with it the
process, whatever it computes.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
import time
import traceback
from typing import Any, BinaryIO

from threadpoolctl import threadpool_limits

from lab.pool.task import Task

TELL_SECONDS = 0.05


class StoppedError(Exception):
    """The task that goes on was told to stop."""


class Child:
    """The process's main thread computes; another one reads."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source, self._sink = source, sink
        self._tasks: queue.SimpleQueue[tuple[int, Task]] = queue.SimpleQueue()
        self._number = self._stopped = 0  # of the task that goes on, and of the last that is to stop
        self._told = 0.0

    def serve(self) -> None:
        """Compute what comes, one after the other."""
        threading.Thread(target=self._read, daemon=True).start()
        while True:
            self._number, task = self._tasks.get()
            self._answer(*self._computed(task))

    def _computed(self, task: Task) -> tuple[str, Any]:
        try:
            return "result", task.function(*task.arguments, self._tell)
        except StoppedError:
            return "stopped", None
        except Exception:
            traceback.print_exc()
            return "failed", None

    def _tell(self, share: float) -> None:
        """Say how much is done; `StoppedError` where that was asked for."""
        if self._number <= self._stopped:
            raise StoppedError
        if time.monotonic() > self._told + TELL_SECONDS:
            self._told = time.monotonic()
            self._answer("share", share)

    def _answer(self, word: str, content: Any) -> None:
        pickle.dump((word, content), self._sink, protocol=pickle.HIGHEST_PROTOCOL)
        self._sink.flush()

    def _read(self) -> None:
        while True:
            try:
                number, task = pickle.load(self._source)
            except EOFError:
                os._exit(0)
            if task is None:
                self._stopped = number
            else:
                self._tasks.put((number, task))


def main() -> None:
    """Serve standard input and output; what a function prints goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it comes to the app too, which decides
    if hasattr(os, "nice"):
        os.nice(int(sys.argv[1]))
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    threadpool_limits(1)  # as in the app: the numbers are the same
    Child(sys.stdin.buffer, sink).serve()


if __name__ == "__main__":
    main()
