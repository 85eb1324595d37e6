"""Open streams end when the app is told to end: the server waits for every answer before it goes."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType

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
    """Have SIGINT and SIGTERM end the streams first, and then do what they did before.

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
        end()
        former(number, frame)

    return handle
