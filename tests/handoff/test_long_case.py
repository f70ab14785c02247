"""A case of many years opens with as few questions as a young one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import event

from handoff import cases, transcript
from handoff.attachments import Attachment, FileState
from handoff.cases import Case
from handoff.transcript import Kind
from resources.db import new_id
from tests import long_case
from tests.desk import Browser, World

Enter = Callable[..., Browser]
MOST = 12


def asked(world: World, browser: Browser, case_id: uuid.UUID) -> list[str]:
    """Return what the page of a case asks the database, from the case itself on: before that it is about the sign-in."""
    found: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        found.append(" ".join(statement.split()))

    event.listen(world.database.reader, "before_cursor_execute", note)
    try:
        page = browser.get(f"/desk/cases/{case_id}")
    finally:
        event.remove(world.database.reader, "before_cursor_execute", note)
    assert page.status_code == 200
    first = next(at for at, line in enumerate(found) if line.startswith("SELECT consultation_case"))
    return [line for line in found[first:] if line.startswith("SELECT")]


def test_thousands_of_messages_ten_agencies_and_hundreds_of_notes(small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    long, young = (
        long_case.fill(small_world, messages=messages, agencies=agencies, written=written)
        for messages, agencies, written in ((2000, 10, 200), (20, 1, 2))
    )
    with small_world.database.writing(small_world.town) as session:
        case = session.get_one(Case, long)
        said = transcript.hear(session, cases.point_of(session, case), "", kind=Kind.IMAGE,
                               said_at=small_world.now, now=small_world.now)  # fmt: skip
        session.add(Attachment(
            id=new_id(), custodian=case.custodian, contact_id=case.contact_id, message_id=said.id, kind=Kind.IMAGE,
            account_id=cases.point_of(session, case).account_id,
            state=FileState.STORED, made_at=small_world.now,
        ))  # fmt: skip
    small_world.offset = timedelta(minutes=1)
    for case_id in (long, young):
        browser.get(f"/desk/cases/{case_id}")  # what was unread is read now
        statements = asked(small_world, browser, case_id)
        assert len(statements) <= MOST, statements
    page = browser.get(f"/desk/cases/{long}").text
    assert "以前のメモ180件を読む" in page and "199番目のメモ" in page and "\n100番目のメモ" not in page
    older = browser.get(f"/desk/cases/{long}/history").text
    assert "100番目のメモ" in older and "この相談を見た人" in older
