"""A stand-in for api.line.me and api-data.line.me that keeps LINE's rules to the letter."""

import hashlib
import json
import re
import time
from typing import Any

from aiohttp import web

from tests.faults.stubs.faults import Fault, FaultPlan
from tests.faults.stubs.line_account import AcceptedPush, LineAccount, ReplyToken
from tests.faults.stubs.line_calls import LineSideCalls, answer_json, complaint
from tests.faults.stubs.line_checks import Problem
from tests.faults.stubs.line_contract import RECIPIENT, UUID, check_push_body, check_reply_body
from tests.faults.stubs.server import MAX_BODY, new_id, parse_json

INVALID_TOKEN = "Invalid reply token"
RATE_LIMIT = "The API rate limit has been exceeded. Try again later."
MONTHLY = "You have reached your monthly limit."
FAILED = "Failed to send messages"
KEY_TAKEN = "The retry key is already accepted"

_CONTENT = re.compile(r"/v2/bot/message/([^/]+)/content(?:/preview)?")

Answer = tuple[int, dict[str, Any], dict[str, str]]


class LineStub(LineSideCalls):
    """Plays LINE for any number of accounts; `with LineStub() as stub:` serves at `stub.url`."""

    def __init__(
        self,
        *,
        token_life: float = 60.0,
        faults: FaultPlan | None = None,
        per_user_per_minute: int | None = 100,
        **network: float,
    ) -> None:
        """`token_life` is the minute of a reply token in seconds; after twenty of them it dies for good."""
        super().__init__(faults=faults, **network)
        self.token_life = token_life
        self.per_user_per_minute = per_user_per_minute
        self.accounts: dict[str, LineAccount] = {}

    def account(
        self,
        *,
        access_token: str = "line-access-token",
        channel_secret: str = "line-channel-secret",
        destination: str = "U" + "b" * 32,
        name: str = "line",
        quota: int | None = None,
    ) -> LineAccount:
        """Open a channel; requests with its access token act for it."""
        account = LineAccount(access_token, channel_secret, destination, name=name, quota=quota)
        self.accounts[access_token] = account
        return account

    def witness(self, account: LineAccount, body: bytes | str, *, live: bool = True) -> None:
        """Tell the stub that a webhook body was delivered by other hands; `live` says whether its reply tokens work."""
        try:
            parsed = json.loads(body)
        except (ValueError, RecursionError):
            return
        events = parsed.get("events") if isinstance(parsed, dict) else None
        for event in events if isinstance(events, list) else ():
            account.witness(event)
            if not live and isinstance(event, dict) and event.get("replyToken") in account.tokens:
                account.tokens[event["replyToken"]].used = True

    # -- requests ----------------------------------------------------------------------------------------------

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one API call as LINE would."""
        body = await request.read()
        request_id = new_id()
        if len(body) > MAX_BODY:
            self.record.violate("body_too_large", str(len(body)))
            return answer_json(413, {"message": "Payload too large"}, request_id)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        account = self.accounts.get(token.strip()) if scheme == "Bearer" else None
        if account is None:
            self.record.violate("wrong_access_token", request.path)
            return answer_json(
                401, {"message": "Authentication failed. Confirm that the access token is valid."}, request_id
            )
        if request.query_string:
            self.record.violate("query_string", request.path, account=account.name)
        if request.method == "POST" and request.path in ("/v2/bot/message/reply", "/v2/bot/message/push"):
            return await self._send(request, account, body, request_id)
        if request.method == "GET" and (content := _CONTENT.fullmatch(request.path)):
            return await self._content(request, account, content[1], request_id)
        for method, pattern, act in self._calls():
            found = re.fullmatch(pattern, request.path) if method == request.method else None
            if found:
                fault = self.faults.draw(carries=False)
                good = await act(account, body, found.groups(), request_id)
                return await self.misbehave(request, fault, good)
        self.record.violate("unknown_method", f"{request.method} {request.path}", account=account.name)
        return answer_json(404, {"message": "Not found"}, request_id)

    async def _send(
        self, request: web.BaseRequest, account: LineAccount, raw: bytes, request_id: str
    ) -> web.StreamResponse:
        via = request.path.rsplit("/", 1)[1]
        key = request.headers.get("X-Line-Retry-Key", "")
        body = self._read(request, account, raw)
        check = check_reply_body if via == "reply" else check_push_body
        problems = [Problem("The request body could not be parsed", "body")] if body is None else check(body)
        fields = body if isinstance(body, dict) else {}
        reply_token = str(fields.get("replyToken", ""))
        token = account.tokens.get(reply_token)
        recipient = str(fields.get("to", "")) if via == "push" else token.recipient if token else ""
        fault = Fault.NONE if problems else self.faults.draw(carries=True)
        headers: dict[str, str] = {}
        if problems:
            for problem in problems:
                self.record.violate(
                    "invalid_message",
                    f"{problem.property}: {problem.message}",
                    account=account.name,
                    recipient=recipient,
                )
            status, answer = 400, complaint(problems)
        elif not fault.accepts:
            if token is not None:
                token.tried = True
            refusal = self.fault_response(fault)
            status, answer = refusal.status, {}
        elif via == "reply":
            status, answer, headers = self._reply(account, token, reply_token, fields, key)
        else:
            status, answer, headers = self._push(account, recipient, fields, key, request_id)
        person = account.residents.get(recipient)
        accepted = status == 200
        messages = fields.get("messages")
        entry = self.record.add(
            account=account.name,
            recipient=recipient,
            via=via,
            messages=tuple(m for m in messages if isinstance(m, dict)) if isinstance(messages, list) else (),
            request_id=request_id,
            accepted=accepted,
            delivered=accepted and not (person is not None and person.blocked),
            answered=None,
            fault="" if fault is Fault.NONE else str(fault),
            retry_key=key,
            reply_token=reply_token,
            event_id=token.event_id if token else "",
        )
        response = await self.misbehave(request, fault, answer_json(status, answer, request_id, headers))
        self.record.amend(entry, answered=self.answered(request, fault, response))
        return response

    def _read(self, request: web.BaseRequest, account: LineAccount, raw: bytes) -> Any:
        if request.content_type != "application/json":
            self.record.violate("content_type", request.content_type, account=account.name)
            return None
        try:
            return parse_json(raw)
        except (ValueError, RecursionError):
            self.record.violate("unreadable_body", "", account=account.name)
            return None

    # -- reply and push ----------------------------------------------------------------------------------------

    def _reply(
        self, account: LineAccount, token: ReplyToken | None, name: str, body: dict[str, Any], key: str
    ) -> Answer:
        if key:
            self.record.violate("retry_key_on_reply", "", account=account.name)
            return 400, {"message": "The X-Line-Retry-Key header is not supported"}, {}
        if token is None:
            foreign = any(name in other.tokens for other in self.accounts.values())
            self.record.violate("foreign_reply_token" if foreign else "unknown_reply_token", "", account=account.name)
            return 400, {"message": INVALID_TOKEN}, {}
        token.tried = True
        if token.standby:
            self.record.violate("sent_while_standby", "", account=account.name, recipient=token.recipient)
        expired = (
            time.monotonic() - token.issued > self.token_life or time.time() - token.event_at > 20 * self.token_life
        )
        if token.used or expired:
            return 400, {"message": INVALID_TOKEN}, {}
        token.used = True
        account.spend_tokens(token.recipient, token)
        return 200, {"sentMessages": _sent_messages(body)}, {}

    def _push(self, account: LineAccount, to: str, body: dict[str, Any], key: str, request_id: str) -> Answer:
        where = {"account": account.name, "recipient": to}
        if not UUID.fullmatch(key):
            self.record.violate("retry_key_invalid" if key else "retry_key_missing", "", **where)
            return 400, {"message": "The X-Line-Retry-Key header is missing or invalid"}, {}
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        known = account.keys.get(key.lower())
        if known is not None:
            if known.digest != digest:
                self.record.violate("retry_key_reused", "same key, other body", **where)
            answer = {"message": KEY_TAKEN, "sentMessages": list(known.sent_messages)}
            return 409, answer, {"x-line-accepted-request-id": known.request_id}
        if not RECIPIENT.fullmatch(to):
            self.record.violate("invalid_recipient", "", **where)
            return 400, {"message": "The property, 'to', in the request body is invalid (line: -, column: -)"}, {}
        person = account.residents.get(to)
        if person is None:
            foreign = any(to in other.residents for other in self.accounts.values())
            self.record.violate("foreign_recipient" if foreign else "unknown_recipient", "", **where)
            return 400, {"message": FAILED}, {}
        if person.standby:
            self.record.violate("sent_while_standby", "", **where)
        if person.product_knows_blocked:
            self.record.violate("push_after_unfollow", "", **where)
        if account.live_token(to, self.token_life):
            self.record.violate("push_with_live_token", "", **where)
        if account.quota is not None and account.pushed >= account.quota:
            return 429, {"message": MONTHLY}, {}
        now = time.monotonic()
        person.push_times = [t for t in person.push_times if now - t < 60] + [now]
        if self.per_user_per_minute is not None and len(person.push_times) > self.per_user_per_minute:
            self.record.violate("too_many_to_one_person", "", **where)
            return 429, {"message": RATE_LIMIT}, {}
        sent = _sent_messages(body)
        account.keys[key.lower()] = AcceptedPush(digest, request_id, tuple(sent), time.time())
        if not person.blocked:
            account.pushed += 1
        return 200, {"sentMessages": sent}, {}

    def fault_response(self, fault: Fault) -> web.Response:
        """429, 401 and 413 in LINE's words."""
        answers = {
            Fault.TOO_MANY: (429, RATE_LIMIT),
            Fault.MONTHLY_LIMIT: (429, MONTHLY),
            Fault.UNAUTHORIZED: (401, "Authentication failed. Confirm that the access token is valid."),
            Fault.TOO_LARGE: (413, "Payload too large"),
        }
        if fault not in answers:
            return super().fault_response(fault)
        status, message = answers[fault]
        return answer_json(status, {"message": message}, new_id())


def _sent_messages(body: dict[str, Any]) -> list[dict[str, str]]:
    return [{"id": str(int(new_id(), 16))[:18], "quoteToken": new_id()} for _ in body["messages"]]
