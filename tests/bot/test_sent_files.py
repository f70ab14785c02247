"""Photos, voices and files from LINE and Telegram to the desk: fetched beside the answers, whatever the platforms do."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogue import refusing
from bot.texts import Texts
from handoff import attachments, cases, moves, workers
from handoff.attachments import Attachment, FileState, Found
from resources.access import Actor
from resources.db import EVERYWHERE, database_clock
from resources.sealing import reveal
from resources.staff import Staff
from tests.bot.house import House, line_event, line_text, telegram_text
from tests.faults.stubs.contents import Way
from tests.sent_files import GPS_MARK, HTML, OGG, PDF, mp4, picture, with_place

Open = Callable[..., House]


def line_file(number: int, kind: str = "image", user: str = "1", **more: Any) -> dict[str, Any]:
    event = line_text(number, "", user)
    return event | {"message": {"type": kind, "id": f"{user}000{number}", **more}}


def telegram_file(number: int, **content: Any) -> dict[str, Any]:
    update = telegram_text(number, "")
    del update["message"]["text"]
    update["message"] |= content
    return update


def rows(house: House) -> list[Attachment]:
    with house.database.reading(EVERYWHERE) as session:
        return list(session.scalars(select(Attachment).order_by(Attachment.id)))


def settled(house: House, count: int = 1) -> list[Attachment]:
    """Wait until so many files are no longer waited for."""
    house.until(lambda: len([row for row in rows(house) if row.state != FileState.WAITING]) == count, 40)
    return rows(house)


def content(house: House, row: Attachment, *, small: bool = False) -> bytes:
    with house.database.reading(EVERYWHERE) as session:
        return attachments.content(session, session.info["sealer"], row, small=small)


def test_a_photo_from_line_is_kept_without_the_place_it_was_taken_at(house: House) -> None:
    house.line_account.contents["10001"] = (with_place((3000, 1500)), "text/html")
    house.line(line_file(1))
    (row,) = settled(house)
    assert (row.state, row.media, row.width, row.height) == (FileState.STORED, "image/jpeg", 1000, 2000)
    kept, small = content(house, row), content(house, row, small=True)
    with Image.open(io.BytesIO(kept)) as shown, Image.open(io.BytesIO(small)) as thumb:
        assert dict(shown.getexif()) == {} and "comment" not in shown.info
        assert shown.size == (1000, 2000) and max(thumb.size) == 320
    assert GPS_MARK not in kept + small and row.handle_sealed is None


def test_a_photo_from_telegram_comes_in_its_largest_size(house: House) -> None:
    house.telegram_bot.files["large"] = ("photos/2.jpg", picture())
    sizes = [{"file_id": "small", "width": 90}, {"file_id": "large", "width": 1280}, {"file_id": "middle", "width": 320}]
    house.telegram(telegram_file(1, photo=sizes))
    (row,) = settled(house)
    assert row.state == FileState.STORED and house.telegram_stub.fetched == ["photos/2.jpg"]


def test_voices_and_documents_are_kept_as_they_are(lite: House) -> None:
    lite.line_account.contents |= {"10001": (mp4(b"mp42"), "audio/x-m4a"), "10002": (PDF, "application/octet-stream")}
    lite.telegram_bot.files |= {"v": ("voice/1.oga", OGG)}
    lite.line(line_file(1, "audio", duration=1000), line_file(2, "file", fileName="決定通知.html", fileSize=9))
    settled(lite, 2)
    lite.telegram(telegram_file(1, voice={"file_id": "v"}))
    found = settled(lite, 3)
    assert [(row.state, row.media) for row in found] == [
        ("stored", "audio/mp4"), ("stored", "application/pdf"), ("stored", "audio/ogg")
    ]  # fmt: skip
    assert [content(lite, row) for row in found] == [mp4(b"mp42"), PDF, OGG]
    with lite.database.reading(EVERYWHERE) as session:
        assert reveal(session, found[1], "name_sealed") == "決定通知.html"


@pytest.mark.parametrize(
    ("ways", "state", "reason"),
    [
        ([Way.PREPARING, Way.BROKEN], "stored", ""),
        ([Way.CUT], "stored", ""),
        ([Way.SLOW], "stored", ""),
        ([Way.MISNAMED], "stored", ""),
        ([Way.GONE], "gone", "gone"),
        ([Way.ELSEWHERE], "gone", "gone"),
        ([Way.ENDLESS], "refused", "too_large"),
    ],
)
def test_whatever_line_does_with_a_content(lite: House, ways: list[Way], state: str, reason: str) -> None:
    lite.line_account.contents["10001"] = (picture(), "image/jpeg")
    lite.line_account.content_ways["10001"] = list(ways)
    lite.line(line_file(1))
    (row,) = settled(lite)
    assert (row.state, row.reason) == (state, reason)
    assert len(lite.line_stub.fetched) == len(ways) + (state == "stored" and ways != [Way.MISNAMED])


@pytest.mark.parametrize(
    ("path", "data", "state", "reason"),
    [
        ("documents/1", b"x" * (20 * 1024 * 1024 + 1), "refused", "too_large"),
        ("../../etc/passwd", PDF, "gone", "gone"),
        ("http://127.0.0.2/x", PDF, "gone", "gone"),
        ("documents/2", HTML, "refused", "markup"),
    ],
)
def test_whatever_telegram_does_with_a_file(lite: House, path: str, data: bytes, state: str, reason: str) -> None:
    lite.telegram_bot.files["d"] = (path, data)
    lite.telegram(telegram_file(1, document={"file_id": "d", "file_name": "a.pdf"}))
    (row,) = settled(lite)
    assert (row.state, row.reason) == (state, reason)
    assert lite.telegram_stub.fetched == ([path] if reason == "markup" else [])


def test_a_file_that_comes_too_slowly_holds_up_no_answer(lite: House) -> None:
    lite.line_account.contents["10001"] = (picture(), "image/jpeg")
    lite.line_account.content_ways["10001"] = [Way.SLOW] * 8
    lite.line(line_file(1))
    lite.until(lambda: lite.line_stub.fetched)
    lite.line(line_text(2, "こんにちは"))
    lite.until(lambda: "答え こんにちは" in lite.said_on_line())
    assert [row.state for row in rows(lite)] == ["waiting"]


def test_what_lies_elsewhere_is_never_fetched(lite: House) -> None:
    elsewhere = {"type": "external", "originalContentUrl": "http://127.0.0.1:9/"}
    lite.line(line_file(1, contentProvider=elsewhere), line_event(2, "postback", postback={"data": "x"}))
    lite.settle()
    assert rows(lite) == [] and lite.line_stub.fetched == []
    assert [message.kind for message in lite.messages()] == ["image", "choice"]


def test_the_next_worker_takes_over_what_a_dead_one_left_half_done(open_one: Open) -> None:
    house = open_one(work=False)
    house.line_account.contents["10001"] = (picture(), "image/jpeg")
    house.line(line_file(1))
    house.worker._turns.take_one("first/0")
    with house.database.writing(EVERYWHERE) as session:
        clock = database_clock(session)
        workers.beat(session, "dead:1:x", clock=clock)
        (row,) = attachments.claim(session, worker="dead:1:x/files/1", clock=clock, lease=attachments._DAY, limit=5)
        old = Found("image/jpeg", b"\xff\xd8\xff" + b"old" * attachments.PART, b"old")
        for part in attachments.seal_parts(session.info["sealer"], row.custodian, row.contact_id, old):
            attachments.write_part(session, row, part)
        assert attachments.claim(session, worker="other", clock=clock, lease=attachments._DAY, limit=5) == []
        workers.farewell(session, ["dead:1:x"])
    house.worker.start()
    (row,) = settled(house)
    assert row.state == FileState.STORED and b"old" not in content(house, row) + content(house, row, small=True)
    with house.database.writing(EVERYWHERE) as session:
        assert attachments.hold(session, row.id, worker="dead:1:x/files/1") is None


def test_what_is_taken_back_while_it_is_fetched_is_not_kept(lite: House) -> None:
    lite.line_account.contents["10001"] = (picture(), "image/jpeg")
    lite.line_account.content_ways["10001"] = [Way.SLOW]
    lite.line(line_file(1))
    lite.until(lambda: lite.line_stub.fetched)
    lite.line(line_event(2, "unsend", token=False, unsend={"messageId": "10001"}))
    (row,) = settled(lite)
    lite.until(lambda: not lite.worker._downloading or not lite.worker._downloading._tasks)
    assert (row.state, row.reason, row.name_sealed) == (FileState.GONE, "taken_back", None)
    assert content(lite, rows(lite)[0]) == b""


def told(session: Session, row: Attachment, now: datetime) -> None:
    refusing.refused(session, row, texts=Texts.load(), now=now)


def test_the_person_is_told_kindly_once_an_hour(open_one: Open) -> None:
    house = open_one(refused=told)
    for number in (1, 2):
        house.line_account.contents[f"1000{number}"] = (HTML, "image/jpeg")
    house.line(line_file(1), line_file(2, "file", fileName="x.html"))
    settled(house, 2)
    house.settle()
    assert len([words for words in house.said_on_line() if words.startswith("すみません。送られたものは、安全のために")]) == 1


def test_while_a_person_is_there_the_machine_says_nothing_and_the_desk_has_the_photo(open_one: Open) -> None:
    house = open_one(refused=told)
    house.line(line_text(1, "人と話したい"))
    house.settle()
    with house.database.writing(EVERYWHERE) as session:
        case = cases.latest_of(session, house.messages()[0].contact_id)
        staff = session.scalars(select(Staff).order_by(Staff.id)).first()
        assert case is not None and staff is not None
        actor = Actor(staff.id, "山田", frozenset(), frozenset(), frozenset({house.town}), house.town)
        moves.take(session, case, actor=actor, now=house.clock[0])
    house.settle()
    before = house.said_on_line()
    house.line_account.contents |= {"10002": (picture(), "image/jpeg"), "10003": (HTML, "image/jpeg")}
    house.line(line_file(2), line_file(3))
    found = settled(house, 2)
    house.settle()
    assert [row.state for row in found] == ["stored", "refused"]
    assert house.said_on_line() == before
