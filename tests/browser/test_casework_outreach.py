"""Somebody who does not come is sought over three months; then they are asked how they are, and do not answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from handoff.casework import silence
from tests.browser.test_desk_races import beside, refused, taken
from tests.browser.walking import Walk
from tests.desk import World
from tests.handoff.casework.accompanied import arrive, run
from tests.handoff.casework.lines_outreach import LOOKED_AT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
Open = Callable[..., Any]
AHEAD = timedelta(days=9)


def test_sought_for_three_months_then_asked_and_silent(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    """A next try that lies behind is refused; of two pages the second changes nothing; a reload shows what stands."""
    walk, page = Walk(shot), open_page("yamada")
    case_id = taken(world, page)
    page.get_by_role("link", name="訪問・伴走", exact=True).click()
    page.get_by_text("まだ記録がありません").wait_for()
    _seek(page, "訪問", "不在・反応なし", "雨戸が閉まっていた", next_on="2026-11-01")
    assert "今日から1年以内" in refused(page) and page.get_by_label("ようす").input_value() == "雨戸が閉まっていた"
    page.get_by_label("次に試す日").fill("2026-12-20")
    page.get_by_role("button", name="働きかけを記録する").click()
    page.get_by_text("働きかけを記録しました").wait_for()
    for month, (means, result) in enumerate((("手紙", "反応あり"), ("訪問", "つながった")), start=1):
        world.offset = month * timedelta(days=30)
        page = open_page("yamada")
        page.goto(f"/desk/cases/{case_id}/outreach")
        _seek(page, means, result, "手紙を読んでくれていた")
    page.get_by_text("「つながった」を記録しました").wait_for()
    page.reload()
    assert page.locator(".months tbody tr").count() == 3
    other = beside(page)
    _agree(page, world)
    page.get_by_text("おたずねを約束しました").wait_for()
    _agree(other, world)
    assert "約束が変わりました" in refused(other)
    walk.look(page, "outreach")
    at = world.clock() + AHEAD
    at = at.replace(hour=10, minute=0)
    assert run(world, at) == 1
    arrive(world)
    world.offset = at + timedelta(days=3, hours=1) - world.now
    assert silence.settle(world.database, world.clock()) == 1
    page = open_page("yamada")
    page.locator(".me > summary").click()
    page.get_by_role("link", name="訪問・伴走の一覧").click()
    page.get_by_text("続けて1回、返事がありません").wait_for()
    walk.look(page, "accompanied")
    page.get_by_role("link", name="呼び名は未確認").click()
    page.get_by_text("返事がありませんでした").wait_for()
    shot(page, "outreach-missed")
    page.get_by_role("button", name="おたずねを終わりにする").click()
    page.get_by_text("おたずねの約束を終わりにしました").wait_for()
    assert walk.saw(LOOKED_AT)


def _seek(page: Any, means: str, result: str, words: str, *, next_on: str = "") -> None:
    page.get_by_label(means, exact=True).check()
    page.get_by_label(result, exact=True).check()
    page.get_by_label("ようす").fill(words)
    page.get_by_label("次に試す日").fill(next_on)
    page.get_by_role("button", name="働きかけを記録する").click()


def _agree(page: Any, world: World) -> None:
    day = world.clock() + AHEAD
    page.get_by_label("曜日").select_option(index=day.weekday())
    page.get_by_label("初めの日").fill(f"{day:%Y-%m-%d}")
    page.get_by_label("本人とどう約束したか").fill("電話で本人の希望を聞いた")
    page.get_by_role("button", name="おたずねを約束する").click()
