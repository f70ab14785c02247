"""A case with several agencies: a 支援会議, then the person's consent, then a plan; looked at as people see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_desk_races import beside
from tests.browser.walking import Walk
from tests.desk import World
from tests.handoff.casework.lines_meetings import LOOKED_AT
from tests.handoff.casework.meeting_world import furnish

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


@pytest.mark.timeout(600)
def test_a_meeting_then_consent_then_a_plan(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    """Refused without secrecy and without consent, called off too late, reloaded; the owner sees nothing of it."""
    walk = Walk(shot)
    case = f"/desk/cases/{furnish(world)}"
    convener, owner, ken = open_page("kyodo"), open_page("yamada"), open_page("ken", "narrow")
    convener.goto(case)
    convener.get_by_role("link", name="会議", exact=True).first.click()
    walk.look(convener, "case-meetings")
    convener.get_by_label("支援会議", exact=True).check()
    _when(convener)
    convener.get_by_label("県 次郎").check()
    convener.get_by_label("障害 太郎").check()
    convener.get_by_role("button", name="この会議を作る").click()
    convener.get_by_text("会議を作りました").wait_for()
    convener.get_by_label("議題を書き足す").fill("住まいをどうするか")
    convener.get_by_role("button", name="議題に加える").click()
    walk.look(convener, "meeting-planned")
    convener.get_by_role("link", name="次第を印刷する").click()
    convener.get_by_text("取扱注意・非公開").first.wait_for()
    walk.look(convener, "meeting-paper")
    convener.go_back()
    owner.goto(f"{case}/meetings")
    owner.get_by_text("あなたが出席者の会議は、いまありません").wait_for()
    assert "住まいをどうするか" not in owner.content()
    ken.goto("/desk/meetings")
    walk.look(ken, "meetings")
    ken.get_by_role("link", name="支援会議").click()
    walk.look(ken, "meeting-secrecy")
    ken.get_by_label("取扱注意を読みました").check()
    ken.get_by_role("button", name="確かめて開く").click()
    ken.get_by_text("住まいをどうするか").wait_for()
    late = beside(convener)
    convener.get_by_role("button", name="開催を記録する").click()
    convener.get_by_text("出席者に守秘を確かめ").wait_for()
    convener.get_by_label("はじめに取扱注意を読み上げ").check()
    convener.get_by_role("button", name="開催を記録する").click()
    convener.get_by_text("開催を記録しました").wait_for()
    late.get_by_role("button", name="この会議を取りやめる").click()
    late.get_by_text("もう開かれたか、取りやめになっています").wait_for()
    convener.get_by_label("決めたこと（すること）").fill("家を訪ねる")
    convener.get_by_label("だれが").select_option(label="障害 太郎")
    convener.get_by_role("button", name="決めたことを残す").click()
    convener.get_by_text("会議の中だけ").wait_for()
    convener.reload()
    assert convener.get_by_text("家を訪ねる").count() > 0
    walk.look(convener, "meeting-held")
    _agree(convener, case)
    _plan(owner, convener, case, walk)
    chief = open_page("suzuki")
    chief.goto("/settings/meetings")
    walk.look(chief, "settings-meetings")
    assert walk.saw(LOOKED_AT)


def _when(page: Any) -> None:
    page.get_by_label("日付").fill("2026-11-25")
    page.get_by_label("時刻").fill("10:00")


def _agree(page: Any, case: str) -> None:
    page.goto(f"{case}/meetings")
    page.get_by_label("重層的支援会議").check()
    _when(page)
    page.get_by_label("障害 太郎").check()
    page.get_by_role("button", name="この会議を作る").click()
    page.get_by_text("同意の記録がない相手：庁内").wait_for()
    assert page.get_by_label("障害 太郎").is_checked()
    page.get_by_label("呼ぶ相手に伝えることへの").select_option("oral")
    page.get_by_role("button", name="この会議を作る").click()
    page.get_by_text("会議を作りました").wait_for()


def _plan(owner: Any, other: Any, case: str, walk: Walk) -> None:
    for page in (owner, other):
        page.goto(f"{case}/plan")
        page.get_by_label("解決したい課題").fill("家賃の滞納")
    owner.get_by_label("目標（長期）").fill("いまの家に住み続ける")
    owner.get_by_label("すること").first.fill("家計を見直す")
    owner.get_by_label("住居確保給付金").check()
    owner.get_by_label("参加支援事業を利用する").check()
    for label, day in (("はじめ", "2026-11-24"), ("終わり", "2027-03-31"), ("モニタリングの日", "2027-01-15")):
        owner.get_by_label(label).fill(day)
    owner.get_by_role("button", name="プランを残す").click()
    owner.get_by_text("プランを残しました").wait_for()
    other.get_by_role("button", name="プランを残す").click()
    other.get_by_text("ほかの人がこのプランを変えました").wait_for()
    assert other.get_by_label("解決したい課題").input_value() == "家賃の滞納"
    walk.look(owner, "plan-draft")
    owner.get_by_label("方法").select_option("written")
    owner.get_by_role("button", name="本人の同意を記録する").click()
    owner.get_by_text("本人の同意と日付を記録しました").wait_for()
    owner.get_by_label("会議の開催日").fill("2026-11-24")
    owner.get_by_label("支援決定日").fill("2026-11-24")
    owner.get_by_role("button", name="支援決定を記録する").click()
    owner.get_by_text("支援決定日を記録し").wait_for()
    walk.look(owner, "plan-decided")
    owner.get_by_role("link", name="印刷する").click()
    owner.get_by_text("本人署名").wait_for()
    walk.look(owner, "plan-paper")
