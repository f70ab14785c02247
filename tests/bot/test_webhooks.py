"""Webhooks: stored before acknowledged, forged ones refused, odd ones set aside, siblings unharmed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels import line_webhook, telegram_webhook
from handoff import inbox
from handoff.inbox import EventState, InboundEvent
from resources.db import EVERYWHERE, Database
from resources.sealing import Sealer
from tests.bot.doorway import DESTINATION, Doorway, open_doorway, sign
from tests.conftest import Town, found_town

CONTRACTS = Path(__file__).resolve().parents[2].parent / "shared" / "contracts"


def cases(name: str) -> list[dict[str, Any]]:
    """Return the inbound cases of a platform, none where they are not at hand."""
    file = CONTRACTS / name
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else []


def shifted(value: Any, seconds: float) -> Any:
    """Return a case with its fixed times moved to the present."""
    if isinstance(value, dict):
        moved = {}
        for key, inner in value.items():
            if key == "timestamp" and isinstance(inner, int):
                moved[key] = inner + int(seconds * 1000)
            elif key in ("date", "edit_date") and isinstance(inner, int) and 1_000_000_000 < inner < 3_000_000_000:
                moved[key] = inner + int(seconds)
            else:
                moved[key] = shifted(inner, seconds)
        return moved
    return [shifted(inner, seconds) for inner in value] if isinstance(value, list) else value


SHIFT = time.time() - 1_795_400_100


@pytest.fixture
def doorway(database: Database, sealer: Sealer, town: Town) -> Iterator[Doorway]:
    with open_doorway(database, sealer, town.code) as opened:
        yield opened


@pytest.fixture
def lite(sqlite_database: Database, sealer: Sealer) -> Iterator[Doorway]:
    found_town(sqlite_database)
    with open_doorway(sqlite_database, sealer, "990019") as opened:
        yield opened


def events(database: Database) -> list[InboundEvent]:
    with database.reading(EVERYWHERE) as session:
        return list(session.query(InboundEvent).order_by(InboundEvent.id))


def text(number: int, words: str = "生活費が足りません", user: str = "1") -> dict[str, Any]:
    return {
        "type": "message",
        "mode": "active",
        "timestamp": int(time.time() * 1000) + number,
        "source": {"type": "user", "userId": "U" + user * 32},
        "webhookEventId": f"01TEST{number:020d}",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": f"token{number}",
        "message": {"type": "text", "id": str(number), "text": words},
    }


def body(*told: Any, destination: str = DESTINATION) -> dict[str, Any]:
    return {"destination": destination, "events": list(told)}


@pytest.mark.parametrize("case", cases("line_webhook_cases.json"), ids=lambda case: case["name"])
def test_line_case_is_acknowledged_as_the_contract_says(lite: Doorway, sqlite_database: Database, case) -> None:
    raw = case["raw"].encode() if case["raw"] is not None else json.dumps(shifted(case["body"], SHIFT)).encode()
    signature = None if case["signature"] == "valid" else case["signature"]
    assert lite.line(raw, signature=signature) == case["expect_http"]
    stored = events(sqlite_database)
    assert lite.line(raw, signature=signature) == case["expect_http"]
    assert len(events(sqlite_database)) == len(stored)
    if case["expect_http"] == 400:
        assert stored == []
    elif case["body"] is not None:
        assert len(stored) == len(case["body"]["events"])


@pytest.mark.parametrize("case", cases("telegram_update_cases.json"), ids=lambda case: case["name"])
def test_telegram_case_is_acknowledged_as_the_contract_says(lite: Doorway, sqlite_database: Database, case) -> None:
    updates = case["body"] if isinstance(case["body"], list) else [case["body"]]
    secret = case.get("secret", "telegram-webhook-secret")
    for update in updates:
        for _ in range(2):
            assert lite.telegram(shifted(update, SHIFT), secret=secret) == case["expect_http"]
    assert len(events(sqlite_database)) == (len(updates) if case["expect_http"] == 200 else 0)


def test_a_refused_call_is_noted_once_with_the_account_and_nothing_of_it(lite: Doorway) -> None:
    with structlog.testing.capture_logs() as told:
        for _ in range(3):
            assert lite.line(b'{"events": ["secret words"]}', signature="x") == 400
    assert [(one["status"], one["account"]) for one in told] == [(400, "town-line")] and "secret words" not in str(told)


def test_official_signature_vector_is_accepted() -> None:
    raw = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    signature = b"GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
    assert line_webhook.genuine(b"8c570fa6dd201bb328f1c1eac23a96d8", raw, signature)


def test_account_without_secret_believes_nobody() -> None:
    assert not line_webhook.genuine(b"", b"{}", sign(b"{}", "").encode())
    assert not telegram_webhook.genuine(b"", b"")


def test_each_bit_of_a_signed_body_counts() -> None:
    raw = json.dumps(body(text(1))).encode()
    signature = sign(raw).encode()
    for at in range(len(raw) * 8):
        torn = bytearray(raw)
        torn[at // 8] ^= 1 << at % 8
        assert not line_webhook.genuine(b"line-channel-secret", bytes(torn), signature)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=300), signature=st.binary(max_size=60))
def test_forged_posts_are_refused_and_leave_nothing(lite: Doorway, sqlite_database: Database, raw, signature) -> None:
    response = lite.post("/webhooks/line/town-line", raw, [(b"x-line-signature", signature.replace(b"\n", b""))])
    assert response.status_code == 400
    response = lite.post(
        "/webhooks/telegram/town-telegram", raw, [(b"x-telegram-bot-api-secret-token", signature.replace(b"\n", b""))]
    )
    assert response.status_code == 403
    assert events(sqlite_database) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
PART = st.fixed_dictionaries({}, optional=dict.fromkeys(("chat", "from", "date", "text", "location"), JSON))
UPDATE_KEYS = ("update_id", *telegram_webhook.ALLOWED_UPDATES)
KEYS = ("type", "mode", "timestamp", "source", "webhookEventId", "deliveryContext", "replyToken", "message")


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(odd=st.lists(JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, JSON)), max_size=3))
def test_whatever_is_signed_is_taken_and_can_be_read(lite: Doorway, odd) -> None:
    raw = json.dumps(body(*odd)).encode()
    assert lite.line(raw) == 200
    now = datetime.now(UTC)
    for arrival in line_webhook.arrivals(raw, DESTINATION, now=now):
        if not arrival.trouble:
            line_webhook.understand(arrival.payload, received_at=now)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(odd=JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(UPDATE_KEYS, JSON | PART)))
def test_whatever_telegram_brings_is_taken_and_can_be_read(lite: Doorway, odd) -> None:
    raw = json.dumps(odd).encode()
    assert lite.telegram(raw) == 200
    now = datetime.now(UTC)
    for arrival in telegram_webhook.arrivals(raw, now=now):
        if not arrival.trouble:
            telegram_webhook.understand(arrival.payload, received_at=now)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"destination":"x","events":' + b"[" * 100_000,
        b'{"update_id":' + b"9" * 5000 + b"}",
        b'{"a":NaN,"b":Infinity}',
        b"\xff\xfe\x00",
        b"",
        b'{"update_id":9223372036854775808,"message":{"text":"x","chat":{"id":1e400}}}',
        b'{"update_id":1,"update_id":2}',
    ],
    ids=["deep", "huge_number", "nan", "not_utf8", "empty", "beyond_64_bits", "same_key_twice"],
)
def test_signed_junk_is_set_aside_and_acknowledged(doorway: Doorway, raw: bytes) -> None:
    assert doorway.line(raw) == 200
    assert doorway.telegram(raw) == 200


def test_odd_event_costs_no_sibling(doorway: Doorway, database: Database) -> None:
    assert doorway.line(body(None, 7, {"mode": "active"}, text(1), "x", text(2, user="2"))) == 200
    states = [event.state for event in events(database)]
    assert states.count(EventState.WAITING) == 2 and states.count(EventState.SET_ASIDE) == 4


def test_event_for_another_account_is_noted_without_its_words(doorway: Doorway, database: Database) -> None:
    assert doorway.line(body(text(1, "秘密です"), destination="U" + "d" * 32)) == 200
    with database.reading(EVERYWHERE) as session:
        (event,) = inbox.put_aside(session)
        assert event.trouble == "foreign_destination"
        assert inbox.payload(session, event) == "{}"


def test_genuine_webhook_of_last_week_is_kept_but_not_answered(doorway: Doorway, database: Database) -> None:
    old = text(1) | {"timestamp": int((time.time() - 7 * 86400) * 1000)}
    again = text(2) | {"timestamp": old["timestamp"], "deliveryContext": {"isRedelivery": True}}
    assert doorway.line(body(old, again)) == 200
    assert sorted(event.state for event in events(database)) == ["set_aside", "waiting"]


def test_other_towns_signature_opens_no_door(doorway: Doorway) -> None:
    raw = json.dumps(body(text(1))).encode()
    assert doorway.line(raw, signature=sign(raw, "another-towns-secret")) == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [("/webhooks/line/nobody", 404), ("/webhooks/fax/town-line", 404), ("/webhooks/telegram/town-line", 404),
     ("/webhooks/line/town-line/more", 404), ("/desk", 418)],
)  # fmt: skip
def test_unknown_doors_are_not_there(lite: Doorway, path: str, status: int) -> None:
    assert lite.post(path, b"{}", {}).status_code == status


def test_body_beyond_two_megabytes_is_refused(lite: Doorway) -> None:
    assert lite.line(b"x" * (2 * 1024 * 1024 + 1)) == 413


def test_new_account_needs_no_restart(lite: Doorway, sqlite_database: Database) -> None:
    from handoff import accounts
    from handoff.accounts import Platform

    raw = json.dumps(body(text(1))).encode()
    assert lite.line(raw, name="second") == 404
    with sqlite_database.writing("990019") as session:
        town = {"municipality": "990019", "secret": "line-channel-secret"}
        accounts.add(session, platform=Platform.LINE, name="second", **town)
    time.sleep(0.6)
    assert lite.line(raw, name="second") == 200


def test_posts_at_the_same_time_share_commits(lite: Doorway, sqlite_database: Database) -> None:
    from sqlalchemy import event

    commits: list[int] = []
    event.listen(sqlite_database.writer, "commit", lambda connection: commits.append(1))
    calls = []
    for number in range(60):
        raw = json.dumps(body(text(number))).encode()
        calls.append(("/webhooks/line/town-line", raw, [(b"x-line-signature", sign(raw).encode())]))
    assert {response.status_code for response in lite.post_all(calls)} == {200}
    assert len(events(sqlite_database)) == 60
    assert len(commits) < 30


def test_database_that_is_busy_makes_line_come_again(lite: Doorway, sqlite_database: Database) -> None:
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with sqlite_database.writing("990019"):
            held.set()
            release.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)
    begun = time.monotonic()
    assert lite.line(body(text(1))) == 503
    assert time.monotonic() - begun < 2
    release.set()
    thread.join()
    assert lite.line(body(text(1))) == 200
    assert len(events(sqlite_database)) == 1


def test_words_never_stand_readable_in_the_inbox(lite: Doorway, sqlite_database: Database) -> None:
    lite.line(body(text(1, "これは秘密の相談です")))
    with sqlite_database.reader.connect() as connection:
        from sqlalchemy import text as sql

        sealed = connection.execute(sql("SELECT payload_sealed FROM inbound_event")).scalar_one()
    assert "秘密".encode() not in sealed and b"\\u79d8" not in sealed
