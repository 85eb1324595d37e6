"""Who a visitor is: a random name in a signed cookie that scripts in the browser cannot read.

The middleware gives one to every browser that opens a page without a valid one. It proves nothing about a
person; it only tells the browser that started a run from those that have its link.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, MutableMapping
from functools import cache
from typing import Any

from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lab.web.headers import frame_ancestors
from runs.store import home

COOKIE = "sam_sps_owner"
YEAR = 365 * 24 * 3600


@cache
def _key() -> bytes:
    return home.secret(home.folder())


def new_owner() -> str:
    """A new random name of 128 bits."""
    return secrets.token_urlsafe(16)


def sign(owner: str) -> str:
    """The cookie's value for an owner: name, dot, HMAC-SHA-256."""
    return f"{owner}.{signature(owner)}"


def signature(text: str) -> str:
    """The HMAC-SHA-256 of a text under the app's secret, in hexadecimal digits."""
    return hmac.new(_key(), text.encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two texts are equal, found in a time that does not depend on where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def verify(value: object) -> str | None:
    """The owner that a cookie names, None if it is not one of ours."""
    if not isinstance(value, str):
        return None
    owner, _, _signature = value.rpartition(".")
    return owner if owner and same(sign(owner), value) else None


def of_session(cookies: Mapping[str, str], session: MutableMapping[str, Any]) -> str:
    """Who looks at a page: the owner in the browser's cookie; without one, a name for this session."""
    return verify(cookies.get(COOKIE)) or str(session.setdefault("visitor", new_owner()))


class OwnerCookie:
    """ASGI middleware: a browser without a valid cookie that opens a page gets one.

    Where another site may show the app in a frame, a browser that speaks TLS has one for each such site: no
    other cookie would come back from there.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        framed = bool({*frame_ancestors().split()} - {"'self'", "'none'"})
        self._over_tls = "SameSite=None; Secure; Partitioned" if framed else "SameSite=Lax; Secure"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the cookie to the answer where it is needed."""
        if not _opens_a_page(scope) or of(scope) is not None:
            await self._app(scope, receive, send)
            return
        sent_along = self._over_tls if scope.get("scheme") == "https" else "SameSite=Lax"
        cookie = f"{COOKIE}={sign(new_owner())}; Path=/; Max-Age={YEAR}; HttpOnly; {sent_along}".encode()

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                # A page that carries a name must not be kept for others.
                headers = [h for h in message.get("headers", []) if h[0].lower() != b"cache-control"]
                cookie_headers = [(b"set-cookie", cookie), (b"cache-control", b"no-store")]
                message = {**message, "headers": [*headers, *cookie_headers]}
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _header(scope: Scope, name: bytes) -> str:
    return b"; ".join(value for key, value in scope["headers"] if key == name).decode("latin-1")


def _opens_a_page(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] == "GET" and "text/html" in _header(scope, b"accept")


def of(scope: Scope) -> str | None:
    """The owner whose browser makes this request or holds this websocket, None without a valid cookie."""
    return verify(cookie_parser(_header(scope, b"cookie")).get(COOKIE))


def or_nobody(scope: Scope) -> str:
    """The same; without a cookie all who come from one address are one visitor."""
    return of(scope) or f"nobody at {(scope.get('client') or ('',))[0]}"
