"""Sends to LINE: by reply token while it lives, else pushed under a stored retry key that LINE recognises."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Awaitable
from typing import Any, Final

import aiohttp

from bot.channels import line_rendering
from bot.channels.base import Delivered, Fetch, Later, Outcome, Parcel, Quota, Refused, TokenDead, Unfetchable, Unsure
from bot.channels.fetching import Fetching
from bot.channels.limits import LINE_MESSAGES

HOST: Final = "https://api.line.me"
CONTENT_HOST: Final = "https://api-data.line.me"
_TOKEN_REFUSED: Final = 300.0
_QUOTA_SPENT: Final = 3600.0
_CONNECTIONS: Final = 32


class LineChannel:
    """One LINE account; belongs to the event loop it was made in."""

    def __init__(self, token: str, *, base_url: str = "", timeout: float = 10.0) -> None:
        # The SDK takes a second to import, and webhooks must not wait for it when the process starts.
        from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApi, Configuration

        configuration = Configuration(host=base_url or HOST, access_token=token)
        configuration.connection_pool_maxsize = _CONNECTIONS
        self._client = AsyncApiClient(configuration)
        self._api = AsyncMessagingApi(self._client)
        self._timeout = timeout
        self._fetching = Fetching(base_url or CONTENT_HOST, {"Authorization": f"Bearer {token}"}, timeout=timeout)

    def pause(self, address: str) -> float:
        """LINE allows 2,000 calls a second: nobody waits."""
        return 0.0

    async def send(self, parcel: Parcel) -> Outcome:
        """Send up to five messages."""
        from linebot.v3.messaging import Message

        messages = [message for reply in parcel.replies for message in line_rendering.render(reply)]
        messages = messages[parcel.first_part :]
        step, left = messages[:LINE_MESSAGES], max(0, len(messages) - LINE_MESSAGES)
        if not step:
            return Delivered(0)
        if parcel.marked:
            step = line_rendering.marked(step)
        try:
            ready = [Message.from_dict(message) for message in step]
        except ValueError:
            return Refused("unsendable")
        return await (self._reply if parcel.reply_token else self._push)(parcel, ready, left)

    async def _reply(self, parcel: Parcel, messages: list[Any], left: int) -> Outcome:
        from linebot.v3.messaging import ReplyMessageRequest

        request = ReplyMessageRequest(reply_token=parcel.reply_token, messages=messages)
        # Never a retry key here: LINE refuses it. Within its minute the token itself tells a repeat from a first call.
        outcome = await self._call(self._api.reply_message_with_http_info(request, _request_timeout=self._timeout))
        match outcome:
            case 200:
                return Delivered(len(messages), left)
            case (400, message) if "reply token" in message.lower():
                return Delivered(len(messages), left) if parcel.repeat else TokenDead()
            case (429, _):
                return Later("rate_limited", 2.0, grows=True)
        return _common(outcome)

    async def _push(self, parcel: Parcel, messages: list[Any], left: int) -> Outcome:
        from linebot.v3.messaging import PushMessageRequest

        request = PushMessageRequest(to=parcel.address, messages=messages)
        call = self._api.push_message_with_http_info(
            request, x_line_retry_key=part_key(parcel.retry_key, parcel.first_part), _request_timeout=self._timeout
        )
        outcome = await self._call(call)
        match outcome:
            case 200 | (409, _):
                return Delivered(len(messages), left)
            case (400, "Failed to send messages"):
                return Refused("blocked", blocked=True)
            case (429, message) if "monthly limit" in message.lower():
                return Later("quota_spent", _QUOTA_SPENT, trouble="quota_spent")
            case (429, _):
                return Later("rate_limited", 5.0, grows=True)
        common = _common(outcome)
        # The same key again can never reach the person twice, so there is nothing to be unsure about.
        return Later(common.reason, common.seconds, grows=True) if isinstance(common, Unsure) else common

    async def answer_press(self, callback_id: str) -> Outcome:
        """LINE needs no answer to a pressed button."""
        return Delivered(0)

    async def fetch(self, content_id: str, *, most: int) -> Fetch:
        """Fetch a content; LINE keeps it for a while only, and may still be preparing it."""
        if not content_id.isalnum():
            return Unfetchable("gone")
        return await self._fetching.fetch(f"/v2/bot/message/{content_id}/content", most=most)

    async def leave(self, group: str) -> None:
        """Leave a group or a room."""
        leaving = self._api.leave_room_with_http_info if group.startswith("R") else self._api.leave_group_with_http_info
        await self._call(leaving(group, _request_timeout=self._timeout))

    async def quota(self) -> Quota | None:
        """Return what may be pushed this month and what was."""
        from linebot.v3.messaging import ApiException

        try:
            limit = await self._api.get_message_quota(_request_timeout=self._timeout)
            used = await self._api.get_message_quota_consumption(_request_timeout=self._timeout)
        except (ApiException, aiohttp.ClientError, TimeoutError, ValueError):
            return None
        return Quota(limit.value if limit.type == "limited" else None, used.total_usage or 0)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()
        await self._fetching.close()

    async def _call(self, call: Awaitable[Any]) -> int | tuple[int, str] | str:
        """Return 200, or status and message of a refusal, or "refused", "silent"."""
        from linebot.v3.messaging import ApiException

        try:
            await call
        except ApiException as refusal:
            return int(refusal.status or 0), _message(refusal.body)
        except aiohttp.ClientConnectorError:
            return "refused"
        except UnicodeDecodeError:
            return "silent"
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError):
            return "silent"
        except ValueError:
            return 200  # Taken, but the answer is no JSON: the SDK complains only after a 2xx.
        return 200


def part_key(retry_key: str, first_part: int) -> str:
    """Return the retry key of one step: steps of one delivery have bodies of their own, so they need keys of their own."""
    return retry_key if first_part == 0 else str(uuid.uuid5(uuid.UUID(retry_key), str(first_part)))


def _common(outcome: int | tuple[int, str] | str) -> Outcome:
    match outcome:
        case "refused":
            return Later("unreachable", 1.0, trouble="unreachable", grows=True)
        case "silent":
            return Unsure("no_answer")
        case (401 | 403, _):
            return Later("token_refused", _TOKEN_REFUSED, trouble="token_refused")
        case (int(status), _) if 400 <= status < 500:
            return Refused(f"refused_{status}")
    return Unsure("platform_error", silent=False)


def _message(body: Any) -> str:
    try:
        told = json.loads(body)
    except (TypeError, ValueError):
        return ""
    return str(told.get("message", "")) if isinstance(told, dict) else ""
