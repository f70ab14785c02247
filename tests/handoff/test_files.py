"""What residents send, at the desk: seen by those who may, under safe types only, written down, and gone when taken back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from handoff import attachments, files, taking_back
from handoff.attachments import LARGEST_DAY, MOST_A_DAY, PART, AttachmentPart, FileState, Found
from handoff.cases import Case, point_of
from handoff.recognising import DOCX
from handoff.transcript import Kind, Message, hear
from resources.db import EVERYWHERE
from resources.journal import JournalEntry
from resources.sealing import Unreadable
from tests.desk import Browser, World
from tests.sent_files import PDF, put_file, seen

Enter = Callable[..., Browser]
ROOT = Path(__file__).resolve().parents[2]


def at(case_id: uuid.UUID, file_id: uuid.UUID, part: str = "") -> str:
    return f"/desk/cases/{case_id}/files/{file_id}{part}"


def message_of(world: World, file_id: uuid.UUID) -> tuple[uuid.UUID, FileState]:
    with world.database.reading(EVERYWHERE) as session:
        row = session.get_one(attachments.Attachment, file_id)
        return row.message_id, FileState(row.state)


def test_a_photo_is_seen_in_the_conversation_and_on_a_page_of_its_own(world: World, enter: Enter) -> None:
    case_id = world.open_case("手紙が来ました")
    file_id = put_file(world, case_id)
    browser = enter("yamada")
    page = browser.get(f"/desk/cases/{case_id}").text
    assert f'src="{at(case_id, file_id, "/thumb")}"' in page and "本人が送った写真（10:05）" in page
    for part in ("/thumb", "/content"):
        answer = browser.get(at(case_id, file_id, part))
        assert answer.headers["content-type"] == "image/jpeg" and answer.content.startswith(b"\xff\xd8\xff")
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["cache-control"] == "no-store" and answer.headers["x-content-type-options"] == "nosniff"
    turned = browser.get(at(case_id, file_id, "?turn=90&size=double")).text
    assert "turn90" in turned and "double" in turned and "/content" in turned
    assert "turn0" in browser.get(at(case_id, file_id, "?turn=1&size=%22%3E")).text
    assert browser.get(at(case_id, file_id, "/state")).json() == {"state": "stored"}


def test_a_file_of_another_case_does_not_exist(small_world: World, enter_small: Enter) -> None:
    mine, other = small_world.open_case("ひとつ"), small_world.open_case("べつ")
    file_id = put_file(small_world, other)
    browser = enter_small("yamada")
    for part in ("", "/thumb", "/content", "/download", "/state"):
        assert browser.get(at(mine, file_id, part)).status_code == 404, part
        assert browser.get(at(other, file_id, part)).status_code == 200, part
        assert browser.get(at(other, uuid.uuid4(), part)).status_code == 404, part
    assert enter_small("tonari").get(at(other, file_id)).status_code == 404


def test_every_opening_is_written_down_and_without_that_nothing_is_shown(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("手紙")
    file_id = put_file(small_world, case_id)
    browser = enter_small("yamada")
    for part in ("", "/thumb", "/content", "/download", "/thumb"):
        browser.get(at(case_id, file_id, part))
    with small_world.database.reading() as session:
        rows = session.scalars(select(JournalEntry).where(JournalEntry.act == files.OPENED).order_by(JournalEntry.id)).all()
    assert [row.detail for row in rows] == [f"{how} {file_id}" for how in ("page", "small", "content", "download")]
    assert {(row.subject_id, row.staff_id) for row in rows} == {(case_id, small_world.people["yamada"])}
    with small_world.database.writer.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON journal_entry BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    browser.client.headers["connection"] = "close"
    for part in ("", "/content", "/download"):
        assert browser.get(at(case_id, file_id, part)).status_code >= 500


def test_a_document_is_handed_out_and_never_shown(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("書類")
    file_id = put_file(small_world, case_id, Found("application/pdf", PDF), name="決定\r\nX: 通知<b>.html", kind=Kind.FILE)
    browser = enter_small("yamada")
    page = browser.get(at(case_id, file_id)).text
    assert "開くときの注意" in page and "<b>.html" not in page and "PDFを保存する" in page
    for part in ("/thumb", "/content"):
        assert browser.get(at(case_id, file_id, part)).status_code == 404
    answer = browser.get(at(case_id, file_id, "/download"))
    assert answer.content == PDF and answer.headers["content-type"] == "application/octet-stream"
    kept = answer.headers["content-disposition"]
    assert kept.startswith("attachment;") and kept.isascii()
    assert unquote(kept.partition("UTF-8''")[2]) == "決定X_ 通知_b_.html.pdf"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("named", "shown", "handed_out"),
    [
        ("写真\u202egnp.exe", "写真gnp.exe", "写真gnp.exe.docx"),
        ("a\0b\x1b[31m.docx", "ab[31m.docx", "ab[31m.docx"),
        ("../../etc/passwd", "../../etc/passwd", "_.._etc_passwd.docx"),
        ("con", "con", "con.docx"),
        ("", "", "ファイル.docx"),
        ("‏‎", "", "ファイル.docx"),
        ("あ" * 300 + ".docx", "あ" * 120, "あ" * 120 + ".docx"),
        ('"; filename=evil.exe', '"; filename=evil.exe', "_; filename=evil.exe.docx"),
    ],
)
def test_names_deceive_nobody(small_world: World, enter_small: Enter, named: str, shown: str, handed_out: str) -> None:
    case_id = small_world.open_case("書類")
    file_id = put_file(small_world, case_id, Found(DOCX, b"PK"), name=named, kind=Kind.FILE)
    with small_world.database.reading(EVERYWHERE) as session:
        file = files.find(session, session.get_one(Case, case_id), file_id)
    assert file is not None and (file.name, file.download_name) == (shown, handed_out)
    answer = enter_small("yamada").get(at(case_id, file_id, "/download"))
    assert unquote(answer.headers["content-disposition"].partition("UTF-8''")[2]) == handed_out


def test_a_voice_is_played_under_the_type_it_was_recognised_as(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("声")
    file_id = put_file(small_world, case_id, Found("audio/mp4", b"sound"), kind=Kind.VOICE)
    browser = enter_small("yamada")
    assert "<audio" in browser.get(f"/desk/cases/{case_id}").text
    answer = browser.get(at(case_id, file_id, "/content"))
    assert (answer.content, answer.headers["content-type"]) == (b"sound", "audio/mp4")


def test_what_was_refused_is_said_with_its_reason_and_what_is_on_its_way_too(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("いろいろ")
    refused, waiting = put_file(small_world, case_id, state="program"), put_file(small_world, case_id, state="waiting")
    browser = enter_small("yamada")
    page = browser.get(f"/desk/cases/{case_id}").text
    assert "プログラムのため、安全のために受け取りませんでした。" in page and "受け取っています…" in page
    assert "プログラムのため" in browser.get(at(case_id, refused)).text
    assert "いま受け取っているところです" in browser.get(at(case_id, waiting)).text
    for file_id in (refused, waiting):
        for part in ("/thumb", "/content", "/download"):
            assert browser.get(at(case_id, file_id, part)).status_code == 404
    assert browser.get(at(case_id, waiting, "/state")).json() == {"state": "waiting"}


def test_every_reason_has_words() -> None:
    code = [ROOT / "handoff" / "recognising.py", ROOT / "bot" / "pictures.py"]
    told = re.findall(r'NotOpened\("(\w+)"\)', "".join(file.read_text(encoding="utf-8") for file in code))
    assert len(told) >= 6
    for reason in (*told, "too_many", "too_large", "day_full", "gone", "unreachable", "broken", "taken_back"):
        assert files._REASONS[reason].endswith("。")


def test_a_photo_that_is_taken_back_is_hidden_as_its_words_are(world: World, enter: Enter) -> None:
    case_id = world.open_case("手紙")
    file_id, coming = put_file(world, case_id), put_file(world, case_id, state="waiting")
    with world.database.writing(EVERYWHERE) as session:
        for one in (file_id, coming):
            message = session.get_one(Message, session.get_one(attachments.Attachment, one).message_id)
            assert not taking_back.withdraw(session, message, now=world.now)
    browser = enter("yamada")
    assert "/thumb" not in browser.get(f"/desk/cases/{case_id}").text
    for part in ("", "/thumb", "/content", "/download", "/state"):
        assert browser.get(at(case_id, file_id, part)).status_code == 404
    # Kept sealed with the record; what had not come is not fetched any more.
    assert message_of(world, file_id)[1] is FileState.STORED and message_of(world, coming)[1] is FileState.GONE


def test_a_photo_taken_back_before_a_case_is_erased(world: World) -> None:
    case_id = world.open_case("別の人")
    with world.database.writing(EVERYWHERE) as session:
        from handoff import accounts, contacts
        from handoff.accounts import Platform

        account = accounts.of_town(session, world.town, Platform.LINE)
        point = contacts.meet(session, account, "U" + "9" * 32, now=world.now)
        message = hear(session, point, "", kind=Kind.IMAGE, said_at=world.now, now=world.now)
        row = attachments.expect(session, message, account.id, handle="1", name="手紙.jpg", now=world.now)
        parts = attachments.seal_parts(session.info["sealer"], row.custodian, row.contact_id, seen())
        for part in parts:
            attachments.write_part(session, row, part)
        attachments.finish(session, row, seen(), parts=parts, now=world.now)
        assert taking_back.withdraw(session, message, now=world.now)
    with world.database.reading(EVERYWHERE) as session:
        row = session.get_one(attachments.Attachment, row.id)
        assert (row.state, row.name_sealed, row.size) == (FileState.GONE, None, 0)
        assert session.scalar(select(func.count()).select_from(AttachmentPart)) == 0
        assert files.find(session, session.get_one(Case, case_id), row.id) is None


def test_a_file_is_unreadable_once_the_key_of_its_person_is_gone(small_world: World) -> None:
    case_id = small_world.open_case("手紙")
    file_id = put_file(small_world, case_id)
    with small_world.database.reading(EVERYWHERE) as session:
        case = session.get_one(Case, case_id)
        assert files.content(session, case, file_id).startswith(b"\xff\xd8")
        session.info["sealer"].forget(case.contact_id)
        with pytest.raises(Unreadable):
            files.content(session, case, file_id)


def test_a_large_file_is_kept_in_pieces_and_whole_again(world: World) -> None:
    case_id = world.open_case("大きい")
    whole = bytes(range(256)) * (4096 * 10) + b"end"
    file_id = put_file(world, case_id, Found("video/mp4", whole), kind=Kind.FILE)
    with world.database.reading(EVERYWHERE) as session:
        sizes = session.scalars(select(func.length(AttachmentPart.content_sealed))).all()
        assert len(sizes) == 11 and max(sizes) <= PART + 64
        assert files.content(session, session.get_one(Case, case_id), file_id) == whole
    with world.database.reader.connect() as connection:
        stored = connection.exec_driver_sql("SELECT content_sealed FROM attachment_part").scalars().all()
    assert not [part for part in stored if bytes(range(256)) in bytes(part)]


def test_over_the_measure_of_a_day_it_is_refused(small_world: World) -> None:
    case_id = small_world.open_case("たくさん")
    taken = [put_file(small_world, case_id, state="waiting") for _ in range(MOST_A_DAY)]
    one_more = put_file(small_world, case_id, state="waiting")
    assert {message_of(small_world, one)[1] for one in taken} == {FileState.WAITING}
    assert message_of(small_world, one_more)[1] is FileState.REFUSED
    with small_world.database.writing(EVERYWHERE) as session:
        first = session.get_one(attachments.Attachment, taken[0])
        assert attachments.room(session, first, now=small_world.now) == attachments.LARGEST[Kind.IMAGE]
        session.get_one(attachments.Attachment, taken[1]).size = LARGEST_DAY - 1000
        session.flush()
        assert attachments.room(session, first, now=small_world.now) == 1000


def test_what_a_message_brought_is_expected_once(small_world: World) -> None:
    case_id = small_world.open_case("二度")
    with small_world.database.writing(EVERYWHERE) as session:
        point = point_of(session, session.get_one(Case, case_id))
        message = hear(session, point, "", kind=Kind.IMAGE, said_at=small_world.now, now=small_world.now)
        rows = {
            attachments.expect(session, message, point.account_id, handle="1", name="", now=small_world.now).id for _ in range(2)
        }
        assert len(rows) == 1
