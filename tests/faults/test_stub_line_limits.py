"""LINE's stand-in takes the largest legal message and refuses the one beside it."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.faults.line_limits import LIMITS, text
from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_account import LineAccount, line_user

USER = line_user(1)


@pytest.fixture(scope="module")
def line() -> Iterator[LineStub]:
    with LineStub(per_user_per_minute=None) as stub:
        yield stub


@pytest.fixture(scope="module")
def account(line: LineStub) -> LineAccount:
    opened = line.account()
    opened.resident(USER)
    return opened


@pytest.fixture(scope="module")
def api(line: LineStub, account: LineAccount) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=line.url, headers={"Authorization": f"Bearer {account.access_token}"}) as client:
        yield client


def push(api: httpx.Client, *messages: Any) -> httpx.Response:
    headers = {"X-Line-Retry-Key": str(uuid.uuid4())}
    return api.post("/v2/bot/message/push", json={"to": USER, "messages": list(messages)}, headers=headers)


@pytest.mark.parametrize("name", LIMITS)
def test_the_largest_legal_message_passes(api: httpx.Client, name: str) -> None:
    response = push(api, LIMITS[name][0])
    assert response.status_code == 200, response.json()
    assert len(response.json()["sentMessages"]) == 1
    assert response.headers["x-line-request-id"]


@pytest.mark.parametrize("name", LIMITS)
def test_the_message_beside_it_is_refused(api: httpx.Client, line: LineStub, name: str) -> None:
    before = len(line.violations)
    response = push(api, LIMITS[name][1])
    assert response.status_code == 400
    assert response.json()["message"].endswith("error(s)")
    assert all(detail["property"].startswith("messages[0]") for detail in response.json()["details"])
    assert {violation.rule for violation in line.violations[before:]} == {"invalid_message"}
    assert not line.sent[-1].accepted


@pytest.mark.parametrize(("count", "status"), [(0, 400), (1, 200), (5, 200), (6, 400)])
def test_one_to_five_messages(api: httpx.Client, count: int, status: int) -> None:
    assert push(api, *[text()] * count).status_code == status


def test_a_lone_surrogate_is_refused(api: httpx.Client) -> None:
    body = json.dumps({"to": USER, "messages": [text("\ud83d")]})
    headers = {"X-Line-Retry-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
    assert api.post("/v2/bot/message/push", content=body, headers=headers).status_code == 400


@pytest.mark.parametrize("body", [b"", b"hello", b"[]", b"\xff\xfe", b'{"to":NaN}', b"[" * 100_000], ids=range(6))
def test_an_unreadable_body_is_refused(api: httpx.Client, body: bytes) -> None:
    headers = {"X-Line-Retry-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
    assert api.post("/v2/bot/message/push", content=body, headers=headers).status_code == 400


def test_validation_answers_like_sending(api: httpx.Client) -> None:
    for good, bad in LIMITS.values():
        path = "/v2/bot/message/validate/push"
        assert api.post(path, json={"messages": [good]}).status_code == 200
        assert api.post(path, json={"messages": [bad]}).status_code == 400
