"""Opens the channel of an account when there is something to say, and keeps it as long as its token stays the same."""

from __future__ import annotations

import asyncio
import importlib
import uuid

from bot.channels.base import Channel
from bot.channels.browser import OwnDoor
from handoff.accounts import Platform


class Channels:
    """All open channels of one event loop, by account."""

    def __init__(self, *, timeout: float) -> None:
        self._timeout = timeout
        self._open: dict[uuid.UUID, tuple[tuple[str, str], Channel]] = {}
        self._opening = asyncio.Lock()

    async def of(self, account_id: uuid.UUID, platform: Platform, token: str, base_url: str) -> Channel:
        """Return the channel of an account; a changed token or address opens a new one."""
        known = self._open.get(account_id)
        if known is not None and known[0] == (token, base_url):
            return known[1]
        async with self._opening:
            known = self._open.get(account_id)
            if known is None or known[0] != (token, base_url):
                if known is not None:
                    await known[1].close()
                self._open[account_id] = (token, base_url), await self._make(platform, token, base_url)
        return self._open[account_id][1]

    async def close(self) -> None:
        """Close all."""
        while self._open:
            _, (_, channel) = self._open.popitem()
            await channel.close()

    async def _make(self, platform: Platform, token: str, base_url: str) -> Channel:
        # The platforms' libraries take a second to import; other channels shall not wait for that.
        if platform is Platform.LINE:
            await asyncio.to_thread(importlib.import_module, "linebot.v3.messaging")
            from bot.channels.line import LineChannel

            return LineChannel(token, base_url=base_url, timeout=self._timeout)
        if platform is Platform.TELEGRAM:
            await asyncio.to_thread(importlib.import_module, "bot.channels.telegram")
            from bot.channels.telegram import TelegramChannel

            return TelegramChannel(token, base_url=base_url, timeout=self._timeout)
        return OwnDoor()
