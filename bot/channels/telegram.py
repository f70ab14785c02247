"""Sends to Telegram, which cannot recognise a repeat: whatever may have arrived is said again once, and marked."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import aiohttp
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

from bot.channels import telegram_rendering
from bot.channels.base import Delivered, Fetch, Later, Outcome, Parcel, Quota, Refused, Unfetchable, Unsure
from bot.channels.fetching import Fetching
from bot.channels.pace import Pace

HOST: Final = "https://api.telegram.org"
_TOKEN_REFUSED: Final = 300.0
_PATH: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,200}")
_GONE: Final = ("chat not found", "user is deactivated", "peer_id_invalid")


class NotSent(NetworkError):
    """No connection came about: nothing can have arrived."""


class NoAnswer(NetworkError):
    """The request left, and no answer came back: it may have arrived."""


class PlatformError(NetworkError):
    """Telegram answered with an error of its own: it may have arrived all the same."""


class Flood(TelegramError):
    """Telegram asks for silence."""

    def __init__(self, seconds: float) -> None:
        super().__init__("flood")
        self.seconds = seconds


class AiohttpRequest(BaseRequest):
    """Carries python-telegram-bot's calls over aiohttp, and tells apart what failed before and after sending."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Return the seconds after which an answer no longer comes."""
        return self._timeout

    async def initialize(self) -> None:
        """The session is made at the first request, inside the loop that uses it."""

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; the original writes what it cannot read into the log, words of residents included."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise NoAnswer("unreadable answer") from None
        if not isinstance(answer, dict) or not {"result", "description"} & set(answer):
            raise NoAnswer("unreadable answer")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call; raises NotSent, NoAnswer, PlatformError or Flood."""
        wait = read_timeout if isinstance(read_timeout, int | float) else self._timeout
        return await self._exchange(url, method, request_data.json_parameters if request_data else {}, wait)

    async def ask(self, url: str, fields: dict[str, str], *, wait: float) -> tuple[int, Any]:
        """Make a call whose answer is wanted raw; returns the status with the result, or what was said instead."""
        status, payload = await self._exchange(url, "POST", fields, wait)
        answer = self.parse_json_payload(payload)
        return status, answer.get("result", answer.get("description"))

    async def _exchange(self, url: str, method: str, form: dict[str, str], wait: float) -> tuple[int, bytes]:
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=True)
        limits = aiohttp.ClientTimeout(total=wait, sock_connect=min(5.0, wait))
        try:
            async with self._session.request(method, url, data=form, timeout=limits) as response:
                status, payload = response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NoAnswer(type(error).__name__) from None
        if status >= 500:
            raise PlatformError(str(status))
        if status == 429:
            raise Flood(_wished_silence(payload))
        return status, payload


class TelegramChannel:
    """One bot; belongs to the event loop it was made in. Nothing is asked of Telegram before there is something to say."""

    def __init__(self, token: str, *, base_url: str = "", timeout: float = 10.0) -> None:
        self.request = AiohttpRequest(timeout)
        self.base_url = f"{base_url or HOST}/bot"
        self.token = token
        self._files = Fetching(f"{base_url or HOST}/file/bot{token}", {}, timeout=timeout)
        self.pace = Pace()
        # Two requests, so that a long poll never stands before an answer.
        self._bot = Bot(token, base_url=self.base_url, request=self.request, get_updates_request=AiohttpRequest(timeout))

    def pause(self, address: str) -> float:
        """Reserve a place in line."""
        return self.pace.reserve(address)

    async def send(self, parcel: Parcel) -> Outcome:
        """Send one message."""
        messages = [message for reply in parcel.replies for message in telegram_rendering.render(reply)]
        messages = messages[parcel.first_part :]
        if not messages:
            return Delivered(0)
        message = telegram_rendering.marked(messages[0]) if parcel.marked else messages[0]
        if not parcel.address.lstrip("-").isdecimal():
            return Refused("no_address")
        try:
            await self._bot.send_message(
                int(parcel.address), message["text"], reply_markup=_markup(message.get("reply_markup"))
            )
        except TelegramError as error:
            if isinstance(error, Flood):
                self.pace.silence(parcel.address, error.seconds)
            return self._outcome(error)
        except (KeyError, TypeError, ValueError):
            pass  # Taken: only the library's reading of the answer stumbled.
        return Delivered(1, len(messages) - 1)

    async def answer_press(self, callback_id: str) -> Outcome:
        """Stop the spinner on a pressed button; too late is nobody's harm."""
        try:
            await self._bot.answer_callback_query(callback_id)
        except BadRequest:
            return Delivered(0)
        except TelegramError as error:
            return self._outcome(error)
        return Delivered(0)

    async def fetch(self, content_id: str, *, most: int) -> Fetch:
        """Ask where a file lies, and fetch it; bots are given 20 MB at most."""
        try:
            url, asked = f"{self.base_url}{self.token}/getFile", {"file_id": content_id}
            status, told = await self.request.ask(url, asked, wait=self.request.read_timeout or 10.0)
        except (TelegramError, ValueError) as error:
            return Later("rate_limited", error.seconds) if isinstance(error, Flood) else Later("no_answer", 2.0, grows=True)
        if status in (401, 404):
            return Later("token_refused", _TOKEN_REFUSED, trouble="token_refused")
        path = told.get("file_path") if isinstance(told, dict) else None
        if status >= 400 or not isinstance(path, str):
            return Unfetchable("too_large" if "too big" in str(told).lower() else "gone")
        # A place on the same host, written as Telegram writes it; anything else is none.
        if not _PATH.fullmatch(path) or ".." in path:
            return Unfetchable("gone")
        return await self._files.fetch(f"/{path}", most=most)

    async def leave(self, group: str) -> None:
        """Leave a group."""
        try:
            await self._bot.leave_chat(int(group))
        except (TelegramError, ValueError):
            return  # Already outside, or asked again by the next message of the group.

    async def quota(self) -> Quota | None:
        """Telegram does not count."""
        return None

    async def close(self) -> None:
        """Close the connections."""
        await self.request.shutdown()
        await self._files.close()

    def _outcome(self, error: TelegramError) -> Outcome:
        match error:
            case Flood():
                return Later("rate_limited", error.seconds)
            case NotSent():
                return Later("unreachable", 1.0, trouble="unreachable", grows=True)
            case NoAnswer():
                return Unsure("no_answer")
            case PlatformError():
                return Unsure("platform_error", silent=False)
            case ChatMigrated():
                return Refused("moved")  # only groups move, and nobody is consulted there
            case Forbidden():
                return Refused("blocked", blocked=True)
            case InvalidToken():
                return Later("token_refused", _TOKEN_REFUSED, trouble="token_refused")
            case BadRequest() if any(gone in error.message.lower() for gone in _GONE):
                return Refused("blocked", blocked=True)
        return Refused("refused_400")


def _markup(markup: dict[str, Any] | None) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    if markup is None:
        return None
    if "inline_keyboard" in markup:
        rows = [[InlineKeyboardButton(**button) for button in row] for row in markup["inline_keyboard"]]
        return InlineKeyboardMarkup(rows)
    keys = [[KeyboardButton(**button) for button in row] for row in markup["keyboard"]]
    return ReplyKeyboardMarkup(keys, resize_keyboard=True, one_time_keyboard=True)


def _wished_silence(payload: bytes) -> float:
    try:
        wished = json.loads(payload)["parameters"]["retry_after"]
        return min(3600.0, max(1.0, float(wished)))
    except (ValueError, KeyError, TypeError):
        return 5.0
