"""What Streamlit's upload route takes: it holds every file in memory until its session is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from lab.uploads.limits import Limits

ROUTE = "/_stcore/upload_file/"
WRAPPING_BYTES = 10_000  # of the form that a file comes in
OF_A_SESSION = 2  # files: that which a page has, and the one that takes its place
HELD = 25  # times the size of the largest file: of all sessions together
NO_LENGTH = "An upload has to say its length."
TOO_LARGE = "The file is larger than {:g} MB."
FULL = "Others bring files just now; try again in a minute."


class UploadBounds:
    """ASGI middleware: refuses an upload that is too large, or too much beside the others that are held; of
    each session only the newest files are kept.

    Parameters
    ----------
    app : ASGIApp
    files : callable, optional
        Where the files are held.
    """

    def __init__(self, app: ASGIApp, files: Callable[[], MemoryUploadedFileManager] | None = None) -> None:
        self._app, self._files = app, files or _of_the_app
        self._mb = Limits.read().mb
        self._largest = self._mb * 2**20  # as the field in the browser counts
        self._coming = 0.0  # bytes on their way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or scope["method"] != "PUT" or ROUTE not in scope["path"]:
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "")
        if not told.isascii() or not told.isdecimal():
            await PlainTextResponse(NO_LENGTH, 411)(scope, receive, send)
        elif (size := int(told)) > self._largest + WRAPPING_BYTES:
            await PlainTextResponse(TOO_LARGE.format(self._mb), 413)(scope, receive, send)
        elif self._held() + self._coming + size > HELD * self._largest:
            await PlainTextResponse(FULL, 503)(scope, receive, send)
        else:
            await self._take(size, scope, receive, send)

    async def _take(self, size: int, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_tidy(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 300:
                self._forget_older(scope["path"].partition(ROUTE)[2].partition("/")[0])
            await send(message)

        self._coming += size
        try:
            await self._app(scope, receive, send_and_tidy)
        finally:
            self._coming -= size

    def _held(self) -> int:
        return sum(one.byte_length for stats in self._files().get_stats().values() for one in stats)

    def _forget_older(self, session: str) -> None:
        held = self._files()
        for file in list(held.file_storage.get(session, ()))[:-OF_A_SESSION]:
            held.remove_file(session, file)


def _of_the_app() -> MemoryUploadedFileManager:
    return cast(MemoryUploadedFileManager, runtime.get_instance().uploaded_file_mgr)
