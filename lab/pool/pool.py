"""The compute processes, each with a thread of the app that gives it one job after the other.

A job that nobody waits for any more is told to stop; a process that does not stop it is killed and replaced,
which costs no other job anything.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Hashable
from typing import Any

from lab.pool.beside import Beside
from lab.pool.job import Job, Ticket
from lab.pool.process import ComputeProcess
from lab.pool.refusal import FailedError, TooLongError
from lab.pool.task import Task
from lab.pool.waiting import Waiting
from runs.limits import from_environment

STOP_SECONDS = 0.3  # after which a process is killed that does not stop
IDLE_SECONDS = 300.0  # after which all processes but one end
TOO_LONG = "The computation was stopped after {:g} s, the longest that one may take here."
FAILURES = {
    "failed": "The computation ended in an error; the app's log says which.",
    "died": "The process of this computation died.",
    "stopped": "The computation was stopped.",
}


class Pool:
    """Compute processes and the queue before them.

    Parameters
    ----------
    processes : int, optional
        At least 1. By default SAM_SPS_COMPUTE, or as many as cores, at least two, at most four.
    most : int, optional
        Length of the queue, at least 1. By default SAM_SPS_MAX_COMPUTATIONS, or 20.
    seconds : float, optional
        Longest computation, above 0. By default SAM_SPS_MAX_COMPUTE_SECONDS, or 300.
    prepare : Task, optional
        What a process computes when it starts, to be ready.

    Attributes
    ----------
    beside : Beside
        One more process, for what takes a moment.
    """

    def __init__(
        self,
        processes: int | None = None,
        most: int | None = None,
        seconds: float | None = None,
        prepare: Task | None = None,
    ) -> None:
        cores = min(max(os.cpu_count() or 1, 2), 4)
        count = processes or max(1, int(from_environment("SAM_SPS_COMPUTE", cores)))
        most = most or max(1, int(from_environment("SAM_SPS_MAX_COMPUTATIONS", 20)))
        self._seconds = seconds or from_environment("SAM_SPS_MAX_COMPUTE_SECONDS", 300)
        self._prepare = prepare
        self.beside = Beside(prepare)
        self._waiting = Waiting(count, most, self._stop)
        self._processes: dict[ComputeProcess, Job | None] = {}
        self._threads = [
            threading.Thread(target=self._serve, args=(at == 0,), name=f"compute-{at}", daemon=True)
            for at in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def ask(
        self, visitor: str, key: Hashable, task: Task, seconds: float, keep: Callable[[Any], None]
    ) -> Ticket:
        """See `Waiting.ask`; `keep` is given the result before anybody hears of it."""
        return self._waiting.ask(visitor, key, task, seconds, keep)

    def leave(self, ticket: Ticket) -> None:
        """See `Waiting.leave`."""
        self._waiting.leave(ticket)

    def counts(self) -> dict[str, int]:
        """How many computations go on and wait, and how many processes there are."""
        with self._waiting.news:
            at_work, queue = len(self._waiting.at_work), len(self._waiting.queue)
            return {"computing": at_work, "waiting": queue, "processes": len(self._processes)}

    def pids(self) -> list[int]:
        """Ids of the processes."""
        with self._waiting.news:
            return [*self.beside.pids(), *(process.process.pid for process in self._processes)]

    def close(self) -> None:
        """End every process; who waits hears that the app ends."""
        self.beside.close()
        self._waiting.close()
        with self._waiting.news:
            for process in self._processes:
                process.kill()
        for thread in self._threads:
            thread.join(STOP_SECONDS)

    def _stop(self, job: Job) -> None:
        for process, at_work in self._processes.items():
            if at_work is job:
                process.stop()
                self._later(STOP_SECONDS, job, process.kill)

    def _overdue(self, job: Job) -> None:
        self._waiting.end(job.tickets, TooLongError(TOO_LONG.format(self._seconds)))

    def _later(self, seconds: float, job: Job, action: Callable[[], None]) -> threading.Timer:
        """Act after some time if the job is still at work then."""

        def act() -> None:
            with self._waiting.news:
                if job in self._waiting.at_work:
                    action()

        timer = threading.Timer(seconds, act)
        timer.daemon = True
        timer.start()
        return timer

    # ---- the thread of a process ----

    def _serve(self, always: bool) -> None:
        """Compute until the app ends; a process that is not there `always` lives while it has work."""
        process: ComputeProcess | None = None
        while not self._waiting.closed:
            if process is None and (always or self._has_too_much()):
                process = self._started()
            job = self._next(process)
            fit = self._compute(job, process) if process and job else always  # no job: idle for long
            if process and not fit:
                self._ended(process)
                process = None
        if process:
            self._ended(process)

    def _has_too_much(self) -> bool:
        """Whether a job could begin that no process is free for."""
        with self._waiting.news:
            return self._waiting.next() is not None and None not in self._processes.values()

    def _next(self, process: ComputeProcess | None) -> Job | None:
        """Wait for a job for this process; None if none came for long, or without a process for any news."""
        news = self._waiting.news
        with news:
            if process is None:
                if not self._has_too_much():
                    news.wait(IDLE_SECONDS)
                return None
            if news.wait_for(lambda: self._waiting.closed or self._waiting.next(), IDLE_SECONDS):
                job = self._waiting.next()
                if job and not self._waiting.closed:
                    self._processes[process] = job
                    self._waiting.begin(job)
                    return job
            return None

    def _compute(self, job: Job, process: ComputeProcess) -> bool:
        """Compute a job; whether the process can be used for another."""
        limit = self._later(self._seconds, job, lambda: self._overdue(job))
        word, result = process.compute(job.task, job.tell)
        limit.cancel()
        if word == "result":
            job.keep(result)
        with self._waiting.news:
            self._processes[process] = None
            self._waiting.done(job, result, None if word == "result" else FailedError(FAILURES[word]))
        return word != "died"

    def _started(self) -> ComputeProcess:
        with self._waiting.news:
            process = ComputeProcess()
            self._processes[process] = None
        if self._prepare:
            process.compute(self._prepare, lambda _share: None)
        return process

    def _ended(self, process: ComputeProcess) -> None:
        with self._waiting.news:
            del self._processes[process]
        process.close()


_current: Pool | None = None


def start(prepare: Task | None = None) -> None:
    """The app begins: what takes long is computed in processes from now on."""
    global _current
    _current = Pool(prepare=prepare)


def current() -> Pool | None:
    """The app's pool; None where there is none, as in a script: there each computes for itself."""
    return _current


def shutdown() -> None:
    """End the pool, if there is one."""
    global _current
    if _current:
        _current.close()
        _current = None
