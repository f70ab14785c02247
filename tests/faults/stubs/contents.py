"""The ways in which a platform hands out what residents sent, and fails to."""

import asyncio
from collections.abc import Iterable
from enum import StrEnum

from aiohttp import web

from tests.faults.stubs.server import CUT, MAX_BODY

_PIECE = 64 * 1024


class Way(StrEnum):
    """What happens to one request for a content."""

    WHOLE = "whole"
    PREPARING = "preparing"  # 202: it is still being made ready
    GONE = "gone"  # 410: it was deleted after a while
    BUSY = "busy"  # 429
    BROKEN = "broken"  # 500
    SLOW = "slow"  # it comes drop by drop, for longer than anybody waits
    CUT = "cut"  # the connection breaks in the middle
    ENDLESS = "endless"  # it says nothing of its size and does not end
    ELSEWHERE = "elsewhere"  # a redirect to another host
    MISNAMED = "misnamed"  # it is announced as a web page


async def serve(
    request: web.BaseRequest, data: bytes, media: str, way: Way, *, elsewhere: str = "http://127.0.0.2:9/"
) -> web.StreamResponse:
    """Hand a content out as the way says."""
    match way:
        case Way.PREPARING:
            return web.Response(status=202)
        case Way.GONE:
            return web.json_response({"message": "Gone"}, status=410)
        case Way.BUSY:
            return web.json_response({"message": "Too many"}, status=429)
        case Way.BROKEN:
            return web.json_response({"message": "Internal server error"}, status=500)
        case Way.ELSEWHERE:
            return web.Response(status=302, headers={"Location": elsewhere})
        case Way.SLOW | Way.CUT | Way.ENDLESS:
            return await _stream(request, data, media, way)
    return web.Response(body=data, content_type="text/html" if way is Way.MISNAMED else media)


async def _stream(request: web.BaseRequest, data: bytes, media: str, way: Way) -> web.StreamResponse:
    length = {} if way is Way.ENDLESS else {"Content-Length": str(len(data))}
    answer = web.StreamResponse(headers=length)
    answer.content_type = media
    await answer.prepare(request)
    try:
        if way is Way.ENDLESS:
            for _ in range(20 * MAX_BODY // _PIECE):
                await answer.write(data[:16] + b"\0" * _PIECE)
        elif way is Way.CUT:
            await answer.write(data[: len(data) // 2])
            request[CUT] = True
            if request.transport is not None:
                request.transport.close()
        else:
            await answer.write(data[:1])
            await asyncio.sleep(30)
    except ConnectionError:
        request[CUT] = True
    return answer


def next_way(ways: dict[str, list[Way]], key: str) -> Way:
    """Take the next way for this content; without one it comes whole."""
    waiting = ways.get(key)
    return waiting.pop(0) if waiting else Way.WHOLE


def plan(ways: dict[str, list[Way]], key: str, these: Iterable[Way]) -> None:
    """Let these ways be taken first."""
    ways.setdefault(key, []).extend(these)
