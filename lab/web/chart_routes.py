"""Charts that come from an address: a page's figures as a function of the page's values alone.

A chart with a `Source` is sent as its address only; the browser fetches the figures of all charts of the
page from there at once. So it need not wait for the script: when a slider moves, it asks for the figures of
the new value itself, ahead of the script's run, which sends the same address later.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import plotly.graph_objects as go
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from lab.params import Config
from lab.pool import pool as pools
from lab.pool.refusal import NotComputedError
from lab.pool.task import Task
from lab.pool.work import Gone, LeftError
from lab.ui import link
from lab.ui.cache import Cache
from lab.ui.drawing import Drawing
from lab.ui.figure_json import written
from lab.web import owner
from lab.web.ahead import DRAWING_SECONDS, is_ahead, under_way, until_all
from lab.web.turns import SCRIPTS

# Figures that are built at the same time wait for the same interpreter: more threads make none quicker.
THREAD = ThreadPoolExecutor(1, "figures")

C = TypeVar("C", bound=Config)
Figures = Mapping[str, go.Figure | Drawing]
Ready = Callable[[C, str, Gone], Awaitable[None]]


async def _at_once(_config: object, _visitor: str, _gone: Gone) -> None:
    """Nothing to wait for."""


async def gone(request: Request) -> None:
    """Wait until the browser does not wait for the answer any more."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def refused(error: NotComputedError) -> Response:
    """The answer that says why there is nothing, and when to come back."""
    headers = {"Retry-After": str(error.retry_seconds)} if error.retry_seconds else {}
    return PlainTextResponse(str(error), status_code=error.status, headers=headers)


@dataclass(frozen=True)
class Source:
    """Where a chart's figure is: the address of its page's figures, its name there, its height in pixels."""

    address: str
    name: str
    height: int = 330


class Charts(Generic[C]):
    """The charts of one page.

    Parameters
    ----------
    kind : type of Config
        The page's configuration.
    build : callable
        From a configuration to its figures by name.
    follows : callable
        Whether a configuration may be computed on the move of a slider; where not, the script computes it
        first, with its progress shown.
    ready : callable, optional
        ``await ready(config, visitor, gone)`` waits until `build` takes no more than a moment, or until
        ``gone()`` ends (`lab.pool.work.Work.ready`).
    unused : tuple of str
        Names of values that the charts do not depend on.
    beside : callable, optional
        From a configuration to the `Task` that draws its figures in a process beside the app, None where it
        must not. The task gives what `written` does, and what `keep` is to be given.
    keep : callable, optional
        ``keep(config, result)`` keeps what such a task has found beside the figures.
    """

    def __init__(
        self,
        kind: type[C],
        build: Callable[[C], Figures],
        follows: Callable[[C], bool],
        ready: Ready[C] = _at_once,
        unused: tuple[str, ...] = (),
        beside: Callable[[C], Task | None] = lambda _config: None,
        keep: Callable[[C, Any], None] = lambda _config, _result: None,
    ) -> None:
        self.kind = kind
        self._build = build
        self._follows = follows
        self._ready = ready
        self._unused = unused
        self._beside, self._keep = beside, keep
        self._drawing = 0
        self._bodies: Cache[str] = Cache(24)

    @property
    def path(self) -> str:
        """Where the figures are served."""
        return f"/api/charts/{self.kind.page}"

    def query(self, config: C) -> str:
        """The values that the charts depend on, as in a link."""
        asked = link.encode(config)
        return urlencode({key: text for key, text in asked.items() if key not in self._unused})

    def source(self, config: C, name: str) -> Source:
        """The source of one chart."""
        return Source(f"{self.path[1:]}?{self.query(config)}", name)

    def body(self, config: C) -> str:
        """All figures as one JSON object, by name."""
        return self._bodies.get(self.query(config), lambda: self.written(config))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if not is_ahead(scope):
            await (await self.answer(Request(scope, receive)))(scope, receive, send)
            return
        async with under_way(scope) as ask:
            response = await self.answer(Request(scope, receive))
            await response(scope, receive, send)
            ask.answered.set()
            if response.status_code == 200:
                await until_all([ask.drawn], DRAWING_SECONDS)

    async def answer(self, request: Request) -> Response:
        """Serve the figures; 400 for values that are not allowed, 503 for slow ones asked for ahead.

        Where they are not computed the answer says why: `lab.pool.refusal`.
        """
        config, notices = link.decode(self.kind, dict(request.query_params))
        if notices:
            return PlainTextResponse("\n".join(notices), status_code=400)
        known = self._bodies.has(self.query(config))
        if is_ahead(request.scope) and not (known or self._follows(config)):
            return PlainTextResponse("This takes longer than the move of a slider.", status_code=503)
        try:
            if not known:
                await self._ready(config, owner.or_nobody(request.scope), partial(gone, request))
            body = await self._drawn(config)
        except NotComputedError as error:
            return refused(error)
        except LeftError:
            return Response(status_code=204)  # nobody hears it
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})

    async def _drawn(self, config: C) -> str:
        """The body, from where it comes soonest."""
        pool, query = pools.current(), self.query(config)
        task = self._beside(config) if pool and not self._bodies.has(query) else None
        if pool and task and self._is_busy() and pool.beside.is_ready():
            found = await pool.beside.compute(task)
            if found:
                body, result = found
                self._keep(config, result)
                self._bodies.put(query, body)
                return str(body)
        self._drawing += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(THREAD, self.body, config)
        finally:
            self._drawing -= 1

    def _is_busy(self) -> bool:
        return self._drawing > 0 or SCRIPTS.going

    def written(self, config: C) -> str:
        """All figures as one JSON object, drawn anew."""
        figures = self._build(config)
        parts = (f"{json.dumps(name)}:{written(fig)}" for name, fig in figures.items())
        return "{" + ",".join(parts) + "}"
