"""An entry in a real browser: refused, read back while it is typed, kept over a reload, saved, raced for, found, undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from resources import directory
from resources.drafts import Draft, PhoneNumber
from resources.hours import parse_hours
from resources.staff import Role
from tests.browser.walking import Walk
from tests.desk import PASSWORD, World
from tests.resources.web.lines_editor import LOOKED_AT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
Open = Callable[..., Any]
CAFE = Draft(
    "みどりカフェ", kind="salon", town="緑町", address="あけぼの県みらい市緑町1-1", phones=(PhoneNumber("099-000-2102"),),
    slots=parse_hours("0We 13:00-16:00 祝休"), fees_description="200円",
)  # fmt: skip


def enter(world: World, page: Any, name: str, shown: str) -> Any:
    world.add_person(name, shown, [Role.DIRECTORY_EDITOR], [])
    page.set_default_timeout(40_000)
    page.goto("/directory")
    page.get_by_label("メールアドレス").fill(f"{name}@example.jp")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインインする").click()
    page.get_by_role("heading", name="資源台帳").wait_for()
    return page


def test_an_entry_is_written_raced_for_found_and_taken_back(world: World, open_page: Open, walk: Walk) -> None:
    with world.database.writing() as session:
        for at in range(3):
            draft = replace(CAFE, name=f"みどりカフェ{at or ''}")
            directory.add(session, draft, municipality=world.town, by="取り込み", now=world.now)
    page, other = enter(world, open_page(), "hen", "編集"), enter(world, open_page(), "mori", "森")
    page.get_by_role("link", name="新しい項目を書く").click()
    page.get_by_label("開いている曜日と時間").fill("第2・4水 10:00〜12:00")
    page.get_by_text("下書きを").wait_for()
    page.locator("#read-hours").get_by_text("第2・4水 10:00〜12:00").wait_for()
    page.get_by_role("button", name="この内容で載せる").click()
    # Refused: without a name there is no entry; every word is still there, and stays over a reload of the list.
    page.get_by_role("alert").get_by_text("名称を書いてください").wait_for()
    assert page.get_by_label("開いている曜日と時間").input_value() == "第2・4水 10:00〜12:00"
    walk.look(page, "editor-refused")
    page.goto("/directory")
    page.get_by_role("link", name="（名称はまだありません）").click()
    page.get_by_label("名称（必ず書きます）").fill("ひだまりサロン")
    page.get_by_label("種類", exact=True).select_option("salon")
    page.locator("#preview-line").get_by_text("ひだまりサロン").wait_for()
    page.reload()
    assert page.get_by_label("名称（必ず書きます）").input_value() == "ひだまりサロン"
    walk.look(page, "editor-new")
    page.get_by_role("button", name="この内容で載せる").click()
    page.get_by_text("項目を作りました").wait_for()
    walk.look(page, "editor-entry")
    # Two write at once; who comes second chooses.
    other.goto(page.url.partition("?")[0])
    other.get_by_label("費用", exact=True).fill("無料")
    other.get_by_role("button", name="保存する", exact=True).click()
    other.get_by_text("保存しました。住民への答え").wait_for()
    page.get_by_label("費用", exact=True).fill("100円")
    page.get_by_label("駐車場", exact=True).fill("3台")
    page.get_by_role("button", name="保存する", exact=True).click()
    page.get_by_role("alert").get_by_text("ほかの人が先に保存しました").wait_for()
    walk.look(page, "editor-lost-race")
    page.get_by_role("button", name="選んだ内容で保存する").click()
    page.get_by_role("alert").get_by_text("「費用」は、どちらを残すか選んでください").wait_for()
    page.reload()
    page.get_by_label("あなた", exact=True).check()
    walk.look(page, "editor-conflict")
    page.get_by_role("button", name="選んだ内容で保存する").click()
    page.get_by_text("保存しました。住民への答え").wait_for()
    assert page.get_by_label("費用", exact=True).input_value() == "100円"
    page.get_by_role("link", name="どの言葉で見つかるか").click()
    page.get_by_label("住民の言葉").fill("サロンに行きたい")
    page.get_by_role("button", name="答えを見る").click()
    page.get_by_text("見つかります", exact=True).wait_for()
    walk.look(page, "editor-try")
    page.get_by_role("link", name="ひだまりサロンへ").click()
    page.get_by_role("link", name="履歴").click()
    walk.look(page, "editor-history")
    page.get_by_role("button", name="取り消す").first.click()
    page.get_by_text("変更を取り消しました").wait_for()
    page.goto("/directory")
    page.get_by_label("まだ一度も確かめていない").check()
    page.get_by_role("button", name="探す").click()
    walk.look(page, "editor-list")
    for at in (1, 2):
        page.get_by_label(f"みどりカフェ{at}を選ぶ").check()
    page.get_by_role("button", name="どう変わるかを見る").click()
    page.get_by_role("alert").get_by_text("何をするかを選んでください").wait_for()
    assert page.get_by_label("みどりカフェ1を選ぶ").is_checked()
    page.get_by_label("すること", exact=True).select_option(label="確かめたと記録する")
    page.get_by_label("確かめ方", exact=True).fill("電話で聞いた")
    page.get_by_role("button", name="どう変わるかを見る").click()
    page.get_by_role("heading", name="2件が変わります").wait_for()
    walk.look(page, "editor-bulk")
    page.get_by_role("button", name="2件を変える").click()
    page.get_by_text("選んだ項目を変えました").wait_for()
    # Those that were checked are no longer among what is to be checked.
    assert page.get_by_label("みどりカフェ1を選ぶ").count() == 0
    page.goto("/directory?words=みどり")
    page.get_by_role("link", name="みどりカフェ", exact=True).click()
    # A card with buttons is taller than the screen: what scrolls is reached by keyboard.
    walk.look(page, "editor-entry-full")  # which opens all folds
    page.get_by_role("button", name="なくなったことにする").click()
    page.get_by_role("alert").get_by_text("やめた理由を書いてください").wait_for()
    page.locator("summary", has_text="なくなった").click()
    page.get_by_label("なくなった理由", exact=True).fill("閉店しました")
    page.get_by_role("button", name="なくなったことにする").click()
    page.get_by_text("もう答えには出ません").wait_for()
    assert walk.saw(LOOKED_AT)
