"""Fetches Telegram's updates for bots that have no public address: raw, one bad update never holds back the others."""

from __future__ import annotations

import asyncio
import importlib
import json
import uuid
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from bot.channels.base import Arrival
from bot.channels.reading import fingerprint
from bot.channels.telegram_webhook import ALLOWED_UPDATES, arrival
from bot.clock import Clock, real
from bot.doors import Door
from bot.inbox import Acceptor, NotStored
from handoff import accounts
from handoff.accounts import Account, Platform
from resources.db import EVERYWHERE, Database

if TYPE_CHECKING:
    from bot.channels.telegram import AiohttpRequest

_LONG_POLL: Final = 25
_LOOK: Final = 3.0
_STORE: Final = 10.0
_PAUSES: Final = (1.0, 2.0, 5.0, 10.0, 30.0)


class Polling:
    """One poll under way for each polling bot; only the leading worker polls, for Telegram bears one at a time."""

    def __init__(
        self,
        database: Database,
        acceptor: Acceptor,
        *,
        guard: Callable[[Coroutine[Any, Any, Any], str], Coroutine[Any, Any, bool]],
        leads: Callable[[], bool],
        now: Clock,
    ) -> None:
        self._database = database
        self._acceptor = acceptor
        self._guard = guard
        self._leads = leads
        self._now = now
        self._tasks: dict[tuple[uuid.UUID, str, str], asyncio.Task[None]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Keep a poll going for each polling bot, also for those added or changed meanwhile."""
        try:
            while not stop.is_set():
                await self._guard(self._look(), "polling")
                await asyncio.sleep(_LOOK)
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _look(self) -> None:
        wanted = await asyncio.to_thread(self._polled) if self._leads() else {}
        for key in [key for key, task in self._tasks.items() if key not in wanted or task.done()]:
            self._tasks.pop(key).cancel()
        for key, door in wanted.items():
            if key not in self._tasks:
                self._tasks[key] = asyncio.create_task(self._poll(door, key[1], key[2]))

    def _polled(self) -> dict[tuple[uuid.UUID, str, str], Door]:
        with self._database.reading(EVERYWHERE) as session:
            return {
                (row.id, accounts.token(session, row), row.api_base_url): Door(
                    row.id, row.custodian, Platform.TELEGRAM, row.name, b"", ""
                )
                for row in accounts.active(session)
                if row.platform == Platform.TELEGRAM and row.polling
            }

    async def _poll(self, door: Door, token: str, base_url: str) -> None:
        await asyncio.to_thread(importlib.import_module, "bot.channels.telegram")
        from bot.channels.telegram import HOST, AiohttpRequest

        request = AiohttpRequest(10.0)
        address = f"{base_url or HOST}/bot{token}"
        failures = 0
        try:
            while True:
                trouble: list[str] = []
                good = await self._guard(self._fetch(request, address, door, trouble), "polling")
                failures = 0 if good and not trouble else failures + 1
                if failures:
                    await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES)) - 1])
        finally:
            await request.shutdown()

    async def _fetch(self, request: AiohttpRequest, address: str, door: Door, trouble: list[str]) -> None:
        from bot.channels.telegram import Flood, NoAnswer, NotSent, PlatformError

        offset = await asyncio.to_thread(self._offset, door)
        fields = {"timeout": str(_LONG_POLL), "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        if offset is not None:
            fields["offset"] = str(offset)
        try:
            status, answer = await request.ask(f"{address}/getUpdates", fields, wait=_LONG_POLL + 10)
            if status == 409 and "webhook" in str(answer):
                # The operator has decided for polling; nothing that waits is dropped.
                await request.ask(f"{address}/deleteWebhook", {"drop_pending_updates": "false"}, wait=10)
                return
        except (NotSent, NoAnswer, PlatformError):
            trouble.append("unreachable")
        except Flood as flood:
            await asyncio.sleep(flood.seconds)
            return
        else:
            if status == 200 and isinstance(answer, list):
                if answer:
                    await self._store(door, answer, trouble)
                await asyncio.to_thread(self._note, door, "")
                return
            trouble.append("token_refused" if status in (401, 404) else "polled_elsewhere" if status == 409 else "odd")
        await asyncio.to_thread(self._note, door, trouble[-1])

    async def _store(self, door: Door, updates: list[Any], trouble: list[str]) -> None:
        """Store the updates for good, then move on: what was not stored is fetched again."""
        now = real()
        arrivals = [_arrival(update, now) for update in updates]
        try:
            async with asyncio.timeout(_STORE):
                await self._acceptor.store(door, arrivals)
        except (NotStored, TimeoutError):
            trouble.append("not_stored")
            return
        ids = [u["update_id"] for u in updates if isinstance(u, dict) and type(u.get("update_id")) is int]
        if ids:
            await asyncio.to_thread(self._move_on, door, max(ids) + 1)

    def _offset(self, door: Door) -> int | None:
        with self._database.reading(door.custodian) as session:
            return accounts.by_id(session, door.account_id).polling_offset

    def _move_on(self, door: Door, offset: int) -> None:
        with self._database.writing(door.custodian) as session:
            accounts.by_id(session, door.account_id).polling_offset = offset

    def _note(self, door: Door, trouble: str) -> None:
        with self._database.reading(door.custodian) as session:
            known: Account = accounts.by_id(session, door.account_id)
            if known.trouble == trouble:
                return
        with self._database.writing(door.custodian) as session:
            accounts.note_trouble(accounts.by_id(session, door.account_id), trouble, now=self._now())


def _arrival(update: Any, now: datetime) -> Arrival:
    try:
        return arrival(update, now=now)
    except ValueError:
        return Arrival(fingerprint(repr(type(update))), "", now, "{}", "odd")
