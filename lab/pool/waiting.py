"""Who waits for what: a visitor has one computation at a time, and visitors take turns.

A newer computation of a visitor takes the place of the older one. One that nobody waits for any more leaves
the queue; if it goes on, whoever computes it is told.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any

from lab.pool.job import Job, Ticket
from lab.pool.refusal import BusyError, NotComputedError, SupersededError
from lab.pool.task import Task

SHORT_SECONDS = 3.0  # longer ones never take all the room there is
VISITORS = 1000  # whose turns are remembered
BUSY = "All places in the queue are taken: {} computations wait. Try again in {} s."
SUPERSEDED = "A newer computation of yours has taken the place of this one."
ENDING = "The app ends."


class Waiting:
    """The queue, and what is at work.

    Parameters
    ----------
    room : jobs at work at one time, at least 1. most : length of the queue.
    stop : is given each job at work that nobody waits for any more.

    Attributes
    ----------
    news : the condition to hold for all but `ask` and `leave`; it is told of every change.
    """

    def __init__(self, room: int, most: int, stop: Callable[[Job], None]) -> None:
        self.news = threading.Condition(threading.RLock())
        self.queue: list[Job] = []
        self.at_work: list[Job] = []  # also those that are about to stop
        self.closed = False
        self._room, self._most, self._stop = room, most, stop
        self._wanted: dict[Hashable, Job] = {}  # that somebody waits for
        self._served: dict[str, float] = {}  # when a visitor's turn was last

    def ask(
        self, visitor: str, key: Hashable, task: Task, seconds: float, keep: Callable[[Any], None]
    ) -> Ticket:
        """Wait for a task of about so many seconds, with others who have asked for the same.

        Any older ticket of this visitor for something else ends with a `SupersededError`.

        Raises
        ------
        BusyError
            If the queue is full.
        """
        with self.news:
            for job in [*self._wanted.values()]:
                if job.key != key:
                    own = [ticket for ticket in job.tickets if ticket.visitor == visitor]
                    self.end(own, SupersededError(SUPERSEDED))
            if self.closed:
                raise NotComputedError(ENDING)
            job = self._wanted.get(key) or self._added(Job(key, task, seconds, keep, visitor))
            return Ticket(visitor, job)

    def leave(self, ticket: Ticket) -> None:
        """Wait no longer; a ticket that has ended may be given back too."""
        with self.news:
            job = ticket.job
            if ticket in job.tickets:
                job.tickets.remove(ticket)
            if job.tickets or self._wanted.get(job.key) is not job:
                return
            del self._wanted[job.key]
            if job in self.queue:
                self.queue.remove(job)
            else:
                self._stop(job)

    def end(self, tickets: list[Ticket], reason: NotComputedError) -> None:
        """Let these hear why there is no result."""
        for ticket in [*tickets]:
            self.leave(ticket)
            ticket.future.set_exception(reason)

    def next(self) -> Job | None:
        """Of the jobs that may begin, one of the visitor whose turn is the longest ago."""
        long = sum(job.seconds > SHORT_SECONDS for job in self.at_work)
        room = long < max(1, self._room - 1)
        jobs = [job for job in self.queue if room or job.seconds <= SHORT_SECONDS]
        return min(jobs, key=lambda job: self._served.get(job.visitor, 0.0), default=None)

    def begin(self, job: Job) -> None:
        """It is at work from now on."""
        self.queue.remove(job)
        self.at_work.append(job)
        self._served.pop(job.visitor, None)
        self._served[job.visitor] = job.began = time.monotonic()
        while len(self._served) > VISITORS:
            del self._served[next(iter(self._served))]
        self.news.notify_all()

    def done(self, job: Job, result: Any, failure: NotComputedError | None) -> None:
        """Let all who wait for a job at work have its result."""
        self.at_work.remove(job)
        if self._wanted.get(job.key) is job:
            del self._wanted[job.key]
        for ticket in job.tickets:
            if failure:
                ticket.future.set_exception(failure)
            else:
                ticket.future.set_result(result)
        job.tickets.clear()
        self.news.notify_all()

    def close(self) -> None:
        """Who waits hears that the app ends."""
        with self.news:
            self.closed = True
            for job in [*self._wanted.values()]:
                self.end(job.tickets, NotComputedError(ENDING))
            self.news.notify_all()

    def _added(self, job: Job) -> Job:
        if len(self.queue) >= self._most:
            left = sum(one.left() for one in [*self.queue, *self.at_work]) / self._room
            retry = round(min(60.0, max(5.0, left)))
            raise BusyError(BUSY.format(len(self.queue), retry), retry)
        self._wanted[job.key] = job
        self.queue.append(job)
        self.news.notify_all()
        return job
