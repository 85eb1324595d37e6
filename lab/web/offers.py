"""Files that a page offers: ``GET /api/take/{token}/{place}`` makes one when its visitor takes it.

An address belongs to the session of a page, not to one run of its script: however often the script runs, a
press gives what was last offered in that place. What a session offers goes with the session.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from lab.pool.refusal import NotComputedError
from lab.pool.work import Gone, LeftError
from lab.web import owner
from lab.web.chart_routes import gone, refused
from runs import log

PATH = "/api/take/{token}/{place}"
MOST = 16  # files that a session offers: those of the pages that it showed last
AT_ONCE = 4  # files that are made for a visitor, or on their way, at one time
THREADS = 2  # that make files, for all visitors
LONGEST = 180  # characters of a file's name, without its ending
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+", re.ASCII)
NOT_OFFERED = "The page does not offer this file any more. Reload the page and take it again."
TOO_MANY = (
    "{} files are on their way to you, as many as one visitor may take at a time. Try again in a moment."
)
ERROR = "The file could not be made; the app's log says why."

Ready = Callable[[str, Gone], Awaitable[None]]

_offers: WeakValueDictionary[str, Offers] = WeakValueDictionary()  # of every session, by their tokens


@dataclass(frozen=True)
class File:
    """A file that can be made.

    Attributes
    ----------
    name : str
        With its ending.
    media : str
        Its media type.
    make : callable
        Gives its content, in a thread; `NotComputedError` where there is none.
    ready : callable, optional
        ``await ready(visitor, gone)`` waits until `make` takes no more than a moment, or until ``gone()``
        ends (`lab.pool.work.Work.ready`).
    """

    name: str
    media: str
    make: Callable[[], bytes | str]
    ready: Ready | None = None

    @property
    def safe_name(self) -> str:
        """The name as any system takes it: plain letters and digits, no folder, not too long."""
        stem, _, ending = UNSAFE.sub("-", self.name).rpartition(".")
        return f"{stem.lstrip('.')[:LONGEST] or 'file'}.{ending}"


class Offers:
    """What a session offers to its visitor, who is None without a cookie. The session alone keeps it."""

    def __init__(self, visitor: str | None) -> None:
        self.visitor, self.token = visitor, secrets.token_urlsafe(16)
        self._files: OrderedDict[str, File] = OrderedDict()
        _offers[self.token] = self

    def put(self, place: str, file: File) -> str:
        """Offer a file instead of what was offered in its place; its address, relative to the app."""
        self._files[place] = file
        self._files.move_to_end(place)
        if len(self._files) > MOST:
            self._files.popitem(last=False)
        return PATH.format(token=self.token, place=place).removeprefix("/")

    def get(self, place: str) -> File | None:
        """What is offered in a place."""
        return self._files.get(place)


class Taking:
    """ASGI endpoint at `PATH`: the file, or plain words on why there is none."""

    def __init__(self) -> None:
        self._makers = ThreadPoolExecutor(THREADS, thread_name_prefix="files")
        self._under_way: Counter[str] = Counter()  # by visitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; a file counts until it is sent."""
        visitor = owner.or_nobody(scope)
        if self._under_way[visitor] >= AT_ONCE:
            many = PlainTextResponse(TOO_MANY.format(AT_ONCE), status_code=429, headers={"Retry-After": "2"})
            await many(scope, receive, send)
            return
        self._under_way[visitor] += 1
        try:
            response = await self._answer(Request(scope, receive), visitor)
            await response(scope, receive, send)
        finally:
            self._under_way[visitor] -= 1
            if not self._under_way[visitor]:
                del self._under_way[visitor]

    async def _answer(self, request: Request, visitor: str) -> Response:
        offers = _offers.get(request.path_params["token"])
        mine = offers is not None and offers.visitor == owner.of(request.scope)
        file = offers.get(request.path_params["place"]) if offers and mine else None
        if file is None:
            return PlainTextResponse(NOT_OFFERED, status_code=404)
        try:
            if file.ready:
                await file.ready(visitor, partial(gone, request))
            content = await asyncio.get_running_loop().run_in_executor(self._makers, file.make)
        except NotComputedError as error:
            return refused(error)
        except LeftError:
            return Response(status_code=204)  # nobody hears it
        except Exception:
            log.note("error", "error", where="a file", file=file.safe_name)
            return PlainTextResponse(ERROR, status_code=500)
        headers = {
            "Content-Disposition": f'attachment; filename="{file.safe_name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(content, media_type=file.media, headers=headers)
