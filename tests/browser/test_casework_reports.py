"""A report the law demands, from the prompt on the case to its paper, and a welfare office that is told of a wish to apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from handoff import moves
from handoff.cases import Case
from handoff.casework import welfare
from handoff.transcript import Message
from tests.browser.walking import Walk
from tests.desk import World
from tests.handoff.casework.lines_reports import LOOKED_AT
from tests.handoff.casework.test_reports import actor_of

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


def test_from_the_prompt_to_the_paper(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    """Refused while it is not whole, recorded; a colleague records the same call, adds instead, and is late with the check."""
    walk = Walk(shot)
    case_id = _case(world)
    owner, colleague = open_page("yamada"), open_page("sato", "narrow")
    owner.set_default_timeout(60000)
    colleague.set_default_timeout(60000)
    owner.goto(f"/desk/cases/{case_id}")
    walk.look(owner, "case-report-asked-for")
    owner.get_by_role("link", name="通告・通報を記録する").click()
    owner.get_by_label("伝えたこと").wait_for()
    colleague.goto(owner.url)
    _fill(owner, "中央児童相談所", "夜に泣き声がつづく")
    owner.get_by_label("伝えた日時", exact=True).fill("2026-12-24T10:00")
    owner.get_by_role("button", name="この内容で記録する").click()
    owner.get_by_text("これから先の日時は記録できません").wait_for()
    assert owner.get_by_label("伝えたこと").input_value() == "夜に泣き声がつづく"
    walk.look(owner, "reports-refused")
    owner.get_by_label("伝えた日時", exact=True).fill("2026-11-24T09:50")
    owner.get_by_label("知らせた人の名前").fill("大家の川端")
    owner.get_by_role("button", name="この内容で記録する").click()
    owner.get_by_text("通告・通報を記録しました").wait_for()
    owner.reload()
    walk.look(owner, "reports")
    _fill(colleague, "中央児童相談所", "同じ電話を受けた")
    colleague.get_by_role("button", name="この内容で記録する").click()
    colleague.get_by_text("すでに記録されています").wait_for()
    colleague.get_by_role("button", name="その記録に書き足す").click()
    colleague.get_by_text("書き足しました").wait_for()
    owner.get_by_role("link", name="の記録を開く").click()
    walk.look(owner, "report")
    owner.get_by_label("だれが、どのように会って確認したか").fill("保育園で会えた")
    colleague.get_by_label("だれが、どのように会って確認したか").fill("家で会えた")
    owner.get_by_role("button", name="安全確認を記録する").click()
    owner.get_by_text("48時間の時計は止まりました").wait_for()
    colleague.get_by_role("button", name="安全確認を記録する").click()
    colleague.get_by_text("先に記録されています").wait_for()
    owner.get_by_label("見る理由").select_option("authority")
    owner.get_by_role("button", name="知らせた人の記録を見る").click()
    owner.get_by_text("大家の川端").wait_for()
    walk.look(owner, "report-reporter-read")
    owner.goto(owner.url.removesuffix("/reporter/read"))
    assert owner.get_by_text("大家の川端").count() == 0
    owner.get_by_role("link", name="紙にする").click()
    owner.get_by_text("保育園で会えた").wait_for()
    walk.look(owner, "report-print")
    assert owner.get_by_text("大家の川端").count() == 0
    _tell_the_office(owner, case_id)
    assert walk.saw(LOOKED_AT)


def _case(world: World) -> Any:
    words = "子どもをたたいてしまう。生活保護を申請したいです"
    case_id = world.open_case(words, name="はな", crisis="child_abuse", reasons=["crisis", "apply_intent"])
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        message = session.scalars(select(Message).where(Message.contact_id == case.contact_id)).one()
        welfare.written(session, case, message, words, now=world.now)
        moves.take(session, case, actor=actor_of(world), now=world.now)
    return case_id


def _fill(page: Any, name: str, words: str) -> None:
    page.get_by_label("伝えた先", exact=True).select_option("児童相談所")
    page.get_by_label("その名前").fill(name)
    page.get_by_label("受けた人", exact=True).fill("受付の川口")
    page.get_by_label("伝えたこと").fill(words)


def _tell_the_office(page: Any, case_id: Any) -> None:
    page.goto(f"/desk/cases/{case_id}/reports")
    page.get_by_label("伝えた福祉事務所").fill("みらい市福祉事務所")
    page.get_by_label("福祉事務所で受けた人").fill("面接相談員の川田")
    page.get_by_role("button", name="福祉事務所に伝えたと記録する").click()
    page.get_by_text("福祉事務所に伝えたことを記録しました").wait_for()
