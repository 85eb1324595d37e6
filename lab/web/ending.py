"""The app ends when it is told to, whatever it does.

Open streams end at once, since the server waits for every answer before it goes, and so do the workers. What
still computes after some seconds is left where it is: the process ends.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

import runs
from lab.pool import pool

LAST_SECONDS = 4.0  # from the signal to the end of a process that does not end by itself
CLOSE_SECONDS = 0.5
Handler = Callable[[int, FrameType | None], object]
_asked = threading.Event()
_waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()


def asked() -> bool:
    """Whether the app was told to end."""
    return _asked.is_set()


def wake(news: asyncio.Event) -> tuple[asyncio.AbstractEventLoop, asyncio.Event]:
    """Have `news` set when the app is told to end, until `forget` is called with what this returns."""
    entry = (asyncio.get_running_loop(), news)
    _waiting.add(entry)
    return entry


def forget(entry: tuple[asyncio.AbstractEventLoop, asyncio.Event]) -> None:
    """The stream has ended: there is nothing to wake any more."""
    _waiting.discard(entry)


def end() -> None:
    """Have every open stream end."""
    _asked.set()
    for loop, news in tuple(_waiting):
        loop.call_soon_threadsafe(news.set)


def begin() -> None:
    """The app begins: streams stay open from now on."""
    _asked.clear()


def on_signals() -> None:
    """Have SIGINT and SIGTERM end streams, workers and process, and do what they did before.

    It is called at the app's start, when the server has set its own handlers.
    """
    begin()
    if threading.current_thread() is not threading.main_thread():  # no other may handle signals
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        former = signal.getsignal(number)
        if callable(former):
            signal.signal(number, _before(former))


def _before(former: Handler) -> Handler:
    def handle(number: int, frame: FrameType | None) -> None:
        if not _asked.is_set():
            threading.Thread(target=_leave, args=(number,), name="ending", daemon=True).start()
        end()
        former(number, frame)

    return handle


def _leave(number: int) -> None:
    """End the workers now, and the process when its time has come; it may have ended by itself before."""
    deadline = time.monotonic() + LAST_SECONDS
    _close(LAST_SECONDS)
    time.sleep(max(0.0, deadline - time.monotonic()))
    _close(CLOSE_SECONDS)  # somebody may have asked for an engine meanwhile
    os._exit(128 + number)


def _close(seconds: float) -> None:
    """End compute processes and the run engine, within these seconds if it can be done."""
    closing = [
        threading.Thread(target=target, name="ending-processes", daemon=True)
        for target in (pool.shutdown, runs.shutdown)
    ]
    deadline = time.monotonic() + seconds
    for thread in closing:
        thread.start()
    for thread in closing:
        thread.join(max(0.0, deadline - time.monotonic()))
