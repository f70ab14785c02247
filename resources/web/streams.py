"""Pages that stay open and are told, within a second, that something in the database moved; never what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from sqlalchemy.orm import Session
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from resources.changes import AWAY, Changes
from resources.db import Database

BEGUN: Final = b"retry: 3000\n\n"
MOVED: Final = b"event: moved\ndata:\n\n"
BEAT: Final = b": here\n\n"
_LOOK: Final = 0.7  # seconds between two looks at the database
_BEATS: Final = 15.0  # seconds between signs of life, so that no proxy takes the line for dead
_PROOF: Final = 20.0  # seconds until everybody is asked again whether they may still listen
_AWAY: Final = 3.0  # seconds to wait when the database does not answer
_UNREAD: Final = 8  # lines a browser may leave unread before it is let go
_FAREWELL: Final = 2.0

StillMay = Callable[[Session], bool]


class Listener:
    """One open page: what it still has to be told, and whether the person may hear it."""

    def __init__(self, may: StillMay) -> None:
        self.may = may
        self.lines: asyncio.Queue[bytes] = asyncio.Queue(_UNREAD)
        self.gone = asyncio.Event()

    def tell(self, line: bytes) -> None:
        """Add a line; who does not read is let go and comes back by itself."""
        try:
            self.lines.put_nowait(line)
        except asyncio.QueueFull:
            self.leave()

    def leave(self) -> None:
        """End the stream."""
        self.gone.set()
        if not self.lines.full():
            self.lines.put_nowait(b"")


class Streams:
    """All open pages of one process, and the one watcher that runs only while there are any."""

    def __init__(self, database: Database, *, look: float = _LOOK, proof: float = _PROOF) -> None:
        self._database = database
        self._changes = Changes(database)
        self._look, self._proof = look, proof
        self._listeners: set[Listener] = set()
        self._watching: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def count(self) -> int:
        """How many pages are open."""
        return len(self._listeners)

    @property
    def watching(self) -> bool:
        """Whether somebody looks at the database."""
        return self._watching is not None and not self._watching.done()

    @property
    def closed(self) -> bool:
        """Whether the server is about to end."""
        return self._closed

    def join(self, listener: Listener) -> None:
        """Let a page listen."""
        self._listeners.add(listener)
        if not self.watching:
            self._watching = asyncio.create_task(self._watch())

    def part(self, listener: Listener) -> None:
        """Forget a page."""
        self._listeners.discard(listener)

    def tell(self, line: bytes) -> None:
        """Tell every page."""
        for listener in tuple(self._listeners):
            listener.tell(line)

    def close(self) -> None:
        """End all streams, because the server ends; browsers come back when it is there again."""
        self._closed = True
        for listener in tuple(self._listeners):
            listener.leave()

    async def _watch(self) -> None:
        clock = asyncio.get_running_loop().time
        known, beat, proved = "", clock(), clock()
        try:
            while self._listeners and not self._closed:
                try:
                    mark = await asyncio.to_thread(self._changes.mark)
                    if clock() - proved >= self._proof:
                        await self._prove()
                        proved = clock()
                except AWAY:
                    # Whatever happened meanwhile: when the database is back, everybody looks.
                    self._changes.close()
                    known = "away"
                    await asyncio.sleep(min(_AWAY, self._look * 4))
                    continue
                if known and mark != known:
                    self.tell(MOVED)
                known = mark
                if clock() - beat >= _BEATS:
                    self.tell(BEAT)
                    beat = clock()
                await asyncio.sleep(self._look)
        finally:
            self._changes.close()

    async def _prove(self) -> None:
        asked = tuple(self._listeners)
        may = await asyncio.to_thread(self._ask, asked)
        for listener in asked:
            if listener not in may:
                listener.leave()

    def _ask(self, asked: tuple[Listener, ...]) -> set[Listener]:
        with self._database.reading() as session:
            return {listener for listener in asked if listener.may(session)}


class Stream(Response):
    """An answer that goes on until the page is closed, its person may no longer listen, or the server ends."""

    media_type = "text/event-stream"

    def __init__(self, streams: Streams, may: StillMay) -> None:
        super().__init__(status_code=200, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._streams = streams
        self._may = may

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send lines as they come."""
        listener = Listener(self._may)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        speaking = asyncio.create_task(_speak(listener, send))
        leaving = asyncio.create_task(_until_closed(receive, listener))
        self._streams.join(listener)
        try:
            await listener.gone.wait()
        finally:
            self._streams.part(listener)
            leaving.cancel()
            await asyncio.wait({speaking}, timeout=_FAREWELL)
            speaking.cancel()


async def _speak(listener: Listener, send: Send) -> None:
    line, gone = BEGUN, listener.gone
    while not gone.is_set():
        await send({"type": "http.response.body", "body": line, "more_body": True})
        line = await listener.lines.get()
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_closed(receive: Receive, listener: Listener) -> None:
    with suppress(OSError):
        while (await receive())["type"] != "http.disconnect":
            pass
    listener.leave()
