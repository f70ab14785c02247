"""A whole morning at the desk without a mouse: from sign-in to the end of a case, with a refusal, a lost race and a reload."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handoff.cases import Case
from handoff.states import CaseState, Outcome
from tests.desk import PASSWORD, World

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) { return ""; }
  const labels = one.labels ? Array.from(one.labels, (label) => label.innerText) : [];
  return [one.getAttribute("aria-label") || "", ...labels, one.innerText || "", one.value || ""].join(" ");
}"""


class Keys:
    """A person who has a keyboard only."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def to(self, words: str, *, back: bool = False) -> None:
        """Press Tab until what has the focus says these words; who never comes there has met a barrier."""
        for _ in range(90):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            if words in self.page.evaluate(FOCUSED):
                ring = self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert ring != "none", f"nobody sees that {words} has the focus"
                return
        pytest.fail(f"no key leads to {words}")

    def press(self, words: str, *, key: str = "Enter") -> None:
        """Go to something and press it."""
        self.to(words)
        self.page.keyboard.press(key)

    def fill(self, words: str, typed: str) -> None:
        """Go to a field and type."""
        self.to(words)
        self.page.keyboard.type(typed)


def test_a_whole_morning_without_a_mouse(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    first = world.open_case("家賃もう2か月…", name="はな", crisis="emergency")
    second = world.open_case("母のことで相談", name="ゆう")
    page = open_page()
    keys = Keys(page)
    page.goto("/desk")
    keys.fill("メールアドレス", "yamada@example.jp")
    keys.fill("パスワード", PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#queue").wait_for()
    keys.press("本文へ移動")
    assert page.evaluate("document.activeElement.id") == "main"
    keys.press("家賃もう2か月")
    page.get_by_role("button", name="この相談を受ける").wait_for()
    keys.press("この相談を受ける")
    page.get_by_text("この相談を受けました").wait_for()
    page.reload()
    keys.fill("返信（", "はじめまして、山田です。")
    page.keyboard.press("Control+Enter")
    page.get_by_text("返信を送信待ちに入れました").wait_for()
    keys.press("メモを書く")
    keys.fill("メモ", "家賃のことを聞く")
    keys.press("メモを残す")
    page.get_by_text("メモを残しました").wait_for()
    shot(page, "by-keyboard")
    _race_for(world, keys, second)
    page.goto(f"/desk/cases/{first}")
    keys.press("終わり方を選ぶ")
    page.wait_for_url("**/ending")
    keys.press("情報提供・助言で足りた", key="ArrowDown")
    assert "他機関の担当者が受け入れた" in page.evaluate(FOCUSED)
    keys.press("この終わり方で終了する")
    page.get_by_text("受け入れた方の所属と名前を書いてください").wait_for()
    keys.fill("受け入れた方（", "福祉事務所の佐々木さん")
    keys.fill("最初に会う・連絡する日", "11302026")  # the order of month and day is that of Debian's Chromium
    assert page.evaluate("document.activeElement.value") == "2026-11-30"
    keys.press("この終わり方で終了する")
    page.get_by_text("終了しました。本人から").wait_for()
    case = world.read_case(first)
    assert (case.state, case.outcome) == (CaseState.CLOSED, Outcome.ACCEPTED_ELSEWHERE)
    keys.press("山田")
    keys.press("サインアウト")
    page.wait_for_url("**/sign-in")


def _race_for(world: World, keys: Keys, case_id: Any) -> None:
    """Somebody else takes the case while this page is open."""
    page = keys.page
    page.keyboard.press("Escape")
    page.locator("#queue").wait_for()
    keys.press("母のことで相談")
    page.get_by_role("button", name="この相談を受ける").wait_for()
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        case.state, case.owner_id = CaseState.TAKEN, world.people["sato"]
    keys.press("この相談を受ける")
    page.get_by_text("先に佐藤さんが受けました").wait_for()
