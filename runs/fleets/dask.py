"""The fleet beyond one machine: every run is a task on a Dask cluster, named by its scheduler's address.

A run's task talks over two topics of the scheduler; those of one worker take turns. A run whose worker dies
is marked as interrupted, as on this machine; the cluster does not start it again. So are all runs when the
scheduler is lost; with the next one, at the same address, everything goes on. This module loads distributed.
"""

from __future__ import annotations

import secrets
import threading
import traceback
from collections.abc import Collection
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from distributed import Client, Future

from runs.backend import Command, Mark
from runs.fleets import loads
from runs.fleets.dask_devices import ClusterDevices
from runs.fleets.dask_link import Link
from runs.fleets.dask_task import devices, topics, train
from runs.fleets.fleet import Post, Report

RESTART_SECONDS = 5.0  # after which the worker of a task that does not stop is replaced
DIED = "The Dask worker went away."
FAILED = "The Dask task ended by itself."
CUT_OFF = "The connection to the Dask scheduler was lost."
NO_ANSWER = "The Dask scheduler at {} does not answer. Start it: the app will find it."


@dataclass
class Attempt:
    """One task: a run that was begun, or resumed, on the cluster."""

    run: str
    key: str
    worker: str
    device: str
    future: Future | None = None
    sent: int = 0


