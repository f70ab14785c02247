"""Asks LINE from time to time how many messages a town may still push this month, and writes it where the desk reads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, Final

from bot.channels.base import Quota
from bot.channels.opening import Channels
from bot.clock import Clock
from bot.preparing import Credentials
from handoff import accounts, outbox
from handoff.accounts import Platform
from resources.db import EVERYWHERE, Database

_EVERY: Final = timedelta(minutes=10)
_LOOK: Final = 20.0


class Quotas:
    """Keeps the figures of all LINE accounts fresh; only the leading worker asks."""

    def __init__(
        self,
        database: Database,
        channels: Channels,
        *,
        guard: Callable[[Coroutine[Any, Any, Any], str], Coroutine[Any, Any, bool]],
        leads: Callable[[], bool],
        now: Clock,
    ) -> None:
        self._database = database
        self._channels = channels
        self._guard = guard
        self._leads = leads
        self._now = now
        self._asked: dict[object, float] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Ask until told to stop."""
        while not stop.is_set():
            await asyncio.sleep(_LOOK)
            if self._leads():
                await self._guard(self.ask_all(), "quota")

    async def ask_all(self) -> None:
        """Ask for every LINE account whose figures are old."""
        for known in await asyncio.to_thread(self._accounts):
            due = self._asked.get(known.account_id, float("-inf")) + _EVERY.total_seconds()
            moment = asyncio.get_running_loop().time()
            if moment < due:
                continue
            self._asked[known.account_id] = moment
            channel = await self._channels.of(known.account_id, known.platform, known.token, known.base_url)
            quota = await channel.quota()
            if quota is not None:
                await asyncio.to_thread(self._write, known, quota)

    def _accounts(self) -> list[Credentials]:
        with self._database.reading(EVERYWHERE) as session:
            return [
                Credentials(row.id, Platform.LINE, accounts.token(session, row), row.api_base_url)
                for row in accounts.active(session)
                if row.platform == Platform.LINE
            ]

    def _write(self, known: Credentials, quota: Quota) -> None:
        with self._database.writing(EVERYWHERE) as session:
            account = accounts.by_id(session, known.account_id)
            account.quota_limit, account.quota_used, account.quota_checked_at = quota.limit, quota.used, self._now()
            if account.trouble == "quota_spent" and (quota.limit is None or quota.used < quota.limit):
                accounts.note_trouble(account, "", now=self._now())
                outbox.hurry_account(session, account.id, "quota_spent")
