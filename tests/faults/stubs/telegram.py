"""A stand-in for api.telegram.org that keeps the Bot API's rules to the letter."""

import asyncio
import json
import re
import time
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.faults.stubs.contents import next_way, serve
from tests.faults.stubs.faults import Fault, FaultPlan
from tests.faults.stubs.server import MAX_BODY, StubServer, new_id
from tests.faults.stubs.telegram_bot import Chat, Rates, TelegramBot
from tests.faults.stubs.telegram_calls import TelegramCalls, envelope, refusal
from tests.faults.stubs.telegram_methods import CARRYING, METHODS, BadRequest, read_fields

_PATH = re.compile(r"/bot([^/]+)/([A-Za-z]+)")
WEBHOOK_ACTIVE = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first"
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_FILE = re.compile(r"/file/bot([^/]+)/(.+)")


class TelegramStub(TelegramCalls, StubServer):
    """Plays Telegram for any number of bots; `with TelegramStub() as stub:` serves at `stub.url`."""

    def __init__(
        self,
        *,
        rates: Rates | None = None,
        callback_life: float = 15.0,
        faults: FaultPlan | None = None,
        **network: float,
    ) -> None:
        """`callback_life` is how long a pressed button may wait for its answer, in seconds."""
        super().__init__(faults=faults, **network)
        self.rates = rates or Rates()
        self.callback_life = callback_life
        self.bots: dict[str, TelegramBot] = {}
        self.fetched: list[str] = []

    def bot(
        self,
        *,
        token: str = "123456:stub-token",
        webhook_secret: str = "telegram-webhook-secret",
        name: str = "telegram",
    ) -> TelegramBot:
        """Open a bot; calls with its token act for it."""
        bot = TelegramBot(token, self.rates, webhook_secret=webhook_secret, name=name)
        self.bots[token] = bot
        return bot

    def witness(self, bot: TelegramBot, body: bytes | str) -> None:
        """Tell the stub that an update was delivered by other hands, so that its chat may be written to."""
        try:
            bot.witness(json.loads(body))
        except (ValueError, RecursionError):
            return

    def unanswered_callbacks(self, bot: TelegramBot) -> list[str]:
        """Ids of pressed buttons that never got their answer, so that the spinner still turns."""
        return [key for key, callback in bot.callbacks.items() if not callback.answered]

    # -- requests ----------------------------------------------------------------------------------------------

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one API call as Telegram would."""
        body = await request.read()
        if file := _FILE.fullmatch(request.path):
            return await self._download(request, *file.groups())
        found = _PATH.fullmatch(request.path)
        bot = self.bots.get(found.group(1)) if found else None
        if found is None or bot is None:
            self.record.violate("wrong_token" if found else "unknown_path")
            return refusal(BadRequest("Unauthorized", code=401) if found else BadRequest("Not Found", code=404))
        method = next((name for name in METHODS if name.lower() == found.group(2).lower()), None)
        if method is None or request.method not in ("GET", "POST"):
            self.record.violate("unknown_method", found.group(2), account=bot.name)
            return refusal(BadRequest("Not Found", code=404))
        if len(body) > MAX_BODY:
            self.record.violate("body_too_large", str(len(body)), account=bot.name)
            return refusal(BadRequest("Request Entity Too Large", code=413))
        try:
            fields = self._fields(request, method, body)
        except BadRequest as wrong:
            self.record.violate(wrong.rule, f"{method}: {wrong.description}", account=bot.name)
            return refusal(wrong)
        if method == "getUpdates":
            return await self._updates(request, bot, fields)
        return await self._act(request, bot, method, fields)

    def _fields(self, request: web.BaseRequest, method: str, body: bytes) -> dict[str, Any]:
        form: dict[str, str] = {}
        if request.content_type == "application/x-www-form-urlencoded":
            try:
                form = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict"))
            except ValueError:
                raise BadRequest("can't parse request body", "unreadable_body") from None
        elif body and request.content_type != "application/json":
            raise BadRequest(f"unsupported content type {request.content_type}", "content_type")
        return read_fields(method, request.content_type, body, dict(request.query), form)

    async def _act(
        self, request: web.BaseRequest, bot: TelegramBot, method: str, fields: dict[str, Any]
    ) -> web.StreamResponse:
        chat = bot.chats.get(fields["chat_id"]) if isinstance(fields.get("chat_id"), int) else None
        carries = method in CARRYING
        try:
            self.check(bot, method, fields, chat)
            wrong: BadRequest | None = None
        except BadRequest as refused:
            wrong = refused
            if refused.rule:
                detail = f"{method}: {refused.description}"
                self.record.violate(refused.rule, detail, account=bot.name, recipient=str(fields.get("chat_id", "")))
        fault = Fault.NONE if wrong else self.faults.draw(carries=carries)
        if carries and chat is not None and time.monotonic() < chat.silent_until:
            self.record.violate("sent_before_retry_after", method, account=bot.name, recipient=str(chat.id))
        if wrong is None and fault.accepts and carries and chat is not None and (wait := bot.throttle(chat)):
            wrong = _too_many(wait)
        if wrong is None and fault is Fault.TOO_MANY and chat is not None:
            chat.silent_until = time.monotonic() + 1
        good = refusal(wrong) if wrong else web.Response(status=500)
        message_id = 0
        if wrong is None and fault.accepts:
            result = self.perform(bot, method, fields, chat)
            message_id = result.get("message_id", 0) if isinstance(result, dict) else 0
            good = envelope(result)
        entry = None
        if carries:
            entry = self.record.add(
                account=bot.name,
                recipient=str(fields.get("chat_id", "")),
                via=method,
                messages=({k: v for k, v in fields.items() if k in _CONTENT},),
                request_id=str(message_id) if message_id else new_id(),
                accepted=wrong is None and fault.accepts,
                delivered=wrong is None and fault.accepts,
                answered=None,
                fault="" if fault is Fault.NONE else str(fault),
            )
        response = await self.misbehave(request, fault, good)
        if entry is not None:
            self.record.amend(entry, answered=self.answered(request, fault, response))
        return response

    def fault_response(self, fault: Fault) -> web.Response:
        """500, 429, 401 and 413 in Telegram's words."""
        match fault:
            case Fault.TOO_MANY | Fault.MONTHLY_LIMIT:
                return refusal(_too_many(1))
            case Fault.UNAUTHORIZED:
                return refusal(BadRequest("Unauthorized", code=401))
            case Fault.TOO_LARGE:
                return refusal(BadRequest("Request Entity Too Large", code=413))
            case Fault.BAD_GATEWAY:
                return super().fault_response(fault)
            case _:
                return refusal(BadRequest("Internal Server Error", code=500))

    # -- polling -------------------------------------------------------------------------------------------------

    async def _updates(self, request: web.BaseRequest, bot: TelegramBot, fields: dict[str, Any]) -> web.StreamResponse:
        if bot.webhook.get("url"):
            self.record.violate("polling_beside_webhook", "", account=bot.name)
            return refusal(BadRequest(WEBHOOK_ACTIVE, code=409))
        turn = object()
        if self.poller.get(bot.token) is not None:
            self.record.violate("two_pollers", "", account=bot.name)
        self.poller[bot.token] = turn
        offset = int(fields.get("offset", 0))
        if 0 < offset < bot.confirmed:
            self.record.violate("offset_went_back", f"{offset} after {bot.confirmed}", account=bot.name)
        if offset > 0:
            bot.confirmed = max(bot.confirmed, offset)
            bot.pending[:] = [u for u in bot.pending if int(u.get("update_id", offset)) >= offset]
        until = time.monotonic() + min(50, int(fields.get("timeout", 0)))
        try:
            while not bot.pending and time.monotonic() < until:
                await asyncio.sleep(0.02)
                if self.poller.get(bot.token) is not turn:
                    return refusal(BadRequest(OTHER_POLLER, code=409))
        finally:
            if self.poller.get(bot.token) is turn:
                self.poller[bot.token] = None
        batch = bot.pending[: max(1, min(100, int(fields.get("limit", 100))))]
        for update in batch:
            bot.witness(update)
        return await self.misbehave(request, self.faults.draw(carries=False), envelope(batch))

    async def _download(self, request: web.BaseRequest, token: str, path: str) -> web.StreamResponse:
        bot = self.bots.get(token)
        if bot is None:
            self.record.violate("wrong_token")
            return refusal(BadRequest("Unauthorized", code=401))
        self.fetched.append(path)
        data = next((data for known, data in bot.files.values() if known == path), None)
        if data is None:
            return refusal(BadRequest("Not Found", code=404))
        return await serve(request, data, "application/octet-stream", next_way(bot.file_ways, path))


_CONTENT = ("text", "reply_markup", "latitude", "longitude", "title", "address", "message_id")


def _too_many(seconds: int) -> BadRequest:
    return BadRequest(f"Too Many Requests: retry after {seconds}", "", 429, {"retry_after": seconds})


__all__ = ["Chat", "Rates", "TelegramBot", "TelegramStub"]
