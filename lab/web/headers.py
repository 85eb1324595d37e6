"""What the browser may do on the app's pages: a content security policy, and who may show them in a frame."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path

import streamlit
from starlette.types import ASGIApp, Message, Receive, Scope, Send

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
FRAMES = (
    "SAM_SPS_FRAME_ANCESTORS"  # sources parted by blanks, as in the policy: 'none', https://school.example
)
SOURCE = re.compile(r"'(self|none)'|\*|https?://[A-Za-z0-9.*:-]+|https?:")


def frame_ancestors() -> str:
    """Who may show the app in a frame, from the environment; by default pages of the same server.

    Raises
    ------
    ValueError
        For anything that is not a source of a policy.
    """
    text = os.environ.get(FRAMES, "") or "'self'"
    if not all(SOURCE.fullmatch(source) for source in text.split()):
        raise ValueError(f"{FRAMES} must be sources such as 'self' or https://school.example, got {text!r}")
    return " ".join(text.split())


def policy() -> str:
    """The content security policy: nothing from elsewhere; of scripts in the page those of Streamlit's index.

    Streamlit and Plotly write styles into the page, and Plotly makes pictures from data.
    """
    found = INLINE.findall(INDEX.read_text(encoding="utf-8"))
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in found)
    inline = " ".join(f"'sha256-{digest}'" for digest in digests)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {inline}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' ws: wss: data: blob:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {frame_ancestors()}",
        )
    )


class SecurityHeaders:
    """ASGI middleware: every answer has the policy, and is taken for what it says it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        headers = {
            "Content-Security-Policy": policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        }
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._names = {name for name, _ in self._headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [one for one in message.get("headers", []) if one[0].lower() not in self._names]
                message = {**message, "headers": [*others, *self._headers]}
            await send(message)

        await self._app(scope, receive, send_with_headers)
