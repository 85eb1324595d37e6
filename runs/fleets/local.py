"""The default fleet: a few worker processes of this machine, each of which trains several runs in turns.

Every worker has one connection and a thread that listens to it. A worker that dies is replaced; its death
costs its own runs the last steps, and those of other workers nothing.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
import traceback
from multiprocessing.connection import Connection, Listener
from typing import Any

from runs.backend import Command
from runs.fleets import loads
from runs.fleets.fleet import Post, Report
from runs.fleets.process import WorkerProcess
from runs.worker.channel import KEY_BYTES

CHECK_SECONDS = 0.2  # how often a starting worker is looked at
KILL_SECONDS = 5.0  # after which a worker is killed that does not end a run, where this costs other runs
NO_WORKER = "No worker process could be started; the app's log says why."
DIED = "The worker process died."
MAX_STILLBORN = 3  # waiting runs are given up after so many workers in a row that die before they are ready


class LocalFleet:
    """Worker processes; `runs.fleets.fleet.Fleet` documents the methods.

    Parameters
    ----------
    most : int, optional
        Processes at once, at least 1. By default SAM_SPS_WORKERS, or as many as cores, at most four.
    per_worker : int
        Runs that one process trains in turns, at least 1.
    """

    def __init__(self, most: int | None = None, per_worker: int = loads.PER_WORKER) -> None:
        self._per_worker = per_worker
        self._most = most or int(os.environ.get("SAM_SPS_WORKERS", 0)) or min(os.cpu_count() or 1, 4)
        self.workers: list[WorkerProcess] = []
        self._devices: dict[str, str] | None = None  # of this machine, as its workers say
        self._stillborn = 0
        self._closing = False
        self._key = secrets.token_bytes(KEY_BYTES)
        self._listener = Listener(None, authkey=self._key)

    def start(self, post: Post, report: Report) -> None:
        self._post, self._report = post, report
        threading.Thread(target=self._accept, name="runs-accept", daemon=True).start()

    def capacity(self) -> int:
        return self._most

    def room(self) -> int:
        return sum(max(0, self._per_worker - len(runs)) for runs in self._usable.values())

    def prepare(self, waiting: int) -> None:
        self._remove_useless()
        if self.trouble() and not waiting:
            self._stillborn = 0
        going = sum(len(worker.runs) for worker in self.workers)
        for _ in range(min(self._most, waiting + going) - len(self.workers)):
            self.workers.append(WorkerProcess(str(self._listener.address), self._key))

    def begin(self, run: str, job: dict[str, Any]) -> None:
        worker = loads.least_loaded(self._usable)
        if worker is None:
            raise RuntimeError("begin() without room")
        worker.runs.append(run)
        worker.send("run", run, job)

    def misplaced(self) -> str | None:
        return loads.misplaced(self._usable)

    def ready(self) -> int:
        return len(self._usable)

    def send(self, run: str, command: Command) -> None:
        for worker in self.workers:
            if run in worker.runs:
                worker.send("command", run, command)

    def kill(self, run: str) -> None:
        for worker in tuple(self.workers):
            if run not in worker.runs:
                continue
            worker.runs.remove(run)
            if worker.runs:
                worker.given_up[run] = time.monotonic() + KILL_SECONDS
            else:
                self._remove(worker)

    def devices(self) -> dict[str, str] | None:
        return self._devices

    def trouble(self) -> str:
        return NO_WORKER if self._stillborn >= MAX_STILLBORN else ""

    def patience(self) -> float | None:
        watched = any(worker.connection is None or worker.given_up for worker in self.workers)
        return CHECK_SECONDS if watched else None

    def close(self) -> None:
        self._closing = True
        for worker in self.workers:
            worker.kill()
        self._listener.close()

    # ---- threads of their own ----

    def _accept(self) -> None:
        """Wait for new workers."""
        while not self._closing:
            try:
                connection = self._listener.accept()
                self._post(self._greet, connection, *connection.recv())
            except (OSError, EOFError):
                if not self._closing:
                    time.sleep(CHECK_SECONDS)  # the caller has gone, or did not know the key
            except Exception:
                traceback.print_exc()

    def _listen(self, worker: WorkerProcess, connection: Connection) -> None:
        """Wait for what a worker says, until it ends."""
        try:
            while True:
                self._post(self._hear, worker, connection.recv())
        except (OSError, EOFError):
            self._post(self._lose, worker)
        finally:
            connection.close()

    # ---- the supervisor's thread ----

    def _greet(self, connection: Connection, pid: int, devices: dict[str, str]) -> None:
        self._devices = devices
        for worker in self.workers:
            if worker.process.pid == pid:
                worker.connection = connection
                self._stillborn = 0
                threading.Thread(
                    target=self._listen, args=(worker, connection), name=f"runs-{pid}", daemon=True
                ).start()

    def _hear(self, worker: WorkerProcess, message: tuple[Any, ...]) -> None:
        if worker not in self.workers:
            return
        kind, run, *content = message
        if kind == "retired":
            worker.retired = True
            return
        leaves = kind in ("ended", "set_aside")
        if leaves and worker.given_up.pop(run, None) is not None:
            return
        if run not in worker.runs:
            return
        if leaves:
            worker.runs.remove(run)
        self._report(kind, run, *content)

    def _lose(self, worker: WorkerProcess) -> None:
        """A worker has ended; one that retired gives its runs back."""
        if worker in self.workers:
            self._remove(worker)
            for run in worker.runs:
                self._report(*(("displaced", run) if worker.retired else ("lost", run, DIED)))

    def _remove(self, worker: WorkerProcess) -> None:
        self.workers.remove(worker)
        worker.kill()

    def _remove_useless(self) -> None:
        """Let go of workers that died before they were ready, and of those that do not obey."""
        for worker in tuple(self.workers):
            if worker.stillborn:
                self._stillborn += 1
                self._remove(worker)
            elif worker.given_up and time.monotonic() > min(worker.given_up.values()):
                self._remove(worker)
                for run in worker.runs:
                    self._report("displaced", run)

    @property
    def _usable(self) -> dict[WorkerProcess, list[str]]:
        """The runs of each worker that takes more."""
        return {worker: worker.runs for worker in self.workers if worker.usable}
