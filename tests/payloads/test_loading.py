"""The tables of inbound cases are complete, distinct, and arrive as the platforms would send them."""

import base64
import hashlib
import hmac
import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.payloads.loading import (
    DESTINATION,
    FOREIGN_SECRET,
    LINE_SECRET,
    InboundCase,
    Outcome,
    Platform,
    load,
    own_cases,
    params,
    shared_cases,
)

NOW = datetime(2027, 2, 3, 4, 5, 6, tzinfo=UTC)


def named(platform: Platform, name: str) -> InboundCase:
    return next(case for case in own_cases(platform) if case.name == name)


@pytest.mark.parametrize(("platform", "least"), [("line", 45), ("telegram", 35)])
def test_there_are_enough_cases_of_our_own(platform: Platform, least: int) -> None:
    cases = own_cases(platform)
    assert len(cases) >= least
    assert max(Counter(case.name for case in cases).values()) == 1
    assert all(case.why and case.bodies for case in cases)


@pytest.mark.parametrize("platform", ["line", "telegram"])
def test_every_shared_case_has_a_reading(platform: Platform) -> None:
    cases = shared_cases(platform)
    if not cases:
        pytest.skip("the platform contract is not here")
    assert [case.name for case in cases if case.outcome == Outcome()] == []
    assert {case.expect_http for case in cases} <= {200, 400, 403}


def test_no_two_own_line_events_share_an_id() -> None:
    seen: Counter[str] = Counter()
    for case in own_cases("line"):
        found = set()
        for knock in case.knocks(now=NOW):
            try:
                body = json.loads(knock.body)
            except (ValueError, RecursionError):
                continue
            for event in (body.get("events") or []) if isinstance(body, dict) else []:
                if isinstance(event, dict) and isinstance(event.get("webhookEventId"), str):
                    found.add(event["webhookEventId"])
        seen.update(found)
    assert len(seen) > 200
    assert max(seen.values()) == 1


def test_stamps_move_to_now() -> None:
    event = json.loads(named("line", "plain_words").knocks(now=NOW)[0].body)["events"][0]
    assert event["timestamp"] == int(NOW.timestamp()) * 1000
    update = json.loads(named("telegram", "plain_words").knocks(now=NOW)[0].body)
    assert update["message"]["date"] == int(NOW.timestamp())
    tomorrow = json.loads(named("line", "time_tomorrow").knocks(now=NOW)[0].body)["events"][0]
    assert tomorrow["timestamp"] - event["timestamp"] == 86_400_000


def test_signatures_follow_their_rule() -> None:
    def value(name: str) -> tuple[bytes, bytes | None]:
        knock = named("line", name).knocks(now=NOW)[0]
        return knock.body, dict(knock.headers).get(b"X-Line-Signature")

    def good(secret: str, body: bytes) -> bytes:
        return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())

    body, signature = value("plain_words")
    assert signature == good(LINE_SECRET, body)
    body, signature = value("foreign_signature")
    assert signature == good(FOREIGN_SECRET, body)
    body, signature = value("changed_body")
    assert signature != good(LINE_SECRET, body)
    assert value("no_signature")[1] is None
    assert value("non_ascii_signature")[1] == "署名".encode()
    capitals = dict(named("line", "header_in_capitals").knocks(now=NOW)[0].headers)
    assert b"X-LINE-SIGNATURE" in capitals
    assert b"X-Line-Signature" not in capitals


def test_secrets_follow_their_rule() -> None:
    headers = dict(named("telegram", "no_secret").knocks(now=NOW)[0].headers)
    assert b"X-Telegram-Bot-Api-Secret-Token" not in headers
    headers = dict(named("telegram", "foreign_secret").knocks(now=NOW)[0].headers)
    assert headers[b"X-Telegram-Bot-Api-Secret-Token"] == FOREIGN_SECRET.encode()


def test_abbreviations_are_written_out() -> None:
    events = json.loads(named("line", "hundred_events").knocks(now=NOW)[0].body)["events"]
    assert len({event["webhookEventId"] for event in events}) == 100
    digits = json.loads(named("line", "hundred_thousand_digits").knocks(now=NOW)[0].body)
    assert digits["events"][0]["message"]["text"] == "1" * 100_000
    assert len(named("line", "deep_nesting").knocks(now=NOW)[0].body) > 200_000
    assert len(named("line", "identical_post_twice").knocks(now=NOW)) == 2
    assert len(named("telegram", "split_long_text").knocks(now=NOW)) == 2


def test_good_bodies_name_our_account() -> None:
    assert json.loads(named("line", "plain_words").knocks(now=NOW)[0].body)["destination"] == DESTINATION


@pytest.mark.parametrize("case", params("line") + params("telegram"))
def test_every_case_can_be_sent(case: InboundCase) -> None:
    knocks = case.knocks(now=NOW)
    assert knocks
    assert all(b"\r" not in value and b"\n" not in value for knock in knocks for _, value in knock.headers)
    assert case.accepts(case.expect_http)
    assert not case.accepts(500)
    if case.expect_http >= 400:
        assert (case.outcome.stored, case.outcome.replies) == (0, "none")


def test_both_origins_come_together() -> None:
    assert len(load("line")) == len(own_cases("line")) + len(shared_cases("line"))
