"""A case is offered, taken back, declined and declined again, until the co-ordinator and the prefecture help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resources.staff import Role
from tests.browser.test_desk_races import refused
from tests.browser.walking import Walk
from tests.desk import World
from tests.handoff.casework.lines_referrals import LOOKED_AT
from tests.handoff.casework.offers import ASKED, add_desk, add_prefecture, taken

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
Open = Callable[..., Any]


def test_from_the_first_offer_to_the_advice_of_the_prefecture(world: World, open_page: Open, walk: Walk) -> None:
    add_desk(world, "生活支援課", "kato")
    add_desk(world, "障害福祉課", "ito")
    add_prefecture(world)
    world.add_person("kyodo", "協働 花子", [Role.COORDINATOR], [])
    owner, other = open_page("yamada"), open_page("kato", "narrow")
    case_id = taken(world)
    owner.goto(f"/desk/cases/{case_id}/referrals")
    _offer(owner, "生活支援課", means="")
    assert "法令上の根拠も記録されていません" in refused(owner)
    assert owner.get_by_label("お願いすること", exact=True).input_value() == ASKED
    walk.look(owner, "referrals-refused")
    owner.get_by_label("本人の同意", exact=True).select_option("oral")
    owner.get_by_role("button", name="つなぎを依頼する").click()
    owner.get_by_text("つなぎを依頼しました").wait_for()
    walk.look(owner, "referrals-offered")

    # Taken back while the other side still reads it.
    other.goto("/desk")
    other.get_by_role("link", name="内容を見て返事をする").click()
    other.get_by_role("heading", name="あなたの窓口への依頼（1件）").wait_for()
    walk.look(other, "received")
    other.get_by_role("link", name="内容を見て返事をする").click()
    walk.look(other, "received-one")
    owner.get_by_role("button", name="依頼を取り下げる").click()
    owner.get_by_text("依頼を取り下げました").wait_for()
    other.get_by_label("最初の連絡をする日").fill("2026-11-26")
    other.get_by_role("button", name="引き受ける", exact=True).click()
    other.get_by_text("あなたの操作では何も変わっていません").wait_for()
    owner.reload()
    owner.get_by_text("対応中").wait_for()

    # Declined by a desk, and by an agency with a link.
    _offer(owner, "生活支援課")
    owner.get_by_text("つなぎを依頼しました").wait_for()
    _decline(other, "対象の年齢ではない")
    owner.reload()
    owner.get_by_label("機関の種類").select_option("legal")
    owner.get_by_label("機関の名前").fill("みらい法律事務所")
    _offer(owner, "")
    owner.get_by_role("button", name="一回だけのリンクを作る").click()
    link = owner.get_by_label("リンク", exact=True).input_value()
    walk.look(owner, "referrals-link")
    agency = open_page("", "narrow")
    agency.goto(f"/refer/{link.rpartition('/')[2]}")
    walk.look(agency, "refer")
    agency.get_by_label("引き受けられない理由").select_option("full")
    agency.get_by_role("button", name="引き受けられないと伝える").click()
    agency.get_by_text("返事を受け取りました").first.wait_for()
    agency.goto(f"/refer/{link.rpartition('/')[2]}")
    agency.get_by_role("heading", name="このリンクは使えません").wait_for()
    walk.look(agency, "refer-useless")

    coordinator = open_page("kyodo")
    coordinator.goto("/desk/bounced")
    walk.look(coordinator, "bounced")
    coordinator.get_by_role("link", name="を開く").click()
    coordinator.get_by_text("引き受けられないとの返事：2回").wait_for()

    owner.goto(f"/desk/cases/{case_id}/referrals")
    _offer(owner, "障害福祉課")
    owner.get_by_text("つなぎを依頼しました").wait_for()
    _decline(open_page("ito"), "いまは人手が足りない")
    prefecture = open_page("ken")
    prefecture.goto("/desk/asked")
    walk.look(prefecture, "asked")
    prefecture.get_by_role("link", name="内容を見る").click()
    prefecture.get_by_label("助言", exact=True).fill("巡回相談が使えます")
    walk.look(prefecture, "asked-one")
    prefecture.get_by_role("button", name="町に伝える").click()
    prefecture.get_by_text("助言を町に伝えました").wait_for()
    owner.reload()
    owner.get_by_text("巡回相談が使えます").wait_for()
    walk.look(owner, "referrals-advice")
    head = open_page("suzuki")
    head.goto("/settings/limits")
    head.get_by_label("つなぎの返事を待つ日数").fill("200")
    head.get_by_role("button", name="この数に変える").click()
    assert "まだ変えていません" in refused(head)
    walk.look(head, "settings-limits")
    assert walk.saw(LOOKED_AT)


def _offer(owner: Any, desk: str, means: str = "oral") -> None:
    if desk:
        owner.get_by_label("つなぎ先の窓口").select_option(label=desk)
    owner.get_by_label("お願いすること", exact=True).fill(ASKED)
    owner.get_by_label("呼び名", exact=True).check()
    owner.get_by_label("本人の同意", exact=True).select_option(means)
    owner.get_by_role("button", name="つなぎを依頼する").click()


def _decline(page: Any, reason: str) -> None:
    page.goto("/desk/referrals")
    page.get_by_role("link", name="内容を見て返事をする").click()
    page.get_by_label("引き受けられない理由").select_option(label=reason)
    page.get_by_role("button", name="引き受けられないと伝える").click()
    page.get_by_text("引き受けられないと伝えました").wait_for()
