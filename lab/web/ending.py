"""Open streams end when the app is asked to end: the server waits for every answer before it goes."""

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
    """Whether the app was asked to end."""
    return _asked.is_set()


def wake(news: asyncio.Event) -> tuple[asyncio.AbstractEventLoop, asyncio.Event]:
    """Have `news` set when the app is asked to end; `forget` takes what this returns."""
    entry = (asyncio.get_running_loop(), news)
    _waiting.add(entry)
    return entry


def forget(entry: tuple[asyncio.AbstractEventLoop, asyncio.Event]) -> None:
    """The stream has ended."""
    _waiting.discard(entry)


def end() -> None:
    """Have every open stream end."""
    _asked.set()
    for loop, news in tuple(_waiting):
        loop.call_soon_threadsafe(news.set)


def on_signals() -> None:
    """End the streams at SIGINT and SIGTERM, before whatever the server does then; at its start."""
    _asked.clear()
    if threading.current_thread() is not threading.main_thread():  # only there can signals be handled
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
