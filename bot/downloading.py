"""Fetches the photos, voices and files residents send, beside the answers and never before them."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session

from bot import pictures
from bot.channels.base import Fetched, Later, Unfetchable
from bot.channels.opening import Channels
from bot.clock import Clock
from bot.failpoints import Failpoints
from bot.preparing import Credentials
from handoff import accounts, attachments
from handoff.accounts import Platform
from handoff.attachments import Attachment, Found, Sealed
from handoff.recognising import PICTURES, NotOpened, recognise
from handoff.transcript import Kind
from resources.db import EVERYWHERE, Database, database_clock
from resources.sealing import Sealer

T = TypeVar("T")
Guard = Callable[[Coroutine[Any, Any, None], str], Coroutine[Any, Any, bool]]
# Tells the resident, in the bot's approved words, that something could not be taken in.
Refused = Callable[[Session, Attachment, datetime], None]

# What one attempt needs at most: fetching, drawing anew, writing.
LEASE: Final = timedelta(seconds=240)
_AT_ONCE: Final = 3
_LOOK: Final = 0.5
_LONGEST_PAUSE: Final = 600.0
_TRIES: Final = 40  # some five hours
_TRIES_AFTER_ERRORS: Final = 5


def say_nothing(session: Session, row: Attachment, now: datetime) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Errand:
    """One file to fetch."""

    holder: str
    id: uuid.UUID
    custodian: str
    contact_id: uuid.UUID
    kind: Kind
    handle: str
    room: int
    credentials: Credentials


class Downloading:
    """The fetching loop; it belongs to the event loop it was made in."""

    def __init__(
        self,
        database: Database,
        channels: Channels,
        *,
        worker: str,
        guard: Guard,
        now: Clock,
        failpoints: Failpoints,
        refused: Refused = say_nothing,
    ) -> None:
        """`guard` runs a task to its end whatever happens in it, and says whether all went well."""
        self._database = database
        self._channels = channels
        self._worker = worker
        self._guard = guard
        self._now = now
        self._failpoints = failpoints
        self._refused = refused
        self._rounds = itertools.count(1)
        self._loop = asyncio.get_running_loop()
        self._bell = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="files")

    def wake(self) -> None:
        """Tell the loop, from any thread, that something new may wait."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._bell.set)

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch until told to stop; what is under way is left to the next worker."""
        try:
            while not stop.is_set():
                self._bell.clear()
                found: list[Errand] = []

                async def claim(found: list[Errand] = found) -> None:
                    found += await self._aside(self._claim, _AT_ONCE - len(self._tasks))

                if len(self._tasks) < _AT_ONCE:
                    await self._guard(claim(), "claim_files")
                for errand in found:
                    self._start(errand)
                if not found:
                    await self._rest()
        finally:
            for task in self._tasks:
                task.cancel()
            self._pool.shutdown(wait=False)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(_LOOK):
                await self._bell.wait()
        except TimeoutError:
            return

    def _start(self, errand: Errand) -> None:
        task = self._loop.create_task(self._carry(errand))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._bell.set()

    async def _carry(self, errand: Errand) -> None:
        async def broken() -> None:
            await self._aside(self._broken, errand)

        if not await self._guard(self._attempt(errand), "download"):
            await self._guard(broken(), "download")

    async def _attempt(self, errand: Errand) -> None:
        if errand.room <= 0:
            await self._aside(self._refuse, errand, "day_full")
            return
        known = errand.credentials
        channel = await self._channels.of(known.account_id, known.platform, known.token, known.base_url)
        fetched = await channel.fetch(errand.handle, most=errand.room)
        self._failpoints.at("after_download_before_record")
        match fetched:
            case Fetched():
                await self._keep(errand, fetched.content)
            case Unfetchable():
                full = fetched.reason == "too_large" and errand.room < attachments.LARGEST[errand.kind]
                await self._aside(self._refuse, errand, "day_full" if full else fetched.reason)
            case Later():
                await self._aside(self._later, errand, fetched)

    async def _keep(self, errand: Errand, content: bytes) -> None:
        try:
            media = await self._aside(recognise, content, errand.kind)
            found = await pictures.redraw(content) if media in PICTURES else Found(media, content)
        except NotOpened as refusal:
            await self._aside(self._refuse, errand, refusal.reason)
            return
        sealer: Sealer = self._database.info["sealer"]
        parts = await self._aside(attachments.seal_parts, sealer, errand.custodian, errand.contact_id, found)
        for part in parts:
            if not await self._aside(self._write, errand, part):
                return
        await self._aside(self._finish, errand, found, parts)

    # -- the written side: each in a short transaction --------------------------------------------------------------

    def _claim(self, limit: int) -> list[Errand]:
        with self._database.reading(EVERYWHERE) as session:
            if not attachments.anything_waits(session, clock=database_clock(session)):
                return []
        holder = f"{self._worker}/{next(self._rounds)}"
        with self._database.writing(EVERYWHERE) as session:
            rows = attachments.claim(session, worker=holder, clock=database_clock(session), lease=LEASE, limit=limit)
            return [self._errand(session, row, holder) for row in rows]

    def _errand(self, session: Session, row: Attachment, holder: str) -> Errand:
        account = accounts.by_id(session, row.account_id)
        known = Credentials(account.id, Platform(account.platform), accounts.token(session, account), account.api_base_url)
        handle, room = attachments.handle(session, row), attachments.room(session, row, now=self._now())
        return Errand(holder, row.id, row.custodian, row.contact_id, Kind(row.kind), handle, room, known)

    def _write(self, errand: Errand, part: Sealed) -> bool:
        with self._database.writing(errand.custodian) as session:
            row = attachments.hold(session, errand.id, worker=errand.holder)
            if row is None:
                return False
            row.leased_until = database_clock(session) + LEASE
            attachments.write_part(session, row, part)
            return True

    def _finish(self, errand: Errand, found: Found, parts: list[Sealed]) -> None:
        with self._database.writing(errand.custodian) as session:
            row = attachments.hold(session, errand.id, worker=errand.holder)
            if row is not None:
                attachments.finish(session, row, found, parts=parts, now=self._now())

    def _refuse(self, errand: Errand, reason: str) -> None:
        with self._database.writing(errand.custodian) as session:
            row = attachments.hold(session, errand.id, worker=errand.holder)
            if row is None:
                return
            attachments.drop_parts(session, row)
            settle = attachments.lose if reason in ("gone", "unreachable") else attachments.refuse
            settle(row, reason, now=self._now())
            self._refused(session, row, self._now())

    def _later(self, errand: Errand, outcome: Later) -> None:
        with self._database.writing(errand.custodian) as session:
            row = attachments.hold(session, errand.id, worker=errand.holder)
            if row is None:
                return
            if row.attempts < _TRIES:
                seconds = outcome.seconds * (2 ** min(row.attempts - 1, 9) if outcome.grows else 1)
                pause = timedelta(seconds=min(seconds, _LONGEST_PAUSE))
                attachments.try_again(row, at=database_clock(session) + pause)
                return
        self._refuse(errand, "unreachable")

    def _broken(self, errand: Errand) -> None:
        """A file broke our own program: try again a few times, then show it to the desk as not taken in."""
        with self._database.writing(errand.custodian) as session:
            row = attachments.hold(session, errand.id, worker=errand.holder)
            if row is None:
                return
            if row.attempts < _TRIES_AFTER_ERRORS:
                attachments.try_again(row, at=database_clock(session) + timedelta(seconds=5 * row.attempts))
                return
        self._refuse(errand, "broken")

    async def _aside(self, work: Callable[..., T], *given: Any) -> T:
        return await self._loop.run_in_executor(self._pool, work, *given)
