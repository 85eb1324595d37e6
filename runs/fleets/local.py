"""The default backend: a small pool of persistent worker processes of this machine.

Every worker has one connection and a thread that listens to it. A worker that dies costs the tail of its
own run only, and is replaced.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
import traceback
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any

from runs.backend import Command
from runs.fleets.pool import Worker
from runs.limits import Limits
from runs.service import Service
from runs.supervisor import Leave, Note

CHECK_SECONDS = 0.2  # how often a starting worker is looked at
NO_WORKER = "No worker process could be started; the app's log says why."
DIED = "The worker process died."
MAX_STILLBORN = 3  # workers that die at birth in a row before waiting runs are given up


class LocalFleet:
    """Worker processes; `runs.supervisor.Fleet` documents the methods.

    Parameters
    ----------
    most : int
        Processes at once.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.workers: list[Worker] = []
        self._devices: dict[str, str] | None = None  # of this machine, as its workers say
        self._stillborn = 0
        self._closing = False
        self._key = secrets.token_bytes(32)
        self._listener = Listener(None, authkey=self._key)

    def start(self, leave: Leave, note: Note) -> None:
        self._leave, self._note = leave, note
        threading.Thread(target=self._accept, name="runs-accept", daemon=True).start()

    def room(self) -> int:
        return sum(worker.idle for worker in self.workers)

    def prepare(self, waiting: int) -> None:
        self._bury_stillborn()
        if self.trouble() and not waiting:
            self._stillborn = 0
        starting = sum(worker.connection is None for worker in self.workers)
        wanted = max(0, waiting - self.room() - starting)
        for _ in range(min(wanted, self._most - len(self.workers))):
            self.workers.append(Worker(str(self._listener.address), self._key))

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
                self._bury(worker)

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
                self._leave(self._greet, connection, *connection.recv())
            except (OSError, EOFError):
                if not self._closing:
                    time.sleep(CHECK_SECONDS)  # whoever it was has gone, or could not authenticate
            except Exception:
                traceback.print_exc()

    def _listen(self, worker: Worker, connection: Connection) -> None:
        """Wait for what a worker says, until it ends."""
        try:
            while True:
                self._leave(self._hear, worker, connection.recv())
        except (OSError, EOFError):
            self._leave(self._lose, worker)
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

    def _hear(self, worker: Worker, message: tuple[Any, ...]) -> None:
        if worker in self.workers:
            kind, run, *content = message
            if kind == "ended":
                worker.run = None
            self._note(kind, run, *content)

    def _lose(self, worker: Worker) -> None:
        if worker in self.workers:
            run = worker.run
            self._bury(worker)
            if run is not None:
                self._note("lost", run, DIED)

    def _bury(self, worker: Worker) -> None:
        self.workers.remove(worker)
        worker.kill()

    def _bury_stillborn(self) -> None:
        for worker in tuple(self.workers):
            if worker.stillborn:
                self._stillborn += 1
                self._bury(worker)


class LocalBackend(Service):
    """Runs in worker processes of this machine.

    Parameters
    ----------
    workers : int, optional
        Most processes at once. By default SAM_SPS_WORKERS, or as many as cores, at most four.
    folder : Path, optional
        Where runs are kept; without one they are in memory only.
    limits : Limits, optional
        By default those of the environment.
    """

    def __init__(
        self, workers: int | None = None, folder: Path | None = None, limits: Limits | None = None
    ) -> None:
        most = workers or int(os.environ.get("SAM_SPS_WORKERS", 0)) or min(os.cpu_count() or 1, 4)
        self.fleet = LocalFleet(most)
        super().__init__(self.fleet, folder, limits or Limits.read())
