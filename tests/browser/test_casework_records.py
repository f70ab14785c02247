"""The support record and the tasks in a real browser: written down, corrected, copied out, finished; refused and too late."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resources.staff import Role
from tests.browser.test_desk_races import taken
from tests.browser.walking import Walk
from tests.desk import World
from tests.handoff.casework.lines_records import LOOKED_AT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
Open = Callable[..., Any]


def test_from_a_call_to_the_sheet_that_goes_round(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    """Refused without words, written, lost to a colleague, reloaded, copied; a task is added, overdue, finished once."""
    walk = Walk(shot)
    world.add_person("kakaricho", "係長", [Role.SUPERVISOR], [world.desk_id])
    page, colleague = open_page("yamada"), open_page("sato")
    case_id = taken(world, page)
    records = f"/desk/cases/{case_id}/records"
    page.get_by_role("link", name="経過記録", exact=True).click()
    page.get_by_label("相手先の名前").fill("本人の姉")
    page.get_by_role("button", name="記録する", exact=True).click()
    page.get_by_text("記録が空です").wait_for()
    assert page.get_by_label("相手先の名前").input_value() == "本人の姉"
    walk.look(page, "records-refused")
    page.get_by_label("記録", exact=True).fill("家賃を二か月ためている。来週、一緒に住宅課へ行く。")
    page.get_by_label("終わり（分かれば）").fill("10:05")
    page.get_by_role("button", name="記録する", exact=True).press("Enter")
    page.get_by_text("経過記録を残しました").wait_for()
    page.get_by_role("textbox", name="すること").fill("住宅課に同行する")
    page.get_by_label("いつまでに").fill("2026-11-23")
    page.get_by_role("button", name="予定を足す").click()
    page.get_by_text("予定を残しました").wait_for()
    walk.look(page, "records")
    colleague.goto(records)
    for one in (page, colleague):
        one.get_by_role("link", name="の電話の記録を直す").click()
        one.get_by_label("記録", exact=True).fill(f"家賃を三か月ためている（{'山田' if one is page else '佐藤'}）")
    page.get_by_role("button", name="この内容に直す").click()
    page.get_by_text("記録を直しました").wait_for()
    colleague.get_by_role("button", name="この内容に直す").click()
    colleague.get_by_text("ほかの人がこの記録を直しました").wait_for()
    assert colleague.get_by_label("記録", exact=True).input_value() == "家賃を三か月ためている（佐藤）"
    walk.look(colleague, "record-too-late")
    page.reload()
    page.get_by_text("家賃を三か月ためている（山田）").wait_for()
    colleague.get_by_role("button", name="この内容に直す").click()
    colleague.get_by_text("記録を直しました").wait_for()
    page.get_by_role("button", name="文で写す").click()
    page.get_by_role("button", name="全部を写す").click()
    page.get_by_text("貼り付けてください").wait_for()
    assert "家賃を三か月ためている（佐藤）" in page.evaluate("getSelection().toString() || document.activeElement.value")
    walk.look(page, "record-text")
    page.get_by_role("link", name="経過記録に戻る").click()
    page.get_by_role("button", name="供覧・決裁の用紙").click()
    page.get_by_role("button", name="印刷する").wait_for()
    walk.look(page, "record-sheet")
    page.emulate_media(media="print")
    shot(page, "record-sheet-print")
    page.emulate_media(media="screen")
    page.get_by_role("link", name="経過記録に戻る").click()
    with page.expect_download() as handed:
        page.get_by_role("button", name="XLSXで取り出す").click()
    assert handed.value.suggested_filename == f"支援経過記録_{world.read_case(case_id).receipt}.xlsx"
    page.goto(f"/desk/cases/{case_id}")
    page.get_by_text("2026年11月23日（月）（期限を過ぎています）").wait_for()
    page.locator(".me summary").click()
    page.get_by_role("link", name="予定", exact=True).click()
    walk.look(page, "tasks")
    colleague.goto(records)
    colleague.get_by_role("button", name="「住宅課に同行する」を終えた").click()
    colleague.get_by_text("予定を終えました").wait_for()
    page.get_by_role("button", name="「住宅課に同行する」を終えた").click()
    page.get_by_text("先にほかの人が終えました").wait_for()
    page.get_by_text("いま、予定はありません").wait_for()
    head = open_page("kakaricho")
    head.goto("/settings/approval")
    walk.look(head, "settings-approval")
    assert walk.saw(LOOKED_AT)
