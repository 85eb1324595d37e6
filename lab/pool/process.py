"""A compute process as the app sees it: started, given a task, stopped, killed.

No ready-made pool serves here. That of `concurrent.futures`, and loky's, are broken as a whole when one
process is killed, and a task that has begun cannot be stopped; the children of `multiprocessing` run the
app's script again; on a Dask cluster a task that has begun cannot be stopped either.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

from lab.pool.task import Task

ROOT = Path(__file__).resolve().parents[2]


NICE = 10  # pages come first; training (15) stands back further
PIPE_BYTES = 1 << 20  # an answer comes in one piece: for each piece its thread waits for the interpreter


class ComputeProcess:
    """One process. One thread gives it tasks, one after the other; any may stop or kill it.

    Parameters
    ----------
    nice : int
        How far it stands back, 0 to 19: as `os.nice`.
    """

    def __init__(self, nice: int = NICE) -> None:
        self._writing = threading.Lock()
        self._number = 0  # of the newest task
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lab.pool.child", str(nice)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pipesize=PIPE_BYTES,
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # Windows; else `os.nice`
        )

    def compute(self, task: Task, tell: Callable[[float], None]) -> tuple[str, Any]:
        """Have a task computed; `tell` hears the share done.

        Returns
        -------
        tuple of str and object
            "result" and what the function returned; "stopped", "failed" or "died" and None.
        """
        try:
            self._number += 1
            self._send(self._number, task)
            while True:
                word, content = pickle.load(cast(BinaryIO, self.process.stdout))
                if word != "share":
                    return word, content
                tell(content)
        except (OSError, EOFError, pickle.UnpicklingError, ValueError):
            return "died", None

    def stop(self) -> None:
        """Ask it to stop its task, which it does as soon as the task says how much is done."""
        with contextlib.suppress(OSError, ValueError):
            self._send(self._number, None)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()

    def close(self) -> None:
        """End it and give back what it held; by the thread that gives it tasks."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        self.process.wait()

    def _send(self, *message: Any) -> None:
        stdin = cast(BinaryIO, self.process.stdin)
        with self._writing:
            pickle.dump(message, stdin, protocol=pickle.HIGHEST_PROTOCOL)
            stdin.flush()
