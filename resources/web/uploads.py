"""Reads a form that brings a file (multipart/form-data), piece by piece and never more than is allowed."""

from __future__ import annotations

import asyncio
import re
from typing import Final

from starlette.requests import Request

from resources.web.console import FormTooLarge, Upload

LARGEST: Final = 32 * 1024 * 1024
_FIELDS: Final = 64 * 1024
# How long a browser may take to bring a large file over a slow line.
_PATIENCE: Final = 300
_BOUNDARY = re.compile(r'boundary="?([^";,]{1,70})"?')
_NAME = re.compile(rb'[;\s]name="([^"]*)"')
_FILE = re.compile(rb'[;\s]filename="([^"]*)"')
_TYPE: Final = "multipart/form-data"


def is_one(request: Request) -> bool:
    """Say whether a request brings a file."""
    return request.headers.get("content-type", "").startswith(_TYPE)


async def read(request: Request) -> tuple[dict[str, str], Upload | None]:
    """Return the fields and the file; what is beyond the limit is heard to its end and not kept; raises FormTooLarge."""
    body, too_large = bytearray(), False
    async with asyncio.timeout(_PATIENCE):
        async for chunk in request.stream():
            too_large = too_large or len(body) + len(chunk) > LARGEST + _FIELDS
            if not too_large:
                body += chunk
    boundary = _BOUNDARY.search(request.headers.get("content-type", ""))
    if boundary is None:
        raise FormTooLarge(FormTooLarge.__doc__)
    return _parted(bytes(body), b"--" + boundary[1].encode(), too_large)


def _parted(body: bytes, boundary: bytes, too_large: bool) -> tuple[dict[str, str], Upload | None]:
    fields: dict[str, str] = {}
    upload: Upload | None = None
    for part in (b"\r\n" + body).split(b"\r\n" + boundary)[1:]:
        head, gap, content = part.partition(b"\r\n\r\n")
        name, file = _NAME.search(head), _FILE.search(head)
        if not gap or name is None:
            continue
        if file is not None:
            called = file[1].decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2]
            called = called.replace("%22", '"').replace("\0", "")[:200]
            large = too_large or len(content) > LARGEST
            upload = Upload(called, b"" if large else content, large) if called else upload
        elif len(fields) < 20 and len(content) < _FIELDS:
            fields[name[1].decode("utf-8", "replace")] = content.decode("utf-8", "replace").replace("\0", "")
    return fields, upload
