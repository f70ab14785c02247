"""A team of agencies in a real browser: asked without consent, asked, joined, one who comes too late, and left."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from handoff.cases import Case
from handoff.casework import consents
from handoff.casework.consents import Answer
from tests.browser.test_desk_races import beside, refused, taken
from tests.browser.walking import Walk
from tests.desk import World
from tests.handoff.casework.lines_team import LOOKED_AT
from tests.handoff.test_handing_over import actor, add_desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
Open = Callable[..., Any]


def ask(page: Any, agency: str, recipient: str, means: str = "") -> None:
    if not page.get_by_label("頼む機関").is_visible():
        page.locator("summary", has_text="頼む機関と、してほしいことを書く").click()
    page.get_by_label("頼む機関").select_option(label=agency)
    page.get_by_label("してほしいこと").fill(f"{agency}として、家計のことを一緒に考えてほしい")
    page.get_by_label("だれへの同意か").select_option(recipient)
    page.get_by_label("本人の同意をいま記録する").select_option(means)
    page.get_by_role("button", name="参加を頼む").click()


def _taken_back(world: World, case_id: uuid.UUID) -> None:
    """Somebody else at the desk records that the person does not agree any more."""
    with world.database.writing(world.town) as session:
        case, told = session.get_one(Case, case_id), Answer("town", "refused", [], "oral", "")
        consents.answer(session, case, told, seen="", key=uuid.uuid4().hex, actor=actor(world, "sato"), now=world.now)


def test_an_agency_comes_divides_the_work_and_goes(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    walk = Walk(shot)
    for desk, person, shown in (("障害福祉課", "kato", "加藤"), ("みらい市社会福祉協議会", "mori", "森")):
        add_desk(world, desk, person, shown)
    owner, guest = open_page("yamada"), open_page("kato", "narrow")
    for page in (owner, guest):
        page.set_default_timeout(40_000)
    case_id = taken(world, owner)
    owner.get_by_role("link", name="チーム").click()
    ask(owner, "みらい市社会福祉協議会", "council")
    assert "同意も、法令上の根拠も記録されていません" in refused(owner)
    assert "家計のこと" in owner.get_by_label("してほしいこと").input_value()
    ask(owner, "みらい市社会福祉協議会", "council", "oral")
    owner.get_by_text("参加を頼みました").wait_for()
    ask(owner, "障害福祉課", "town")
    owner.get_by_text("参加を頼みました").wait_for()
    guest.goto("/desk?tab=desks")
    guest.get_by_role("link", name="開く").first.click()
    guest.get_by_role("link", name="チーム").click()
    walk.look(guest, "team-asked")
    late = beside(guest)
    guest.get_by_role("button", name="参加する", exact=True).click()
    guest.get_by_text("参加しました").wait_for()
    # The request was answered in the other tab meanwhile.
    late.get_by_role("button", name="参加する", exact=True).click()
    assert "ほかの人が先に変えました" in refused(late)
    late.close()
    guest.locator("summary", has_text="障害福祉課の役割と予定を書く").click()
    guest.get_by_label("次にすること").fill("手帳の申請書を届ける")
    guest.get_by_label("いつまでに").fill("2026-12-04")
    guest.get_by_role("button", name="予定を足す").click()
    guest.get_by_text("2026年12月4日（金）まで").wait_for()
    owner.reload()
    owner.get_by_text("手帳の申請書を届ける").wait_for()
    owner.locator("summary", has_text="手伝いを頼む人を書く").click()
    owner.get_by_label("手伝う人の名前").fill("近所の人")
    owner.get_by_label("頼むこと").fill("ごみ出しを手伝う")
    owner.get_by_label("どういう人か").select_option("other")
    owner.get_by_label("本人の同意", exact=True).select_option("oral")
    owner.get_by_role("button", name="手伝う人を残す").click()
    owner.get_by_text("手伝いを頼む人を残しました").wait_for()
    walk.look(owner, "team")
    owner.get_by_role("link", name="渡す紙を開く").click()
    walk.look(owner, "team-helper")
    guest.get_by_role("link", name="会話").click()
    guest.get_by_text("障害福祉課として返信します").wait_for()
    shot(guest, "team-composer")
    guest.get_by_role("link", name="チーム").click()
    guest.locator("summary", has_text="障害福祉課がチームを抜ける").click()
    guest.get_by_role("button", name="引き継いで抜ける").click()
    assert "後を引き継ぐ機関を選んでください" in refused(guest)
    guest.get_by_role("button", name="「手帳の申請書を届ける」を終わりにする").click()
    guest.get_by_text("予定を終わりにしました").wait_for()
    _taken_back(world, case_id)
    owner.goto(f"/desk/cases/{case_id}/team")
    owner.get_by_text("同意が取り下げられました").first.wait_for()
    walk.look(owner, "team-without-consent")
    owner.get_by_label("法令上の根拠", exact=True).select_option("support_meeting")
    owner.get_by_role("button", name="根拠を記録して続ける").click()
    owner.get_by_text("続けるための法令上の根拠を記録しました").wait_for()
    guest.reload()
    guest.locator("summary", has_text="障害福祉課がチームを抜ける").click()
    guest.get_by_role("button", name="主担当に同意を頼む").click()
    guest.get_by_text("抜けたいことを主担当に伝えました").wait_for()
    owner.goto(f"/desk/cases/{case_id}/team")
    owner.get_by_role("button", name="障害福祉課が抜けることに同意する").click()
    owner.get_by_text("機関がチームを抜けました").wait_for()
    guest.reload()
    guest.get_by_text("このページは見つかりません").wait_for()
    assert walk.saw(LOOKED_AT)
