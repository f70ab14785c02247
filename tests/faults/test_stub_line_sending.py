"""LINE's stand-in keeps the rules of reply tokens, retry keys, recipients, quota and accounts."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.faults.stubs import line_events
from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_account import LineAccount, line_user

USER = line_user(1)
HELLO = {"type": "text", "text": "x"}
REPLY = "/v2/bot/message/reply"
PUSH = "/v2/bot/message/push"


@pytest.fixture
def line() -> Iterator[LineStub]:
    with LineStub() as stub:
        yield stub


@pytest.fixture
def account(line: LineStub) -> LineAccount:
    return line.account()


@pytest.fixture
def api(line: LineStub, account: LineAccount) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=line.url, headers={"Authorization": f"Bearer {account.access_token}"}) as client:
        yield client


def arrive(account: LineAccount, event: dict[str, Any] | None = None) -> str:
    """An event reaches the product; returns its reply token."""
    event = event or line_events.text(USER, "x")
    account.witness(event)
    return str(event.get("replyToken", ""))


def reply(api: httpx.Client, token: str, **headers: str) -> httpx.Response:
    return api.post(REPLY, json={"replyToken": token, "messages": [HELLO]}, headers=headers)


def push(api: httpx.Client, to: str = USER, key: str | None = None, words: str = "x") -> httpx.Response:
    headers = {"X-Line-Retry-Key": key if key is not None else str(uuid.uuid4())}
    return api.post(PUSH, json={"to": to, "messages": [{"type": "text", "text": words}]}, headers=headers)


def rules(line: LineStub) -> list[str]:
    return [violation.rule for violation in line.violations]


def test_a_reply_token_works_once(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    token = arrive(account)
    assert reply(api, token).status_code == 200
    again = reply(api, token)
    assert (again.status_code, again.json()["message"]) == (400, "Invalid reply token")
    assert [sent.delivered for sent in line.sent] == [True, False]
    assert line.sent[0].recipient == USER
    assert not line.violations


def test_a_reply_token_dies_after_its_minute(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    line.token_life = 0.05
    token = arrive(account)
    time.sleep(0.06)
    assert reply(api, token).json()["message"] == "Invalid reply token"


def test_redelivery_begins_the_minute_anew(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    line.token_life = 0.2
    event = line_events.text(USER, "x")
    token = arrive(account, event)
    time.sleep(0.21)
    arrive(account, {**event, "deliveryContext": {"isRedelivery": True}})
    assert reply(api, token).status_code == 200


def test_a_reply_token_dies_twenty_minutes_after_the_event(account: LineAccount, api: httpx.Client) -> None:
    event = line_events.text(USER, "x")
    event["timestamp"] -= 21 * 60 * 1000
    assert reply(api, arrive(account, event)).status_code == 400


def test_an_invented_reply_token_is_refused(line: LineStub, api: httpx.Client) -> None:
    assert reply(api, "0" * 32).status_code == 400
    assert rules(line) == ["unknown_reply_token"]


def test_the_reply_token_of_another_town_is_refused(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    other = line.account(access_token="other", name="other")
    assert reply(api, arrive(other)).status_code == 400
    assert rules(line) == ["foreign_reply_token"]


def test_a_retry_key_on_a_reply_is_refused(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    response = reply(api, arrive(account), **{"X-Line-Retry-Key": str(uuid.uuid4())})
    assert response.status_code == 400
    assert rules(line) == ["retry_key_on_reply"]


@pytest.mark.parametrize(("key", "rule"), [("", "retry_key_missing"), ("not-a-uuid", "retry_key_invalid")])
def test_a_push_needs_a_good_retry_key(
    line: LineStub, account: LineAccount, api: httpx.Client, key: str, rule: str
) -> None:
    account.resident(USER)
    assert push(api, key=key).status_code == 400
    assert rules(line) == [rule]


def test_the_same_key_is_accepted_only_once(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    account.resident(USER)
    key = str(uuid.uuid4())
    first, second = push(api, key=key), push(api, key=key)
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert second.json()["sentMessages"] == first.json()["sentMessages"]
    assert sum(sent.delivered for sent in line.sent) == 1
    assert not line.violations


def test_the_same_key_with_another_body_is_a_fault(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    account.resident(USER)
    key = str(uuid.uuid4())
    push(api, key=key)
    assert push(api, key=key, words="y").status_code == 409
    assert rules(line) == ["retry_key_reused"]


@pytest.mark.parametrize("to", ["", "U123", "u" + "a" * 32, "U" + "A" * 32])
def test_a_malformed_recipient_is_refused(account: LineAccount, api: httpx.Client, to: str) -> None:
    assert push(api, to).status_code == 400


def test_a_stranger_is_refused(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    response = push(api, line_user(99))
    assert (response.status_code, response.json()["message"]) == (400, "Failed to send messages")
    assert rules(line) == ["unknown_recipient"]


def test_the_resident_of_another_town_is_refused(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    line.account(access_token="other", name="other").resident(USER)
    assert push(api).status_code == 400
    assert rules(line) == ["foreign_recipient"]


def test_a_blocked_push_looks_sent_but_is_not_delivered(
    line: LineStub, account: LineAccount, api: httpx.Client
) -> None:
    account.resident(USER).blocked = True
    assert push(api).status_code == 200
    assert (line.sent[0].accepted, line.sent[0].delivered) == (True, False)
    assert account.pushed == 0
    assert not line.violations


def test_a_push_after_a_known_block_is_a_fault(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    event = line_events.unfollow(USER)
    arrive(account, event)
    account.acknowledged(event)
    push(api)
    assert rules(line) == ["push_after_unfollow"]


def test_the_quota_ends_pushes_but_not_replies(account: LineAccount, api: httpx.Client) -> None:
    account.resident(USER)
    account.quota = 1
    assert push(api).status_code == 200
    refused = push(api)
    assert (refused.status_code, refused.json()["message"]) == (429, "You have reached your monthly limit.")
    assert reply(api, arrive(account)).status_code == 200
    assert api.get("/v2/bot/message/quota").json() == {"type": "limited", "value": 1}
    assert api.get("/v2/bot/message/quota/consumption").json() == {"totalUsage": 1}


def test_a_push_beside_a_live_reply_token_is_a_fault(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    arrive(account)
    push(api)
    assert rules(line) == ["push_with_live_token"]


def test_a_push_after_the_reply_was_tried_is_none(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    arrive(account)
    reply(api, arrive(account))
    push(api)
    assert not line.violations


def test_nothing_may_be_sent_in_standby(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    arrive(account, {**line_events.text(USER, "x"), "mode": "standby"})
    push(api)
    assert "sent_while_standby" in rules(line)


def test_too_many_to_one_person(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    line.per_user_per_minute = 2
    account.resident(USER)
    assert [push(api).status_code for _ in range(3)] == [200, 200, 429]
    assert rules(line) == ["too_many_to_one_person"]


@pytest.mark.parametrize(
    ("seconds", "status"), [(5, 202), (60, 202), (0, 400), (4, 400), (7, 400), (65, 400), ("5", 400)]
)
def test_the_loading_animation(account: LineAccount, api: httpx.Client, seconds: object, status: int) -> None:
    response = api.post("/v2/bot/chat/loading/start", json={"chatId": USER, "loadingSeconds": seconds})
    assert response.status_code == status


def test_the_loading_animation_is_for_one_person(account: LineAccount, api: httpx.Client) -> None:
    assert api.post("/v2/bot/chat/loading/start", json={"chatId": "C" + "a" * 32}).status_code == 400
    assert api.post("/v2/bot/chat/loading/start", json={"chatId": USER}).status_code == 202


def test_profile_content_and_leaving(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    group = "C" + "a" * 32
    account.resident(USER, name="花子")
    account.resident(group)
    account.contents["42"] = (b"picture", "image/jpeg")
    assert api.get(f"/v2/bot/profile/{USER}").json()["displayName"] == "花子"
    assert api.get(f"/v2/bot/profile/{line_user(99)}").status_code == 404
    assert api.get("/v2/bot/message/42/content").content == b"picture"
    assert api.get("/v2/bot/message/43/content").status_code == 404
    assert api.post(f"/v2/bot/group/{group}/leave").json() == {}
    assert account.left == [group]
    assert api.post(f"/v2/bot/group/{group}/leave").status_code == 404
    assert api.get("/v2/bot/info").json()["userId"] == account.destination


def test_wrong_credentials_paths_and_types(line: LineStub, account: LineAccount, api: httpx.Client) -> None:
    account.resident(USER)
    assert api.post(PUSH, json={}, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert api.post(PUSH, json={}, headers={"Authorization": ""}).status_code == 401
    assert api.get("/v2/bot/nothing").status_code == 404
    assert api.get(REPLY).status_code == 404
    body = json.dumps({"to": USER, "messages": [HELLO]})
    key = {"X-Line-Retry-Key": str(uuid.uuid4()), "Content-Type": "text/plain"}
    assert api.post(PUSH, content=body, headers=key).status_code == 400
    assert rules(line)[:4] == ["wrong_access_token", "wrong_access_token", "unknown_method", "unknown_method"]


@pytest.mark.parametrize(("extra", "status"), [(0, 400), (1, 413)])
def test_two_megabytes_at_most(account: LineAccount, api: httpx.Client, extra: int, status: int) -> None:
    assert api.post(PUSH, content=b"x" * (2 * 1024 * 1024 + extra)).status_code == status
