"""A 民生委員 is asked, from the desk's question to the words that come back, and looked at as people see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resources.staff import Role
from tests.browser.test_desk_races import taken
from tests.browser.test_every_page import LOOKED_AT
from tests.browser.walking import Walk
from tests.desk import World

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


def test_from_the_question_to_the_report(world: World, open_page: Open, walk: Walk) -> None:
    """Asked without consent, then with it; accepted after the desk took it back once; told how it went."""
    world.add_person("iinkai", "民生 一郎", [Role.COMMISSIONER], [])
    owner, helper = open_page("yamada"), open_page("iinkai", "narrow")
    taken(world, owner)
    helper.get_by_role("link", name="はじめの画面へ").click()
    if helper.url.endswith("/start"):
        helper.get_by_role("link", name="あなたへのお願い").click()
    helper.get_by_text("いま、お願いはありません").wait_for()
    walk.look(helper, "requests-none")
    _ask(owner, "")
    owner.get_by_text("本人の同意が、まだ記録されていません").wait_for()
    walk.look(owner, "case-ask-commissioner")
    assert owner.get_by_label("お願いすること").input_value() == "声をかけてください"
    owner.get_by_label("本人の同意").select_option("oral")
    owner.get_by_role("button", name="お願いする", exact=True).click()
    owner.get_by_text("民生委員にお願いしました").wait_for()
    walk.look(owner, "case-asked-for-help")
    helper.reload()
    walk.look(helper, "requests")
    helper.get_by_role("link", name="くわしく見る").click()
    walk.look(helper, "request-asked")
    owner.get_by_role("button", name="お願いを取り下げる").click()
    owner.get_by_text("お願いを取り下げました").wait_for()
    helper.get_by_role("button", name="引き受ける").click()
    helper.get_by_text("もう取り下げられたか").wait_for()
    owner.get_by_role("link", name="民生委員にお願いする").click()
    _fill(owner)
    owner.get_by_role("button", name="お願いする", exact=True).click()
    owner.get_by_text("民生委員にお願いしました").wait_for()
    helper.reload()
    helper.get_by_role("link", name="くわしく見る").click()
    helper.get_by_role("button", name="引き受ける").click()
    helper.get_by_text("引き受けると伝えました").wait_for()
    helper.get_by_role("link", name="くわしく見る").click()
    helper.get_by_label("ようす").fill("お元気でした")
    walk.look(helper, "request-accepted")
    helper.get_by_role("button", name="窓口に伝える").click()
    owner.reload()
    owner.get_by_text("お元気でした").wait_for()
    assert walk.saw(LOOKED_AT["requests"])


def _ask(owner: Any, means: str) -> None:
    owner.reload()
    owner.get_by_role("link", name="民生委員にお願いする").click()
    _fill(owner)
    owner.get_by_label("本人の同意").evaluate("field => { field.required = false; }")
    owner.get_by_label("本人の同意").select_option(means)
    owner.get_by_role("button", name="お願いする", exact=True).click()


def _fill(owner: Any) -> None:
    owner.get_by_label("お願いする人").select_option(label="民生 一郎")
    owner.get_by_label("お願いすること").fill("声をかけてください")
