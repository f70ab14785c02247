"""A letter from the town hall arrives as a photo: seen small, seen large, turned, kept; what could do harm is refused."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select

from handoff import attachments, taking_back
from handoff.attachments import Attachment, Found
from handoff.recognising import PDF
from handoff.transcript import Kind, Message
from resources.db import EVERYWHERE
from tests.browser.test_every_page import LOOKED_AT
from tests.browser.walking import Walk
from tests.desk import World
from tests.sent_files import arrive, put_file

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
LOADED = "image => image.complete && image.naturalWidth > 0"


def letter() -> Found:
    """A sheet of paper with lines on it, as a telephone takes it."""
    sheet = Image.new("RGB", (1200, 1600), "#efe9dc")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((90, 90, 1110, 1510), fill="white", outline="#999999", width=3)
    for at in range(12):
        pen.rectangle((160, 260 + at * 90, 1040 - (at % 3) * 160, 290 + at * 90), fill="#333333")
    pen.rectangle((820, 140, 1040, 200), fill="#aa3333")
    kept, small = io.BytesIO(), io.BytesIO()
    sheet.save(kept, "JPEG", quality=88)
    sheet.thumbnail((320, 320))
    sheet.save(small, "JPEG", quality=80)
    return Found("image/jpeg", kept.getvalue(), small.getvalue(), 1200, 1600)


def comes(world: World, file_id: uuid.UUID, found: Found) -> None:
    with world.database.writing(EVERYWHERE) as session:
        arrive(world, session.get_one(Attachment, file_id), found)


def refuse(world: World, file_id: uuid.UUID, reason: str) -> None:
    with world.database.writing(EVERYWHERE) as session:
        attachments.refuse(session.get_one(Attachment, file_id), reason, now=world.clock())


def take_back(world: World, file_id: uuid.UUID) -> None:
    with world.database.writing(EVERYWHERE) as session:
        row = session.get_one(Attachment, file_id)
        message = session.scalars(select(Message).where(Message.id == row.message_id)).one()
        taking_back.withdraw(session, message, now=world.clock())


def test_a_photo_appears_by_itself_and_is_looked_at_with_the_keyboard(
    world: World, open_page: Open, shot: Callable[..., None]
) -> None:
    case_id = world.open_case("こんな手紙が届きました", name="はな")
    page = open_page("yamada")
    page.goto(f"/desk/cases/{case_id}")
    page.get_by_role("button", name="この相談を受ける").click()
    words = page.get_by_label("返信（")
    words.type("書きかけの")
    file_id = put_file(world, case_id, state="waiting")
    page.get_by_text("受け取っています…").wait_for()
    comes(world, file_id, letter())
    small = page.get_by_role("img", name="本人が送った写真（10:05）")
    small.wait_for()
    assert words.input_value() == "書きかけの"
    words.fill("")
    page.reload()
    small.scroll_into_view_if_needed()
    page.wait_for_function(f"() => ({LOADED})(document.querySelector('.thumb img'))")
    assert small.bounding_box()["width"] <= 320
    shot(page, "files-conversation")
    page.locator(".thumb").focus()
    with page.expect_response("**/content") as shown:
        page.keyboard.press("Enter")
    assert shown.value.status == 200 and shown.value.headers["content-type"] == "image/jpeg"
    page.get_by_role("heading", name="本人が送った写真").wait_for()
    shot(page, "files-photo")
    page.get_by_role("link", name="右に回す").focus()
    page.keyboard.press("Enter")
    page.locator(".turn90").wait_for()
    shot(page, "files-photo-turned")
    page.get_by_role("link", name="2倍に広げる").click()
    page.locator(".double.turn90").wait_for()
    # All of it can be reached by scrolling, however it is turned.
    assert page.locator(".sheet svg").bounding_box()["width"] == 3200
    shot(page, "files-photo-double")
    with page.expect_download() as saved:
        page.get_by_role("link", name="写真を保存する").click()
    assert saved.value.suggested_filename == "写真.jpg"
    page.get_by_role("link", name="に戻る").click()
    page.get_by_label("返信（").wait_for()


def test_what_could_do_harm_is_refused_with_a_reason_and_what_is_taken_back_is_gone(
    world: World, open_page: Open, shot: Callable[..., None]
) -> None:
    case_id = world.open_case("手紙です", name="はな")
    hostile = put_file(world, case_id, name="請求書.pdf.exe", kind=Kind.FILE, state="waiting")
    photo = put_file(world, case_id, letter())
    first, second = open_page("yamada"), open_page("sato")
    first.goto(f"/desk/cases/{case_id}")
    second.goto(f"/desk/cases/{case_id}")
    refuse(world, hostile, "program")
    first.get_by_text("プログラムのため、安全のために受け取りませんでした。").wait_for()
    assert first.get_by_role("link", name="請求書").count() == 0
    shot(first, "files-refused")
    # While one looks at the photo, the resident takes it back; a colleague's page is older than that.
    take_back(world, photo)
    second.locator(".thumb").click()
    second.get_by_role("heading", name="このページは見つかりません").wait_for()
    first.reload()
    first.get_by_text("本人が取り消しました。内容は表示しません。").wait_for()
    assert first.locator(".thumb").count() == 0


def test_every_page_of_a_file(world: World, open_page: Open, walk: Walk) -> None:
    """A photo, a voice, a document, one on its way and one refused: no barrier on any of them."""
    case_id = world.open_case("いろいろ送ります", name="はな")
    put_file(world, case_id, letter(), name="手紙.heic")
    put_file(world, case_id, Found("audio/mp4", b"\0" * 9000), kind=Kind.VOICE)
    put_file(world, case_id, Found(PDF, b"%PDF-1.4" * 9000), name="とても長い名前の" * 12 + "決定通知書.pdf", kind=Kind.FILE)
    refused = put_file(world, case_id, name="お知らせ\u202egnp.html", kind=Kind.FILE, state="markup")
    waiting = put_file(world, case_id, state="waiting")
    page = open_page("yamada")
    page.goto(f"/desk/cases/{case_id}")
    walk.look(page, "files-all")
    page.locator(".thumb").click()
    walk.look(page, "file-photo")
    page.get_by_role("link", name="左に回す").click()
    page.get_by_role("link", name="実際の大きさ").click()
    page.locator(".whole.turn270").wait_for()
    walk.look(page, "file-photo-whole")
    page.go_back()
    page.goto(f"/desk/cases/{case_id}")
    page.get_by_role("link", name="音声を開く").click()
    walk.look(page, "file-voice")
    page.goto(f"/desk/cases/{case_id}")
    page.get_by_role("link", name="決定通知書").or_(page.locator(".fileopen").last).first.click()
    walk.look(page, "file-document")
    for name, one in (("file-refused", refused), ("file-waiting", waiting)):
        page.goto(f"/desk/cases/{case_id}/files/{one}")
        walk.look(page, name)
    assert walk.saw(LOOKED_AT["files"])
