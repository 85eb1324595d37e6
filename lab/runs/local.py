"""The default backend: a small pool of persistent worker processes and one supervisor thread.

Only the supervisor touches workers; other threads leave it messages and ring a bell. It sleeps while nothing
happens. A worker that dies costs its own run only.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection, Listener, Pipe, wait
from queue import Empty, SimpleQueue
from typing import Any

from lab.runs.backend import Busy, Command, Status
from lab.runs.book import Book
from lab.runs.pool import Worker
from lab.runs.record import Columns
from neural.config import TrainConfig

MAX_QUEUED = 20
STOP_SECONDS = 0.8  # after this a polite stop is made by force
CHECK_SECONDS = 0.2  # how often a starting worker is looked at
NO_WORKER = "No worker process could be started; the app's log says why."
MAX_STILLBORN = 3  # workers that die at birth in a row before waiting runs are given up


class LocalBackend:
    """Runs in worker processes of this machine; `Backend` documents the methods.

    Parameters
    ----------
    workers : int, optional
        Most processes at once. By default SAM_SPS_WORKERS, or as many as cores, at most four.
    """

    def __init__(self, workers: int | None = None) -> None:
        self._most = workers or int(os.environ.get("SAM_SPS_WORKERS", 0)) or min(os.cpu_count() or 1, 4)
        self._book = Book()
        self._queue: deque[str] = deque()
        self._early: dict[str, list[Command]] = {}  # commands for runs that have not begun
        self._workers: list[Worker] = []
        self._spare = 0  # workers wanted without a run
        self._stillborn = 0
        self._inbox: SimpleQueue[tuple[Callable[..., None], tuple[Any, ...]]] = SimpleQueue()
        self._bell, self._rope = Pipe(duplex=False)
        self._pull = threading.Lock()
        self._closing = False
        self._supervisor = threading.Thread(target=self._supervise, name="runs", daemon=True)
        self._supervisor.start()

    # ---- any thread ----

    def submit(self, config: TrainConfig) -> str:
        if len(self._queue) >= MAX_QUEUED:
            raise Busy(f"{MAX_QUEUED} runs are waiting already. Try again when one has ended.")
        run = self._book.add(config)
        self._leave(self._queue.append, run)
        return run

    def send(self, run: str, command: Command) -> None:
        self._leave(self._command, run, command)

    def points(self, run: str, since: int, limit: int) -> tuple[int, list[Columns]] | None:
        return self._book.points(run, since, limit)

    def status(self, run: str) -> Status | None:
        status = self._book.status(run)
        waiting = tuple(self._queue)
        if status is not None and status.state == "queued" and run in waiting:
            return replace(
                status, message=f"Waiting for a free worker, {waiting.index(run) + 1}. in the queue"
            )
        return status

    def config(self, run: str) -> TrainConfig | None:
        return self._book.config(run)

    def subscribe(self, run: str, changed: Callable[[], object]) -> Callable[[], None]:
        return self._book.subscribe(run, changed)

    def warm(self) -> None:
        self._leave(self._want_spare)

    def close(self) -> None:
        self._leave(self._close)
        self._supervisor.join(timeout=5)

    def _leave(self, action: Callable[..., None], *content: Any) -> None:
        """Have the supervisor do something."""
        self._inbox.put((action, content))
        with self._pull:
            self._rope.send_bytes(b"!")

    # ---- the supervisor's thread ----

    def _supervise(self) -> None:
        key = secrets.token_bytes(32)
        with Listener(None, authkey=key) as listener:
            threading.Thread(target=self._accept, args=(listener,), name="runs-accept", daemon=True).start()
            while not self._closing:
                try:
                    self._listen()
                    self._read_inbox()
                    self._enforce()
                    self._assign(str(listener.address), key)
                except Exception:  # one bad message must not end every run
                    traceback.print_exc()
            for worker in self._workers:
                worker.kill()

    def _listen(self) -> None:
        """Sleep until a worker speaks, the bell rings or something is due."""
        speaking = {worker.connection: worker for worker in self._workers if worker.connection is not None}
        for ready in wait([*speaking, self._bell], timeout=self._patience()):
            if ready is self._bell:
                self._bell.recv_bytes()
            else:
                self._hear(speaking[ready])  # type: ignore[index]

    def _patience(self) -> float | None:
        due = [worker.stop_by - time.monotonic() for worker in self._workers if worker.stop_by is not None]
        due += [CHECK_SECONDS for worker in self._workers if worker.connection is None]
        return max(0.0, min(due)) if due else None

    def _accept(self, listener: Listener) -> None:
        """Wait for new workers, in a thread of its own since accepting blocks."""
        while not self._closing:
            try:
                connection = listener.accept()
                self._leave(self._greet, connection, connection.recv()[1])
            except (OSError, EOFError):
                time.sleep(CHECK_SECONDS)  # whoever it was has gone, or could not authenticate

    def _read_inbox(self) -> None:
        while True:
            try:
                action, content = self._inbox.get_nowait()
            except Empty:
                return
            action(*content)

    def _close(self) -> None:
        self._closing = True

    def _want_spare(self) -> None:
        self._spare = 0 if self._workers else 1

    def _greet(self, connection: Connection, pid: int) -> None:
        for worker in self._workers:
            if worker.process.pid == pid:
                worker.connection = connection
                self._stillborn = 0

    def _hear(self, worker: Worker) -> None:
        try:
            while worker.connection is not None and worker.connection.poll():
                kind, run, *content = worker.connection.recv()
                self._note(worker, kind, run, content)
        except (EOFError, OSError):
            self._bury(worker)

    def _note(self, worker: Worker, kind: str, run: str, content: list[Any]) -> None:
        if kind == "points":
            self._book.extend(run, *content)
        elif kind == "ended":
            worker.run = worker.stop_by = None
            self._book.update(run, state=content[0], message=content[1])
        elif worker.stop_by is None:  # "stopping" stands until the end
            self._book.update(run, **content[0])

    def _command(self, run: str, command: Command) -> None:
        status = self._book.status(run)
        if status is None or status.over:
            return
        worker = next((worker for worker in self._workers if worker.run == run), None)
        if worker is not None:
            worker.send("command", command)
            if command.kind == "stop" and worker.stop_by is None:
                worker.stop_by = time.monotonic() + STOP_SECONDS
                self._book.update(run, state="stopping", message="")
        elif command.kind == "stop":
            self._queue.remove(run)
            self._early.pop(run, None)
            self._book.update(run, state="stopped", message="Stopped before it began")
        else:
            self._early.setdefault(run, []).append(command)

    def _enforce(self) -> None:
        now = time.monotonic()
        for worker in tuple(self._workers):
            self._stillborn += worker.stillborn
            if worker.stillborn or (worker.stop_by is not None and now >= worker.stop_by):
                self._bury(worker)
        while self._stillborn >= MAX_STILLBORN and self._queue:
            self._book.update(self._queue.popleft(), state="failed", message=NO_WORKER)
        if not self._queue:
            self._stillborn = 0

    def _bury(self, worker: Worker) -> None:
        """Forget a worker that died or must; its run ends with what was recorded."""
        self._workers.remove(worker)
        worker.kill()
        if worker.run is not None and worker.stop_by is not None:
            self._book.update(worker.run, state="stopped", message="")
        elif worker.run is not None:
            self._book.update(
                worker.run, state="failed", message="The worker process died. Every recorded step is kept."
            )

    def _assign(self, address: str, key: bytes) -> None:
        """Give waiting runs to idle workers, and start workers while runs wait and there is room."""
        for worker in self._workers:
            if worker.connection is not None and worker.run is None and self._queue:
                self._begin(worker, self._queue.popleft())
        starting = sum(worker.connection is None for worker in self._workers)
        wanted = max(len(self._queue), self._spare) - starting
        self._spare = 0
        for _ in range(min(wanted, self._most - len(self._workers))):
            self._workers.append(Worker(address, key))

    def _begin(self, worker: Worker, run: str) -> None:
        config = self._book.config(run)
        if config is None:
            return
        worker.run = run
        self._book.update(run, state="starting", message="")
        worker.send("run", (run, config.to_dict()))
        for command in self._early.pop(run, []):
            worker.send("command", command)
