"""Has pictures drawn anew by a process that cannot do harm, and believes nothing of what it answers unseen."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Final

from handoff.attachments import Found
from handoff.recognising import NotOpened

_PROGRAM: Final = Path(__file__).with_name("redrawing.py")
_PATIENCE: Final = 30.0
_LARGEST: Final = 16 * 1024 * 1024
_MEDIA: Final = "image/jpeg"


async def redraw(data: bytes) -> Found:
    """Return a picture as it may be shown; raises NotOpened for one that cannot be read or is built to do harm."""
    # Isolated and with an empty environment: the child learns no secret of ours.
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(_PROGRAM), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            feeding = asyncio.create_task(_feed(child, data))
            told = await _read(child)
            await feeding
            code = await child.wait()
    except TimeoutError:
        raise NotOpened("bomb") from None
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
    if code != 0 or not told:
        # Killed by its own limits, or by a picture that is none.
        raise NotOpened("bomb" if code < 0 else "broken_picture")
    return _found(told)


async def _feed(child: Process, data: bytes) -> None:
    assert child.stdin is not None
    with suppress(BrokenPipeError, ConnectionResetError):
        child.stdin.write(data)
        await child.stdin.drain()
    child.stdin.close()


async def _read(child: Process) -> bytes:
    assert child.stdout is not None
    told = bytearray()
    while piece := await child.stdout.read(1 << 16):
        told += piece
        if len(told) > _LARGEST:
            raise NotOpened("bomb")
    return bytes(told)


def _found(told: bytes) -> Found:
    head, _, rest = told.partition(b"\n")
    try:
        about = json.loads(head)
        whole, small = (int(size) for size in about["sizes"])
        if about.get("trouble"):
            raise NotOpened("bomb")
        picture, thumb = rest[:whole], rest[whole : whole + small]
        width, height = int(about["width"]), int(about["height"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, NotOpened):
            raise
        raise NotOpened("broken_picture") from None
    if not (picture.startswith(b"\xff\xd8\xff") and thumb.startswith(b"\xff\xd8\xff") and len(rest) == whole + small):
        raise NotOpened("broken_picture")
    return Found(_MEDIA, picture, thumb, width, height)
