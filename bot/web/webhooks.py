"""Where LINE and Telegram bring their messages: checked, stored, acknowledged, and nothing else."""

from __future__ import annotations

import time
from typing import Final

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels import line_webhook, telegram_webhook
from bot.channels.base import Arrival
from bot.clock import Clock
from bot.doors import Door, Doors
from bot.failpoints import Failpoints
from bot.inbox import PATIENCE, Acceptor, NotStored
from bot.web.deadline import Deadline
from handoff.accounts import Platform

PREFIX: Final = "/webhooks/"
BODY_LIMIT: Final = 2 * 1024 * 1024
_TELL_AGAIN: Final = 60.0

log = structlog.get_logger()


class _TooLarge(Exception):
    """The body is larger than any platform sends."""


class _Gone(Exception):
    """The caller hung up before the end."""


class Webhooks:
    """An application of its own in front of the pages: no session, no middleware, no framework on the way.

    `pages` gets everything that is not a webhook.
    """

    def __init__(
        self, pages: ASGIApp, *, doors: Doors, acceptor: Acceptor, wall: Clock, failpoints: Failpoints
    ) -> None:
        self._pages = pages
        self._doors = doors
        self._acceptor = acceptor
        self._wall = wall
        self._failpoints = failpoints
        self._deadline = Deadline(PATIENCE)
        self._told: dict[str, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a webhook in, or hand the request on to the pages."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._pages(scope, receive, send)
            return
        try:
            status = await self._deadline.within(self._status(scope, receive))
        except TimeoutError:
            status = 503  # Brought too slowly, or not stored in time: it may come again.
        if status == 200:
            self._failpoints.at("after_accept_before_200")
        # The body stays empty: Telegram would carry out a call that it finds there.
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
        if status == 200:
            self._failpoints.at("after_200")

    async def _status(self, scope: Scope, receive: Receive) -> int:
        platform, _, name = scope["path"].removeprefix(PREFIX).partition("/")
        if platform not in (Platform.LINE, Platform.TELEGRAM):
            return 404
        if scope["method"] != "POST":
            return 405
        door = self._doors.known(platform, name) or await self._doors.find(Platform(platform), name)
        if door is None:
            return 404
        try:
            body = await _read(scope, receive)
        except _TooLarge:
            return 413
        except _Gone:
            return 408
        if door.platform is Platform.LINE:
            return await self._line(door, scope, body)
        return await self._telegram(door, scope, body)

    async def _line(self, door: Door, scope: Scope, body: bytes) -> int:
        if not line_webhook.genuine(door.secret, body, _header(scope, b"x-line-signature")):
            return self._refused(door, 400)
        self._failpoints.at("after_verify")
        return await self._store(door, line_webhook.arrivals(body, door.destination, now=self._wall()))

    async def _telegram(self, door: Door, scope: Scope, body: bytes) -> int:
        if not telegram_webhook.genuine(door.secret, _header(scope, b"x-telegram-bot-api-secret-token")):
            return self._refused(door, 403)
        self._failpoints.at("after_verify")
        return await self._store(door, telegram_webhook.arrivals(body, now=self._wall()))

    def _refused(self, door: Door, status: int) -> int:
        """Note, once in a while for each account, that a call was not signed with its secret: mostly a mistyped one."""
        now = time.monotonic()
        if now - self._told.get(door.name, float("-inf")) > _TELL_AGAIN:
            self._told[door.name] = now
            log.warning("a webhook was refused: its signature or secret is not the account's", account=door.name, status=status)
        return status

    async def _store(self, door: Door, arrivals: list[Arrival]) -> int:
        aside = [arrival.trouble for arrival in arrivals if arrival.trouble]
        if aside:
            log.warning("a signed message was set aside", account=door.name, reason=aside[0], count=len(aside))
        if arrivals:
            try:
                await self._acceptor.store(door, arrivals)
            except NotStored:
                return 503
        return 200


def _header(scope: Scope, name: bytes) -> bytes:
    for key, value in scope["headers"]:
        if key.lower() == name:
            return bytes(value)
    return b""


async def _read(scope: Scope, receive: Receive) -> bytes:
    announced = _header(scope, b"content-length")
    if announced.isdigit() and int(announced[:12]) > BODY_LIMIT:
        raise _TooLarge
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        body += message.get("body") or b""
        if len(body) > BODY_LIMIT:
            raise _TooLarge
        if not message.get("more_body", False):
            return body
