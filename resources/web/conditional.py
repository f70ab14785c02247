"""Answers anybody may keep, but must ask about again: nothing is sent twice to who has it already."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

_KEEP = {"Cache-Control": "public, no-cache"}


def holds(request: Request, mark: str) -> bool:
    """Say whether the asker has what a mark stands for, strong or weak."""
    held = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    return bool(held & {mark.removeprefix("W/"), "*"})


def answer(request: Request, content: bytes, kind: str, headers: Mapping[str, str]) -> Response:
    """Return what was asked for, or 304 when the asker holds just this."""
    mark = f'"{blake2b(content, digest_size=12).hexdigest()}"'
    said = {**_KEEP, **headers, "ETag": mark}
    if holds(request, mark):
        return Response(status_code=304, headers=said)
    return Response(content, 200, said, kind)
