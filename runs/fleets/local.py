"""The default fleet: a few worker processes of this machine, each of which trains one run after the other.

Every worker has one connection and a thread that listens to it. A worker that dies is replaced; its death
costs its own run the last steps, and other runs nothing.
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
from runs.fleets.fleet import Post, Report
from runs.fleets.process import WorkerProcess

CHECK_SECONDS = 0.2  # how often a starting worker is looked at
NO_WORKER = "No worker process could be started; the app's log says why."
DIED = "The worker process died."
MAX_STILLBORN = 3  # waiting runs are given up after so many workers in a row that die before they are ready


class LocalFleet:
    """Worker processes; `runs.fleets.fleet.Fleet` documents the methods.

    Parameters
    ----------
    most : int, optional
        Processes at once, at least 1. By default SAM_SPS_WORKERS, or as many as cores, at most four.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most or int(os.environ.get("SAM_SPS_WORKERS", 0)) or min(os.cpu_count() or 1, 4)
        self.workers: list[WorkerProcess] = []
        self._devices: dict[str, str] | None = None  # of this machine, as its workers say
        self._stillborn = 0
        self._closing = False
        self._key = secrets.token_bytes(32)
        self._listener = Listener(None, authkey=self._key)

    def start(self, post: Post, report: Report) -> None:
        self._post, self._report = post, report
        threading.Thread(target=self._accept, name="runs-accept", daemon=True).start()

    def room(self) -> int:
        return sum(worker.idle for worker in self.workers)

    def prepare(self, waiting: int) -> None:
        self._remove_stillborn()
        if self.trouble() and not waiting:
            self._stillborn = 0
        starting = sum(worker.connection is None for worker in self.workers)
        wanted = max(0, waiting - self.room() - starting)
        for _ in range(min(wanted, self._most - len(self.workers))):
            self.workers.append(WorkerProcess(str(self._listener.address), self._key))

    def begin(self, run: str, job: dict[str, Any]) -> None:
        worker = next(worker for worker in self.workers if worker.idle)
        worker.run = run
        worker.send("run", run, job)

    def send(self, run: str, command: Command) -> None:
        for worker in self.workers:
            if worker.run == run:
                worker.send("command", run, command)

    def kill(self, run: str) -> None:
        for worker in tuple(self.workers):
            if worker.run == run:
                self._remove(worker)

    def devices(self) -> dict[str, str] | None:
        return self._devices

    def trouble(self) -> str:
        return NO_WORKER if self._stillborn >= MAX_STILLBORN else ""

    def patience(self) -> float | None:
        return CHECK_SECONDS if any(worker.connection is None for worker in self.workers) else None

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
        if worker in self.workers:
            kind, run, *content = message
            if kind == "ended":
                worker.run = None
            self._report(kind, run, *content)

    def _lose(self, worker: WorkerProcess) -> None:
        if worker in self.workers:
            run = worker.run
            self._remove(worker)
            if run is not None:
                self._report("lost", run, DIED)

    def _remove(self, worker: WorkerProcess) -> None:
        self.workers.remove(worker)
        worker.kill()

    def _remove_stillborn(self) -> None:
        for worker in tuple(self.workers):
            if worker.stillborn:
                self._stillborn += 1
                self._remove(worker)
