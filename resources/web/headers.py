"""What every answer tells the browser, errors and files included: run nothing foreign, keep nothing, be framed nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
# Only said over https: a browser that has heard it asks for https for a year.
_ONLY_HTTPS: Final = {"Strict-Transport-Security": "max-age=31536000"}


class Guarded:
    """An application around another that completes the headers of whatever is answered."""

    def __init__(self, app: ASGIApp, *, production: bool) -> None:
        self._app = app
        self._headers = {**HEADERS, **_ONLY_HTTPS} if production else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and complete its answer."""

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, complete if scope["type"] == "http" else send)
