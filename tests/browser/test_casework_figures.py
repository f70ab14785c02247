"""The report of a month beside a count by hand: a period that is none, cases that came and ended meanwhile, and the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from resources.staff import Role
from tests.browser.test_desk_races import beside, refused
from tests.browser.walking import Walk
from tests.desk import PASSWORD, World
from tests.handoff.casework.lines_figures import LOOKED_AT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
Open = Callable[..., Any]


def number(page: Any, question: str, label: str) -> str:
    """Read what stands in the table of a question."""
    row = page.locator(f"#q{question} tr", has=page.get_by_role("rowheader", name=label, exact=True))
    return str(row.locator("td").inner_text())


def test_the_month_report_beside_a_count_by_hand(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    walk = Walk(shot)
    world.add_person("kyodo", "協働", [Role.COORDINATOR], [world.desk_id])
    for topics in (["debt"], ["debt", "income"], ["debt"], ["health"], ["long_term_care"]):
        world.open_case("カナリア", topics=topics)
    world.open_case("カナリア", topics=["debt"], ago=timedelta(days=40))
    page = open_page("kyodo")
    page.set_default_timeout(60_000)
    page.locator(".me summary").click()
    page.get_by_role("link", name="集計").click()
    page.get_by_role("heading", name="みらい市 2026年11月").wait_for()
    assert (number(page, "1", "受け付けた相談（件）"), number(page, "2", "債務について")) == ("5", "3")
    assert number(page, "2", "病気や健康、障害のこと") == "1" and "カナリア" not in page.content()
    page.goto("/desk/figures?year=2026&month=13")
    assert "何も集計していません" in page.get_by_role("alert").inner_text()
    late_id = world.open_case("カナリア", topics=["debt"])
    page.get_by_label("月").select_option(label="年度の全体（4月〜3月）")
    page.get_by_role("button", name="この期間を数える").click()
    page.get_by_role("heading", name="みらい市 2026年度").wait_for()
    page.reload()
    assert (number(page, "1", "受け付けた相談（件）"), number(page, "2", "債務について")) == ("7", "5")
    assert number(page, "5", "まだ受けていない") == "7"
    walk.look(page, "figures")
    # Two pages end the same case while its count stands on the screen: it is counted once, and the file says so.
    colleague = open_page("yamada")
    colleague.goto(f"/desk/cases/{late_id}")
    colleague.get_by_role("button", name="の相談を受ける").first.click()
    colleague.get_by_label("返信（").wait_for()
    second = beside(colleague, f"/desk/cases/{late_id}/ending")
    colleague.goto(f"/desk/cases/{late_id}/ending")
    for one in (colleague, second):
        one.get_by_label("情報提供・助言で足りた").check()
        one.get_by_role("button", name="この終わり方で終了する").click()
        one.wait_for_load_state()
    assert "いまの状態ではできません" in refused(second)
    page.reload()
    assert (number(page, "5", "まだ受けていない"), number(page, "5", "情報提供・助言のみ")) == ("6", "1")
    world.offset = timedelta(minutes=11)
    page.get_by_role("link", name="CSV（県・外部用）").click()
    page.get_by_label("パスワード").fill(PASSWORD)
    with page.expect_download() as download:
        page.get_by_role("button", name="確かめて続ける").click()
    content = download.value.path().read_text(encoding="utf-8-sig")
    # Seven cases of one month: whatever the year said of the one, the file of the month would give it away.
    assert "県・外部用" in content and "情報提供・助言のみ,非表示" in content
    assert "債務について,5," in content and "病気や健康、障害のこと,5未満" in content
    assert walk.saw(LOOKED_AT)
