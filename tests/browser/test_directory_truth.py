"""Keeping the directory true: ten entries checked, a provider's answer, the rhythm of a kind, two entries made one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from resources import directory, entry_reports
from resources.drafts import Draft, PhoneNumber
from resources.entry_reports import Said
from resources.hours import parse_hours
from resources.services import Status
from resources.staff import Role
from tests.browser.walking import Walk
from tests.desk import World
from tests.resources.web.lines_truth import LOOKED_AT

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
SALON = Draft(
    "ひだまりサロン", kind="salon", phones=(PhoneNumber("099-000-2101"),), slots=parse_hours("24We 10:00-12:00 祝休"),
    eligibility_description="どなたでも", fees_description="100円", town="本町", address="みらい市本町8-3",
)  # fmt: skip
NAMES = (
    "朝顔会", "梅の里", "竹とんぼ", "すみれ茶話会", "つくし体操", "ポプラ文庫", "いちょう将棋", "もみじ食堂", "かえで工房",
    "ゆり編み物",
)  # fmt: skip


def furnish(world: World) -> None:
    """Twelve entries, two of them the same, one checked long ago and one reported."""
    for name, shown in (("editor", "編集"), ("second", "第二")):
        world.add_person(name, shown, [Role.DIRECTORY_EDITOR, Role.DESK_WORKER], [world.desk_id])
    with world.database.writing() as session:
        for number, name in enumerate(NAMES):
            phones, address = (PhoneNumber(f"099-111-00{number:02}"),), f"みらい市緑町{number}"
            one = replace(SALON, name=name, phones=phones, town="緑町", address=address)
            directory.add(session, one, municipality=world.town, by="編集", now=world.now)
        made = directory.add(session, SALON, municipality=world.town, by="編集", now=world.now)
        old = replace(SALON, name="ひだまり サロン", fees_description="150円", assured_date=date(2025, 9, 1), assurer="佐藤")
        directory.add(session, old, municipality=world.town, by="編集", now=world.now)
        entry_reports.record(session, made, Said.NO_ANSWER, now=world.now)


def test_ten_entries_are_checked(world: World, open_page: Open, walk: Walk) -> None:
    furnish(world)
    page, second = open_page("editor"), open_page("second")
    page.locator(".me summary").click()
    page.get_by_role("link", name="情報の確認").click()
    page.get_by_text("12件あります").wait_for()
    walk.look(page, "truth-list")
    second.goto("/directory/verification")
    page.get_by_role("button", name="空いている10件を引き受ける").click()
    page.get_by_text("引き受けました。").wait_for()
    # The list of the second editor is old by now.
    second.get_by_role("button", name="ひだまりサロンの確認を引き受ける").click()
    second.get_by_text("ほかの人が先にこの項目の確認を引き受けています").wait_for()
    walk.look(second, "truth-list-late")
    page.get_by_role("link", name="ひだまりサロン").click()
    page.get_by_text("電話がつながらない：1件").wait_for()
    walk.look(page, "truth-entry")
    page.get_by_role("button", name="つながらなかった").click()
    page.get_by_text("つながらず1回").wait_for()
    page.get_by_label("住民に案内してよい番号ですか。").fill("あとで聞く")
    page.get_by_label("お金はかかりますか。").fill("200円")
    page.get_by_role("button", name="全部の点を確かめた").click()
    page.get_by_text("番号を読み取れません").wait_for()
    assert page.get_by_label("お金はかかりますか。").input_value() == "200円"
    walk.look(page, "truth-entry-refused")
    page.get_by_label("住民に案内してよい番号ですか。").fill("099-000-7777")
    for _ in range(9):
        page.get_by_role("button", name="全部の点を確かめた").click()
        page.get_by_text("確認を記録しました").wait_for()
        page.reload()
    page.get_by_role("button", name="全部の点を確かめた").click()
    page.get_by_role("heading", name="確認する項目").wait_for()
    page.get_by_text("2件あります").wait_for()
    page.goto("/directory/freshness")
    page.get_by_text("12件のうち10件").wait_for()
    walk.look(page, "truth-freshness")
    page.get_by_label("を確かめる間隔").fill("99")
    page.get_by_role("button", name="の間隔を変える").click()
    page.get_by_text("1か月から16か月まで").wait_for()
    walk.look(page, "truth-freshness-refused")
    page.get_by_label("を確かめる間隔").fill("3")
    page.get_by_role("button", name="の間隔を変える").click()
    page.get_by_text("この町の決まり").wait_for()
    assert walk.saw({"/directory/verification", "/directory/verification/{service_id}", "/directory/freshness"})


def test_a_provider_answers_and_an_editor_takes_it(world: World, open_page: Open, walk: Walk) -> None:
    furnish(world)
    page, provider = open_page("editor"), open_page(size="narrow")
    page.goto("/directory/verification?why=reported")
    page.get_by_role("link", name="ひだまりサロン").click()
    page.get_by_role("button", name="確認のリンクを作る").click()
    page.get_by_role("heading", name="リンクができました").wait_for()
    walk.look(page, "truth-link")
    link = page.get_by_label("リンク", exact=True).input_value().removeprefix("https://uketome.example.jp")
    provider.goto(link)
    walk.look(provider, "truth-provider")
    provider.reload()
    provider.get_by_label("費用").fill("無料")
    provider.get_by_label("電話").fill("かわりました")
    provider.get_by_role("button", name="この内容で答える").click()
    provider.get_by_text("番号を読み取れません").wait_for()
    walk.look(provider, "truth-provider-refused")
    assert provider.get_by_label("費用").input_value() == "無料"
    provider.get_by_label("電話").fill("099-000-2101")
    provider.get_by_role("button", name="この内容で答える").click()
    provider.get_by_text("職員が見てから").wait_for()
    walk.look(provider, "truth-answered")
    provider.goto(link)
    provider.get_by_text("もう使えません").wait_for()
    walk.look(provider, "truth-useless")
    page.get_by_role("link", name="へ戻る").click()
    page.get_by_text("返事：").wait_for()
    walk.look(page, "truth-answer")
    page.get_by_role("button", name="選んだ点を取り込む").click()
    page.get_by_text("運営者の返事を取り込みました").wait_for()
    assert walk.saw({"/provider/{token}"})


def test_two_entries_become_one_and_two_again(world: World, open_page: Open, walk: Walk) -> None:
    furnish(world)
    page, second = open_page("editor"), open_page("second")
    page.goto("/directory/duplicates")
    page.get_by_text("1組あります").wait_for()
    walk.look(page, "truth-duplicates")
    page.get_by_role("link", name="見比べる").click()
    page.get_by_role("heading", name="2件を見比べる").wait_for()
    walk.look(page, "truth-merge")
    second.goto(page.url)
    page.get_by_role("group", name="費用").get_by_label("右（外す方）").check()
    page.get_by_role("button", name="1件にまとめる").click()
    page.get_by_text("2件をまとめました").wait_for()
    walk.look(page, "truth-merged")
    second.get_by_role("button", name="1件にまとめる").click()
    second.get_by_text("ほかの人が先に").wait_for()
    walk.look(second, "truth-merge-late")
    world.offset = timedelta(minutes=1)
    page.reload()
    page.get_by_role("button", name="元に戻す").click()
    page.get_by_text("元に戻しました").wait_for()
    page.get_by_text("1組あります").wait_for()
    # What was changed after a merge would be lost: then it is not taken back.
    page.get_by_role("link", name="見比べる").click()
    page.get_by_role("button", name="1件にまとめる").click()
    page.get_by_text("2件をまとめました").wait_for()
    with world.database.writing() as session:
        here = (one for one in directory.whole(session, world.town) if one.draft.name.startswith("ひだまり"))
        kept = next(one for one in here if one.draft.status is Status.ACTIVE)
        later = world.clock() + timedelta(minutes=1)
        directory.edit(session, kept.id, replace(kept.draft, note="直した"), by="森", now=later)
    page.get_by_role("button", name="元に戻す").click()
    page.get_by_text("元に戻せません").wait_for()
    walk.look(page, "truth-undo-refused")
    pair = "/directory/duplicates/{kept_id}/{gone_id}"
    assert walk.saw({"/directory/duplicates", pair}) and pair in LOOKED_AT
