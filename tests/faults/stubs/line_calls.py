"""The smaller calls of LINE's API: profile, quota, content, validation, loading animation, leaving a group."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.faults.stubs.contents import next_way, serve
from tests.faults.stubs.faults import FaultPlan
from tests.faults.stubs.line_account import LineAccount
from tests.faults.stubs.line_checks import Problem
from tests.faults.stubs.line_contract import USER, check_messages_body
from tests.faults.stubs.server import StubServer, parse_json


class LineSideCalls(StubServer):
    """Answers everything of LINE's API but reply and push."""

    def __init__(self, *, faults: FaultPlan | None = None, **network: float) -> None:
        super().__init__(faults=faults, **network)
        self.loading: list[tuple[str, float]] = []
        self.read_marks: list[str] = []
        self.fetched: list[str] = []

    def _calls(self) -> list[tuple[str, str, Callable[..., Awaitable[web.Response]]]]:
        return [
            ("GET", r"/v2/bot/profile/([^/]+)", self._profile),
            ("GET", r"/v2/bot/info", self._info),
            ("GET", r"/v2/bot/message/quota", self._quota),
            ("GET", r"/v2/bot/message/quota/consumption", self._consumption),
            ("POST", r"/v2/bot/message/validate/(?:reply|push|multicast|narrowcast|broadcast)", self._validate),
            ("POST", r"/v2/bot/chat/loading/start", self._loading),
            ("POST", r"/v2/bot/chat/markAsRead", self._mark_as_read),
            ("POST", r"/v2/bot/(?:group|room)/([^/]+)/leave", self._leave),
            ("GET", r"/v2/bot/channel/webhook/endpoint", self._endpoint),
        ]

    async def _profile(
        self, account: LineAccount, body: bytes, parts: tuple[str, ...], request_id: str
    ) -> web.Response:
        person = account.residents.get(parts[0])
        if person is None or person.blocked:
            return answer_json(404, {"message": "Not found"}, request_id)
        return answer_json(200, {"userId": person.user_id, "displayName": person.name, "language": "ja"}, request_id)

    async def _info(self, account: LineAccount, body: bytes, parts: tuple[str, ...], request_id: str) -> web.Response:
        info = {"userId": account.destination, "basicId": "@000stub", "displayName": account.name}
        return answer_json(200, {**info, "chatMode": "bot", "markAsReadMode": "auto"}, request_id)

    async def _quota(self, account: LineAccount, body: bytes, parts: tuple[str, ...], request_id: str) -> web.Response:
        limit = {"type": "none"} if account.quota is None else {"type": "limited", "value": account.quota}
        return answer_json(200, limit, request_id)

    async def _consumption(
        self, account: LineAccount, body: bytes, parts: tuple[str, ...], request_id: str
    ) -> web.Response:
        return answer_json(200, {"totalUsage": account.pushed}, request_id)

    async def _content(
        self, request: web.BaseRequest, account: LineAccount, name: str, request_id: str
    ) -> web.StreamResponse:
        self.fetched.append(name)
        if name not in account.contents:
            return answer_json(404, {"message": "Not found"}, request_id)
        data, media = account.contents[name]
        return await serve(request, data, media, next_way(account.content_ways, name))

    async def _validate(
        self, account: LineAccount, body: bytes, parts: tuple[str, ...], request_id: str
    ) -> web.Response:
        try:
            problems = check_messages_body(parse_json(body))
        except ValueError:
            problems = [Problem("The request body could not be parsed", "body")]
        return answer_json(400, complaint(problems), request_id) if problems else answer_json(200, {}, request_id)

    async def _loading(
        self, account: LineAccount, body: bytes, parts: tuple[str, ...], request_id: str
    ) -> web.Response:
        asked = _object(body)
        chat, seconds = str(asked.get("chatId", "")), asked.get("loadingSeconds", 20)
        good_length = type(seconds) is int and 5 <= seconds <= 60 and seconds % 5 == 0
        if not USER.fullmatch(chat) or not good_length or set(asked) - {"chatId", "loadingSeconds"}:
            self.record.violate("invalid_loading", str(seconds), account=account.name, recipient=chat)
            return answer_json(400, {"message": "The request body has 1 error(s)"}, request_id)
        self.loading.append((chat, time.time()))
        return answer_json(202, {}, request_id)

    async def _mark_as_read(
        self, account: LineAccount, body: bytes, parts: tuple[str, ...], request_id: str
    ) -> web.Response:
        asked = _object(body)
        if set(asked) != {"markAsReadToken"}:
            self.record.violate("invalid_mark_as_read", "", account=account.name)
            return answer_json(400, {"message": "The request body has 1 error(s)"}, request_id)
        self.read_marks.append(str(asked["markAsReadToken"]))
        return answer_json(200, {}, request_id)

    async def _leave(self, account: LineAccount, body: bytes, parts: tuple[str, ...], request_id: str) -> web.Response:
        if parts[0] not in account.residents or parts[0] in account.left:
            return answer_json(404, {"message": "Not found"}, request_id)
        account.left.append(parts[0])
        return answer_json(200, {}, request_id)

    async def _endpoint(
        self, account: LineAccount, body: bytes, parts: tuple[str, ...], request_id: str
    ) -> web.Response:
        return answer_json(200, {"endpoint": account.endpoint, "active": bool(account.endpoint)}, request_id)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = parse_json(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def complaint(problems: list[Problem]) -> dict[str, Any]:
    """LINE's error body for a faulty request."""
    details = [{"message": p.message, "property": p.property} for p in problems]
    return {"message": f"The request body has {len(problems)} error(s)", "details": details}


def answer_json(
    status: int, body: dict[str, Any], request_id: str, headers: dict[str, str] | None = None
) -> web.Response:
    """An answer as LINE gives it, with the id of the request."""
    return web.json_response(body, status=status, headers={"x-line-request-id": request_id, **(headers or {})})
