"""A doorway for tests: the real webhook application over a real database, called as the platforms call it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from bot.doors import Doors
from bot.failpoints import Failpoints
from bot.inbox import Acceptor
from bot.web.webhooks import Webhooks
from handoff import accounts
from handoff.accounts import Platform
from resources.db import Database
from resources.sealing import Sealer

LINE_SECRET = "line-channel-secret"
TELEGRAM_SECRET = "telegram-webhook-secret"
DESTINATION = "U" + "b" * 32


def sign(body: bytes, secret: str = LINE_SECRET) -> str:
    """Return the signature LINE would send."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


async def _no_pages(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"a page"})


@dataclass
class Doorway:
    """Posts to the webhook application and returns what the platform would see."""

    app: Webhooks
    acceptor: Acceptor

    def post(self, path: str, body: bytes, headers: dict[str, str] | list[tuple[bytes, bytes]]) -> httpx.Response:
        return self.post_all([(path, body, headers)])[0]

    def post_all(self, calls: list[tuple[str, bytes, Any]]) -> list[httpx.Response]:
        """Post several at the same time."""

        async def go() -> list[httpx.Response]:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                return await asyncio.gather(
                    *(client.post(path, content=body, headers=headers) for path, body, headers in calls)
                )

        return asyncio.run(go())

    def line(self, body: bytes | dict[str, Any], *, signature: str | None = None, name: str = "town-line") -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = sign(raw) if signature is None else signature
        response = self.post(f"/webhooks/line/{name}", raw, [(b"x-line-signature", given.encode())])
        assert response.content == b""
        return response.status_code

    def telegram(self, body: bytes | dict[str, Any], *, secret: str | None = TELEGRAM_SECRET) -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = [] if secret is None else [(b"x-telegram-bot-api-secret-token", secret.encode())]
        response = self.post("/webhooks/telegram/town-telegram", raw, headers)
        assert response.content == b""
        return response.status_code


@contextmanager
def open_doorway(database: Database, sealer: Sealer, municipality: str, **urls: str) -> Iterator[Doorway]:
    """Add a LINE and a Telegram account of a town and open the doors."""
    with database.writing(municipality) as session:
        accounts.add(
            session,
            municipality=municipality,
            platform=Platform.LINE,
            name="town-line",
            secret=LINE_SECRET,
            token="line-access-token",
            destination=DESTINATION,
            api_base_url=urls.get("line", "http://127.0.0.1:9"),
        )
        accounts.add(
            session,
            municipality=municipality,
            platform=Platform.TELEGRAM,
            name="town-telegram",
            secret=TELEGRAM_SECRET,
            token="123456:stub-token",
            api_base_url=urls.get("telegram", "http://127.0.0.1:9"),
        )
    failpoints = Failpoints()
    acceptor = Acceptor(database, sealer, wall=lambda: datetime.now(UTC), failpoints=failpoints)
    acceptor.start()
    doors = Doors(database)
    try:
        yield Doorway(
            Webhooks(_no_pages, doors=doors, acceptor=acceptor, wall=lambda: datetime.now(UTC), failpoints=failpoints),
            acceptor,
        )
    finally:
        acceptor.close()
