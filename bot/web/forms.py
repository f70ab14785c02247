"""What a browser brings to the page /chat: forms of ours, not too large and not too slow."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import ClientDisconnect, Request

_FORM: Final = 64 * 1024
# How long a browser may take to bring a form.
_BRINGING: Final = 20


class NotAForm(Exception):
    """What a browser brought is no form of ours, or came too slowly."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def same_origin(request: Request) -> bool:
    """Whether a form was sent from a page of ours; browsers say so themselves."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


async def brought(request: Request) -> dict[str, str]:
    """Return the fields of a form; raises NotAForm with the status to answer."""
    body = b""
    try:
        async with asyncio.timeout(_BRINGING):
            async for part in request.stream():
                body += part
                if len(body) > _FORM:
                    raise NotAForm(413)
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))
    except (TimeoutError, ClientDisconnect) as error:
        raise NotAForm(408) from error
    except ValueError as error:
        raise NotAForm(400) from error


def degrees(value: str | None) -> float | None:
    """Return a number of degrees, None when it is none."""
    try:
        return float(value) if value else None
    except ValueError:
        return None
