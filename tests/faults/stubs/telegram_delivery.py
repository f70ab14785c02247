"""Telegram's side of the webhook: one queue a chat, the next update only after the last was taken."""

import asyncio
import json
import time
from dataclasses import dataclass

import aiohttp

from tests.faults.stubs import telegram_updates
from tests.faults.stubs.deliveries import Delivery, Log
from tests.faults.stubs.telegram import TelegramStub
from tests.faults.stubs.telegram_bot import TelegramBot
from tests.faults.stubs.telegram_updates import Update

CALLBACK_EXPIRES = 150.0


@dataclass
class _Waiting:
    update: Update
    delivery: Delivery
    expires: float


class TelegramDelivery:
    """Sends one bot's updates to one address of the product, or keeps them for polling when there is no address."""

    def __init__(
        self,
        stub: TelegramStub,
        bot: TelegramBot,
        url: str | None,
        *,
        scale: float = 0.2,
        timeout: float = 60.0,
        patience: float = 600.0,
    ) -> None:
        """`scale` shrinks the platform's pauses of 1, 2, 4… s and its 60 s of waiting for an answer."""
        self.stub = stub
        self.bot = bot
        self.url = url
        self.log = Log()
        self._scale = scale
        self._timeout = timeout * scale
        self._patience = patience
        self._queues: dict[str, asyncio.Queue[_Waiting]] = {}

    # -- what residents do ---------------------------------------------------------------------------------------

    def say(self, user: int, words: str) -> str:
        """A resident writes; returns the update id as text at once."""
        return self.post(telegram_updates.text(user, words))

    def press(self, user: int, data: str, *, message_id: int = 0) -> str:
        """A resident presses an inline button with this callback_data."""
        return self.post(telegram_updates.callback(user, data, message_id=message_id))

    def share_place(self, user: int, latitude: float, longitude: float) -> str:
        """A resident sends a location."""
        return self.post(telegram_updates.location(user, latitude, longitude))

    def start(self, user: int, payload: str = "") -> str:
        """A resident opens the bot."""
        return self.post(telegram_updates.text(user, f"/start {payload}".strip()))

    def block(self, user: int) -> str:
        """A resident blocks the bot."""
        return self.post(telegram_updates.membership(user, "kicked"))

    def unblock(self, user: int) -> str:
        """A resident lifts the block."""
        return self.post(telegram_updates.membership(user, "member"))

    def post(self, update: Update) -> str:
        """Put any update in its queue."""
        key = str(update.get("update_id", ""))
        part = update.get("message") or update.get("callback_query") or {}
        user = str((part.get("from") or {}).get("id", ""))
        delivery = self.log.begin((key,), user)
        life = CALLBACK_EXPIRES if "callback_query" in update else self._patience
        self.stub.submit(self._enqueue(_Waiting(update, delivery, time.monotonic() + life), user))
        return key

    # -- what the platform does ------------------------------------------------------------------------------------

    async def _enqueue(self, waiting: _Waiting, user: str) -> None:
        if self.url is None:
            self.bot.pending.append(waiting.update)
            self.stub.later(self._polled(waiting))
            return
        # Pressed buttons wait in a queue of their own, so they may overtake messages.
        name = ("callback " if "callback_query" in waiting.update else "") + user
        if name not in self._queues:
            self._queues[name] = asyncio.Queue()
            self.stub.later(self._work(self._queues[name]))
        self._queues[name].put_nowait(waiting)

    async def _polled(self, waiting: _Waiting) -> None:
        while self.bot.confirmed <= int(waiting.update["update_id"]):
            await asyncio.sleep(0.02)
        self.log.note(waiting.delivery, 200, 0.0)
        self.bot.acknowledged(waiting.update)

    async def _work(self, queue: asyncio.Queue[_Waiting]) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout)) as session:
            while True:
                waiting = await queue.get()
                pause = 1.0
                while (after := await self._attempt(session, waiting)) is not None:
                    if time.monotonic() > waiting.expires:
                        self.log.give_up(waiting.delivery)
                        break
                    await asyncio.sleep((after or pause) * self._scale)
                    pause = min(pause * 2, 16.0)

    async def _attempt(self, session: aiohttp.ClientSession, waiting: _Waiting) -> float | None:
        """None when the product took it, else the seconds it asked to wait (0 when it asked for nothing)."""
        self.bot.witness(waiting.update)
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": self.bot.webhook_secret}
        begun = time.monotonic()
        after = 0.0
        try:
            async with session.post(str(self.url), data=json.dumps(waiting.update), headers=headers) as response:
                answer = await response.read()
                status: int | str = response.status
                wished = response.headers.get("Retry-After", "")
                after = float(wished) if wished.isdecimal() else 0.0
                if 200 <= response.status < 300 and answer:
                    self.stub.record.violate("webhook_answer_not_empty", "", account=self.bot.name)
        except TimeoutError:
            status = "timeout"
        except aiohttp.ClientError:
            status = "could_not_connect"
        if not self.log.note(waiting.delivery, status, time.monotonic() - begun):
            return after
        self.bot.acknowledged(waiting.update)
        return None
