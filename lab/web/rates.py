"""How often and how long a visitor may ask the app's own routes: requests a second, open streams.

Each visitor has an allowance that fills again all the time; who uses it up is told when to come back. Whoever
sends no cookie shares one with all others of that address.
"""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from lab.web import owner
from runs.limits import from_environment

OURS = "/api/"
STREAMS = "/api/stream/"
VISITORS = 10_000  # whose allowances are remembered: the others have a full one
BURST_SECONDS = 4.0  # of requests that may come at once
TOO_MANY = "These are more than {:g} requests a second. Try again in {} s."
TOO_MANY_STREAMS = "You follow {} runs already, as many as one visitor may. Close a page that shows one."


class Allowances:
    """Requests of each visitor: `rate` a second, above 0, and so many seconds' worth of them at once."""

    def __init__(self, rate: float, now: Callable[[], float] = time.monotonic) -> None:
        self.rate, self._most, self._now = rate, max(1.0, rate * BURST_SECONDS), now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # how many, at what time

    def wait(self, visitor: str) -> float:
        """Take one request of the visitor's; 0, or after how many seconds there is one again."""
        now = self._now()
        left, then = self._left.pop(visitor, (self._most, now))
        left = min(self._most, left + (now - then) * self.rate)
        granted = left >= 1
        self._left[visitor] = (left - granted, now)
        if len(self._left) > VISITORS:
            self._left.popitem(last=False)
        return 0.0 if granted else (1 - left) / self.rate


class Rates:
    """ASGI middleware: 429 with Retry-After for who asks more often, or follows more streams, than allowed:
    SAM_SPS_MAX_REQUESTS a second, 40 by default, and SAM_SPS_MAX_STREAMS at one time, 12 by default.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._allowances = Allowances(from_environment("SAM_SPS_MAX_REQUESTS", 40))
        self._most_streams = max(1, int(from_environment("SAM_SPS_MAX_STREAMS", 12)))
        self._streams: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or not scope["path"].startswith(OURS):
            await self._app(scope, receive, send)
            return
        visitor = owner.or_nobody(scope)
        if seconds := self._allowances.wait(visitor):
            retry = math.ceil(seconds)
            text = TOO_MANY.format(self._allowances.rate, retry)
            await _refusal(text, retry)(scope, receive, send)
        elif scope["path"].startswith(STREAMS):
            await self._stream(visitor, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _stream(self, visitor: str, scope: Scope, receive: Receive, send: Send) -> None:
        if self._streams[visitor] >= self._most_streams:
            await _refusal(TOO_MANY_STREAMS.format(self._most_streams), 5)(scope, receive, send)
            return
        self._streams[visitor] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._streams[visitor] -= 1
            if not self._streams[visitor]:
                del self._streams[visitor]


def _refusal(text: str, retry: int) -> PlainTextResponse:
    return PlainTextResponse(text, status_code=429, headers={"Retry-After": str(retry)})
