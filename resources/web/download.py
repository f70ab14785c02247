"""A file that a page hands out: kept by no cache, under a name from which nothing can become a header."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response


def download(content: bytes, kind: str, plain: str, shown: str = "") -> Response:
    """Return a file of a kind; `plain` is its name in Latin letters, `shown` the one people read where there is another."""
    named = f"attachment; filename=\"{plain}\"" + (f"; filename*=UTF-8''{quote(shown, safe='')}" if shown else "")
    return Response(content, media_type=kind, headers={"Content-Disposition": named, "Cache-Control": "no-store"})
