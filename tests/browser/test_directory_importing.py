"""A messy file in a real browser: refused, mended, previewed, overtaken by a colleague, taken in, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resources import directory
from resources.importing import working
from resources.staff import Role
from tests.browser.walking import Walk
from tests.desk import PASSWORD, World
from tests.resources.test_reading import workbook
from tests.resources.web.lines_importing import LOOKED_AT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(500)]
Open = Callable[..., Any]
ROWS = [
    ["どこ", "住所", "電話番号", "郵便番号", "開催"],
    ["ひだまりサロン", "みらい市本町8-3", "099-000-2101", "999-9001", "第2・4水 10:00〜12:00"],
    ["みどりの会", "みらい市中央町2", "099-000-2102", "12", "毎週金 13:00〜15:00"],
]
NEXT = [ROWS[0], [*ROWS[1][:2], "099-000-2109", *ROWS[1][3:]], ["あおぞら食堂", "みらい市港町1", "099-000-2103", "", "最終土"]]
EXAMPLE = [ROWS[0], ["例の会", "例町1", "", "", ""]]


def enter(world: World, open_page: Open, name: str, shown: str, size: str = "wide", **more: object) -> Any:
    world.add_person(name, shown, [Role.DIRECTORY_EDITOR], [])
    page = open_page("", size, **more)
    page.goto("/directory/import")
    page.get_by_label("メールアドレス").fill(f"{name}@example.jp")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインインする").click()
    page.wait_for_url("**/directory/import")
    return page


def choose(page: Any, content: bytes, name: str = "通いの場一覧.xlsx") -> None:
    page.goto("/directory/import")
    page.get_by_label("ファイル", exact=True).set_input_files({"name": name, "mimeType": "", "buffer": content})
    page.get_by_role("button", name="このファイルを確かめる").click()


def worked(world: World) -> None:
    while working.work_next(world.database, now=world.clock()):
        pass


def names(world: World) -> set[str]:
    with world.database.reading() as session:
        return {record.draft.name for record in directory.whole(session, world.town)}


def test_a_messy_file_is_mended_taken_in_and_taken_back(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    walk = Walk(shot)
    page = enter(world, open_page, "henshu", "編集")
    choose(page, b"\r\n", "空.csv")
    page.get_by_text("ファイルの中身がありません").wait_for()
    walk.look(page, "import-refused")
    choose(page, workbook(一覧=ROWS, 入力例=EXAMPLE))
    page.get_by_text("順番を待っています").first.wait_for()
    walk.look(page, "import-waiting")
    worked(world)
    # The page changes by itself when the file has been looked at.
    page.get_by_text("名称の列が見つかりません").wait_for()
    walk.look(page, "import-nameless")
    page.get_by_label("「住所」（2列目）の項目").select_option(label="名称")
    page.get_by_label("「どこ」（1列目）の項目").select_option(label="名称")
    page.get_by_role("button", name="この読み方で確かめ直す").click()
    page.get_by_text("を2つ以上の列で選んでいます").wait_for()
    assert page.get_by_label("「どこ」（1列目）の項目").input_value() == "name"
    walk.look(page, "import-columns-refused")
    page.get_by_label("「住所」（2列目）の項目").select_option("address")
    page.get_by_role("button", name="この読み方で確かめ直す").click()
    page.get_by_text("列の読み方を覚えました").wait_for()
    worked(world)
    page.get_by_text("追加 2・変更 0").wait_for()
    page.get_by_role("cell", name="郵便番号は123-4567").wait_for()
    page.reload()
    walk.look(page, "import-preview")
    assert names(world) == set()
    page.get_by_role("button", name="この内容で取り込む").click()
    page.get_by_text("取り込みを待っています").first.wait_for()
    worked(world)
    page.get_by_role("heading", name="取り込みました").wait_for()
    walk.look(page, "import-applied")
    assert names(world) == {"ひだまりサロン", "みどりの会"}


def test_two_editors_meet_over_the_same_town(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    walk = Walk(shot)
    page = enter(world, open_page, "henshu", "編集")
    colleague = enter(world, open_page, "sumi", "隅", "narrow")
    first, second = ([["名称", *rows[0][1:]], *rows[1:]] for rows in (ROWS, NEXT))
    choose(page, workbook(一覧=first))
    worked(world)
    page.get_by_text("追加 2・変更 0").wait_for()
    choose(colleague, workbook(一覧=second))
    worked(world)
    colleague.get_by_text("追加 2・変更 0").wait_for()
    page.get_by_role("button", name="この内容で取り込む").click()
    page.get_by_text("取り込みを待っています").first.wait_for()
    colleague.get_by_role("button", name="この内容で取り込む").click()
    colleague.get_by_text("いま編集さんが「通いの場一覧.xlsx」を取り込んでいます").wait_for()
    walk.look(colleague, "import-busy")
    worked(world)
    colleague.get_by_role("button", name="この内容で取り込む").click()
    colleague.get_by_text("取り込みを待っています").first.wait_for()
    worked(world)
    colleague.get_by_text("確かめたあとで台帳が変わりました").wait_for()
    colleague.get_by_role("link", name="変更 1").click()
    colleague.get_by_role("cell", name="099-000-2109").wait_for()
    walk.look(colleague, "import-overtaken")
    colleague.get_by_label("選んだ項目だけ廃止にする").check()
    colleague.get_by_label("みどりの会").check()
    colleague.get_by_role("button", name="この内容で取り込む").click()
    colleague.get_by_text("取り込みを待っています").first.wait_for()
    worked(world)
    colleague.get_by_role("heading", name="取り込みました").wait_for()
    colleague.locator("summary", has_text="この取り込みを取り消す").click()
    colleague.get_by_role("button", name="取り込みを全部取り消す").click()
    colleague.get_by_text("取り消しを待っています").first.wait_for()
    worked(world)
    colleague.get_by_role("heading", name="取り消しました").wait_for()
    walk.look(colleague, "import-undone")
    assert names(world) == {"ひだまりサロン", "みどりの会"}
    colleague.get_by_role("link", name="取り込みの一覧へ").click()
    walk.look(colleague, "import-list")
    assert walk.saw(LOOKED_AT)


def test_without_script_the_page_loads_itself_anew(world: World, open_page: Open) -> None:
    page = enter(world, open_page, "henshu", "編集", java_script_enabled=False)
    choose(page, workbook(一覧=[["名称", *ROWS[0][1:]], *ROWS[1:]]))
    page.get_by_text("順番を待っています").first.wait_for()
    worked(world)
    page.get_by_text("追加 2・変更 0").wait_for()
