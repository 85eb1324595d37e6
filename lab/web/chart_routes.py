"""Charts that come from an address: a page's figures as a function of the page's values alone.

A chart with a `Source` is sent as its address only; the browser fetches the figures of all charts of the
page from there at once. So it need not wait for the script: when a slider moves, it asks for the figures of
the new value itself, ahead of the script's run, which sends the same address later.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import plotly.graph_objects as go
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from lab.params import Value, defaults
from lab.ui import link
from lab.ui.cache import Cache
from lab.ui.figure_json import written
from lab.web.ahead import DRAWING_SECONDS, is_ahead, under_way, until_all

Figures = Mapping[str, go.Figure]


@dataclass(frozen=True)
class Source:
    """Where a chart's figure is: the address of its page's figures, its name there, its height in pixels."""

    address: str
    name: str
    height: int = 330


class Charts:
    """The charts of one page.

    Parameters
    ----------
    page : str
        A key of `lab.params.PAGES`.
    build : callable
        From the page's values to its figures by name.
    is_quick : callable
        Whether those values may be computed on the move of a slider; where not, the script computes them
        first, with its progress shown.
    unused : tuple of str
        Values that the charts do not depend on.
    """

    def __init__(
        self,
        page: str,
        build: Callable[[Mapping[str, Value]], Figures],
        is_quick: Callable[[Mapping[str, Value]], bool],
        unused: tuple[str, ...] = (),
    ) -> None:
        self.page = page
        self._build = build
        self._is_quick = is_quick
        self._unused = unused
        self._bodies: Cache[str] = Cache(24)

    @property
    def path(self) -> str:
        """Where the figures are served."""
        return f"/api/charts/{self.page}"

    def query(self, values: Mapping[str, Value]) -> str:
        """The values that the charts depend on, as in a link."""
        asked = link.encode(self.page, values)
        return urlencode({key: text for key, text in asked.items() if key not in self._unused})

    def source(self, values: Mapping[str, Value], name: str) -> Source:
        """The source of one chart."""
        return Source(f"{self.path[1:]}?{self.query(values)}", name)

    def body(self, values: Mapping[str, Value]) -> str:
        """All figures as one JSON object, by name."""
        return self._bodies.get(self.query(values), lambda: self._written(values))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if not is_ahead(scope):
            await (await self.answer(Request(scope)))(scope, receive, send)
            return
        async with under_way(scope) as ask:
            response = await self.answer(Request(scope))
            await response(scope, receive, send)
            ask.answered.set()
            if response.status_code == 200:
                await until_all([ask.drawn], DRAWING_SECONDS)

    async def answer(self, request: Request) -> Response:
        """Serve the figures; 400 for values that are not allowed, 503 for slow ones asked for ahead."""
        asked, notices = link.decode(self.page, dict(request.query_params))
        if notices:
            return PlainTextResponse("\n".join(notices), status_code=400)
        values = defaults(self.page) | asked
        if is_ahead(request.scope) and not (self._bodies.has(self.query(values)) or self._is_quick(values)):
            return PlainTextResponse("This takes longer than the move of a slider.", status_code=503)
        body = await asyncio.to_thread(self.body, values)
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})

    def _written(self, values: Mapping[str, Value]) -> str:
        figures = self._build(values)
        parts = (f"{json.dumps(name)}:{written(fig)}" for name, fig in figures.items())
        return "{" + ",".join(parts) + "}"