class DaskFleet:
    """Tasks on a cluster; `runs.fleets.fleet.Fleet` documents the methods.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://host:8786``.
    per_worker : int
        Runs that one worker trains in turns, at least 1.
    """

    def __init__(self, address: str, per_worker: int = loads.PER_WORKER) -> None:
        self._per_worker = per_worker
        self._address = address
        self._client: Client | None = None
        self._silent = False  # nobody has answered for a while
        self.attempts: dict[str, Attempt] = {}  # by run
        self._given_up: dict[str, Attempt] = {}  # and still at a worker, by key
        self._replaced: set[str] = set()  # workers that were told to end
        self._workers: list[str] = []
        self._devices = ClusterDevices()

    def start(self, post: Post, report: Report) -> None:
        self._post, self._report = post, report
        self._link = Link(
            self._address,
            came=partial(post, self._take),
            went=partial(post, self._cut_off),
            silent=partial(post, self._fall_silent),
        )
        client = self._link.connect()
        if client is None:
            self._fall_silent()
        else:
            self._take(client)

    def capacity(self) -> int:
        return len(self._workers)

    def room(self) -> int:
        if not self._online:
            return 0
        return sum(max(0, self._per_worker - len(runs)) for runs in self._runs_of().values())

    def prepare(self, waiting: int) -> None:
        """Nothing: the app does not start the workers of a cluster."""

    def begin(self, run: str, job: dict[str, Any]) -> None:
        client = self.client()
        device = job["config"]["device"]
        runs_of = self._runs_of(self._devices.having(device))
        worker = loads.least_loaded(runs_of or self._runs_of())
        if worker is None:
            raise RuntimeError("begin() without room")
        attempt = Attempt(run, f"{run}-{secrets.token_hex(4)}", worker, device)
        self.attempts[run] = attempt
        up, _ = topics(attempt.key)
        client.subscribe_topic(up, lambda event: self._post(self._hear, attempt, event[1]))
        plain = job | {"marks": [asdict(mark) for mark in job["marks"]]}
        attempt.future = client.submit(
            train,
            attempt.key,
            client.id,
            run,
            plain,
            key=attempt.key,
            pure=False,
            retries=0,
            workers=[worker],
        )
        attempt.future.add_done_callback(lambda _: self._post(self._done, attempt))

    def misplaced(self) -> str | None:
        bound = {run for run, attempt in self.attempts.items() if attempt.device != "cpu"}
        return loads.misplaced(self._runs_of(), bound)

    def ready(self) -> int:
        return len(self._workers) if self._online else 0

    def send(self, run: str, command: Command) -> None:
        attempt = self.attempts.get(run)
        if attempt is not None and self._online:
            attempt.sent += 1
            self.client().log_event(
                topics(attempt.key)[1], {"number": attempt.sent, "command": asdict(command)}
            )

    def kill(self, run: str) -> None:
        """Stop listening to the task; if it goes on nevertheless, have its worker replaced."""
        attempt = self.attempts.get(run)
        if attempt is None:
            return
        self._given_up[attempt.key] = attempt
        self._forget(attempt)
        timer = threading.Timer(RESTART_SECONDS, self._post, (self._force, attempt))
        timer.daemon = True
        timer.start()

    def devices(self) -> dict[str, str] | None:
        return self._devices.all()

    def trouble(self) -> str:
        return NO_ANSWER.format(self._address) if self._silent else ""

    def patience(self) -> float | None:
        return None

    def close(self) -> None:
        self._link.close()
        if self._client is not None:
            for attempt in tuple(self.attempts.values()):
                self._forget(attempt)
            self._client.close()

    def _ask(self, workers: list[str]) -> None:
        """Have workers say, in a thread of its own, which devices they have: they load torch for it."""

        def ask() -> None:
            try:
                found = self.client().run(devices, workers=workers, on_error="ignore")
            except (ValueError, OSError, RuntimeError):  # the worker, or the cluster, has gone already
                return
            self._post(self._learn, found)

        if workers:
            threading.Thread(target=ask, name="runs-devices", daemon=True).start()

    def _restart(self, worker: str) -> None:
        """Have a worker replaced, in a thread of its own."""
        try:
            self.client().restart_workers([worker], raise_for_error=False)
        except (ValueError, OSError, RuntimeError):  # it has no nanny, or has gone already
            traceback.print_exc()

    # ---- the supervisor's thread ----

    @property
    def _online(self) -> bool:
        return self._client is not None and self._client.status == "running"

    def client(self) -> Client:
        """The connection to the scheduler; RuntimeError without one."""
        if self._client is None:
            raise RuntimeError(NO_ANSWER.format(self._address))
        return self._client

    def _take(self, client: Client) -> None:
        """There is a connection, the first one or another one."""
        self._client, self._silent = client, False
        client.subscribe_topic("all", lambda event: self._post(self._on_cluster, event[1]))
        self._workers = list(client.nthreads())
        self._ask(self._workers)

    def _cut_off(self) -> None:
        """The connection is lost, and all runs with it: the tasks end when the app goes away."""
        self._client, self._workers, self._devices = None, [], ClusterDevices()
        self._given_up.clear()
        for attempt in tuple(self.attempts.values()):
            self._lose(attempt, CUT_OFF)

    def _fall_silent(self) -> None:
        self._silent = True

    def _on_cluster(self, event: dict[str, Any]) -> None:
        """Something happened on the cluster: a worker came or went."""
        if event.get("action") not in ("add-worker", "remove-worker"):
            return
        if not self._online:
            return
        self._workers = list(self.client().nthreads())
        if event["action"] == "add-worker":
            self._ask([event["worker"]])
        else:
            self._devices.forget(event["worker"])
            for attempt in (*self._given_up.values(), *self.attempts.values()):
                if attempt.worker == event["worker"]:
                    self._lose(attempt, DIED)

    def _learn(self, found: dict[str, dict[str, str]]) -> None:
        self._devices.learn(found, self._workers)

    def _hear(self, attempt: Attempt, message: dict[str, Any]) -> None:
        if self.attempts.get(attempt.run) is not attempt:
            return
        kind, content = message["kind"], list(message["content"])
        if kind in ("marked", "rewound"):
            content = [[Mark(**mark) for mark in content[0]]]
        if kind in ("ended", "set_aside"):
            self._forget(attempt)
            self._clear(topics(attempt.key)[0])
        self._report(kind, attempt.run, *content)

    def _done(self, attempt: Attempt) -> None:
        self._lose(attempt, FAILED if self._online else CUT_OFF)

    def _lose(self, attempt: Attempt, reason: str) -> None:
        """A task has gone; that is reported if its run had not ended."""
        if self._given_up.pop(attempt.key, None) is not None and attempt.future is not None:
            attempt.future.release()
        if self.attempts.get(attempt.run) is attempt:
            self._forget(attempt)
            replaced = attempt.worker in self._replaced
            self._report(*(("displaced", attempt.run) if replaced else ("lost", attempt.run, reason)))

    def _force(self, attempt: Attempt) -> None:
        """Have the worker replaced if a task that was given up still goes on."""
        if attempt.key in self._given_up and self._online:
            self._replaced.add(attempt.worker)
            threading.Thread(
                target=self._restart, args=(attempt.worker,), name="runs-restart", daemon=True
            ).start()

    def _runs_of(self, workers: Collection[str] | None = None) -> dict[str, list[str]]:
        """The runs of each of these workers, by default of all; a worker that does not obey takes none."""
        found: dict[str, list[str]] = {
            worker: [] for worker in self._workers if workers is None or worker in workers
        }
        for attempt in self.attempts.values():
            if attempt.worker in found:
                found[attempt.worker].append(attempt.run)
        for attempt in self._given_up.values():
            found.pop(attempt.worker, None)
        return found

    def _forget(self, attempt: Attempt) -> None:
        """Forget a task, and stop it if it still runs."""
        del self.attempts[attempt.run]
        if not self._online:
            return
        client = self.client()
        up, down = topics(attempt.key)
        stop = {"number": attempt.sent + 1, "command": asdict(Command("stop"))}
        client.log_event(down, stop)
        if attempt.future is not None and attempt.key not in self._given_up:
            attempt.future.release()
        client.unsubscribe_topic(up)

    def _clear(self, topic: str) -> None:
        """Free what the scheduler keeps of a topic; it would keep the last thousand events for good."""

        def clear(dask_scheduler: Any) -> None:  # nested, so that it travels by value
            dask_scheduler._broker.truncate(topic)

        self.client().run_on_scheduler(clear)
