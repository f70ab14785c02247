"""LINE's side of the webhook: signs, posts, repeats until the product has taken it, sometimes out of order."""

import asyncio
import base64
import hashlib
import hmac
import json
import random
import time
from collections.abc import Sequence

import aiohttp

from tests.faults.stubs import line_events
from tests.faults.stubs.deliveries import Delivery, Log
from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_account import LineAccount
from tests.faults.stubs.line_events import Event


def sign(secret: str, body: bytes) -> str:
    """The value of x-line-signature for these bytes."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class LineDelivery:
    """Sends one account's webhooks to one address of the product, on the stub's own loop."""

    def __init__(
        self,
        stub: LineStub,
        account: LineAccount,
        url: str,
        *,
        seed: int = 0,
        duplicates: float = 0.0,
        shuffle: float = 0.0,
        jitter: float = 0.3,
        timeout: float = 2.0,
        pause: float = 0.3,
        patience: float = 600.0,
    ) -> None:
        """`duplicates` and `shuffle` are shares of posts sent twice and held back up to `jitter` s.

        What got no 2xx within `timeout` s comes again every `pause` s, for `patience` s.
        """
        self.stub = stub
        self.account = account
        self.url = url
        self.log = Log()
        self._random = random.Random(seed)
        self._duplicates = duplicates
        self._shuffle = shuffle
        self._jitter = jitter
        self._timeout = timeout
        self._pause = pause
        self._patience = patience

    # -- what residents do ---------------------------------------------------------------------------------------

    def say(self, user: str, words: str) -> str:
        """A resident writes; returns the event id at once, the post goes on in the background."""
        return self.post([line_events.text(user, words)])

    def press(self, user: str, data: str) -> str:
        """A resident presses a button with this postback data."""
        return self.post([line_events.postback(user, data)])

    def share_place(self, user: str, latitude: float, longitude: float) -> str:
        """A resident sends a location."""
        return self.post([line_events.location(user, latitude, longitude)])

    def follow(self, user: str, *, unblocked: bool = False) -> str:
        """A resident adds the account."""
        return self.post([line_events.follow(user, unblocked=unblocked)])

    def block(self, user: str) -> str:
        """A resident blocks the account."""
        return self.post([line_events.unfollow(user)])

    def unsend(self, user: str, message_id: str) -> str:
        """A resident takes a message back."""
        return self.post([line_events.unsend(user, message_id)])

    def post(self, events: Sequence[Event]) -> str:
        """Send any events in one request; returns the id of the last one."""
        ids = tuple(str(e.get("webhookEventId", "")) for e in events)
        source = events[-1].get("source") or {}
        delivery = self.log.begin(ids, str(source.get("userId", "")))
        self.stub.submit(self._start(list(events), delivery))
        return ids[-1]

    # -- what the platform does ------------------------------------------------------------------------------------

    async def _start(self, events: list[Event], delivery: Delivery) -> None:
        # As a task of the stub it ends when the stub stops, without a warning about forgotten work.
        self.stub.later(self._deliver(events, delivery))

    async def _deliver(self, events: list[Event], delivery: Delivery) -> None:
        late = self._random.random() < self._shuffle
        twice = self._random.random() < self._duplicates
        if late:
            await asyncio.sleep(self._random.random() * self._jitter)
        until = time.monotonic() + self._patience
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._timeout)) as session:
            while not await self._attempt(session, events, delivery):
                if time.monotonic() > until:
                    self.log.give_up(delivery)
                    return
                await asyncio.sleep(self._pause)
                events = [{**e, "deliveryContext": {"isRedelivery": True}} for e in events]
            if twice:
                await asyncio.sleep(self._random.random() * self._jitter)
                await self._attempt(session, events, delivery)

    async def _attempt(self, session: aiohttp.ClientSession, events: list[Event], delivery: Delivery) -> bool:
        body = json.dumps({"destination": self.account.destination, "events": events}).encode()
        for event in events:
            self.account.witness(event)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Line-Signature": sign(self.account.channel_secret, body),
            "User-Agent": "LineBotWebhook/2.0",
        }
        begun = time.monotonic()
        try:
            async with session.post(self.url, data=body, headers=headers) as response:
                await response.read()
                status: int | str = response.status
        except TimeoutError:
            status = "request_timeout"
        except aiohttp.ClientError:
            status = "could_not_connect"
        good = self.log.note(delivery, status, time.monotonic() - begun)
        if good:
            for event in events:
                self.account.acknowledged(event)
        return good
