"""The sheet of a case: read from the conversation, confirmed, raced by two people and put on paper."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.walking import Walk
from tests.desk import World
from tests.handoff.casework.lines_sheet import LOOKED_AT

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
UNDERSTOOD = json.dumps(
    {
        "household": [
            {"relation": "母", "words": "母", "age": 80, "living_together": True, "problems": ["介護"]},
            {"relation": "本人", "words": "私", "age": 50, "problems": ["失業・無職"]},
        ],
        "explanation": [["reason", "complex", "仕事がなく", "8050"], ["topic", "long_term_care", "要介護3", "care"]],
    },
    ensure_ascii=False,
)


def test_from_the_conversation_to_the_paper(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    """Confirmed at the desk, refused without scope, lost to a colleague and saved again, printed."""
    walk = Walk(shot)
    case_id = world.open_case(
        "80歳の母と二人暮らしです。私は50歳で仕事がなくて困っています", "母は要介護3です",
        "アパートです。家賃を3か月滞納しています", "手続きを教えてほしいです", name="はな", understood=UNDERSTOOD,
        topics=["long_term_care", "rent_loan", "job_search"], reasons=["complex"], call=False,
    )  # fmt: skip
    ours, theirs = open_page("yamada"), open_page("sato")
    for page in (ours, theirs):
        page.set_default_timeout(30_000)
    ours.goto(f"/desk/cases/{case_id}")
    ours.get_by_role("link", name="相談票", exact=True).click()
    ours.get_by_role("heading", name="毎日見る12の項目").wait_for()
    walk.look(ours, "sheet")
    # Confirmed, and still so after a reload; the words it is from are one click away.
    ours.get_by_role("button", name="住居：確かめた").click()
    ours.get_by_text("会話のとおりと確かめました").wait_for()
    ours.reload()
    assert ours.get_by_role("button", name="住居：確かめた").count() == 0
    ours.locator("#money").get_by_role("link", name="「家賃を3か月滞納しています」").first.click()
    ours.locator(".bubble:target", has_text="滞納しています").wait_for()
    ours.get_by_role("link", name="相談票", exact=True).click()
    # Two people write in the same part; the second is told, keeps every word, and saves after looking.
    for page in (ours, theirs):
        page.goto(f"/desk/cases/{case_id}/sheet?edit=home#home")
    ours.get_by_label("家族の状況").fill("山田の見立て")
    ours.get_by_role("button", name="「家族・地域関係・住まい」を保存する").click()
    ours.get_by_text("保存しました").wait_for()
    theirs.get_by_label("家族の状況").fill("佐藤の見立て")
    theirs.get_by_role("button", name="「家族・地域関係・住まい」を保存する").click()
    theirs.get_by_text("先にほかの人がこの欄を変えました").wait_for()
    assert theirs.get_by_label("家族の状況").input_value() == "佐藤の見立て"
    theirs.get_by_text("いま保存されている内容：山田の見立て").wait_for()
    walk.look(theirs, "sheet-lost-race")
    theirs.get_by_role("button", name="「家族・地域関係・住まい」を保存する").click()
    theirs.get_by_text("保存しました").wait_for()
    # The household, as the conversation tells and a person corrects it.
    ours.get_by_role("link", name="母：見て加える").click()
    ours.get_by_label("年齢").fill("82")
    walk.look(ours, "sheet-person")
    ours.get_by_role("button", name="世帯に加える", exact=True).click()
    ours.get_by_text("世帯を保存しました").wait_for()
    assert ours.get_by_role("row", name="母 82歳").is_visible()
    # Consent names what may be told, or is refused; then it is taken back.
    ours.get_by_role("link", name="学校：答えを記録する").click()
    ours.get_by_label("同意あり").check()
    ours.get_by_label("確かめ方").select_option("oral")
    ours.get_by_role("button", name="答えを記録する").click()
    ours.get_by_text("何を伝えてよいかを一つ以上選んでください").wait_for()
    assert ours.get_by_label("同意あり").is_checked()
    ours.get_by_label("健康・障害のこと").check()
    ours.get_by_role("button", name="答えを記録する").click()
    ours.get_by_text("同意の答えを記録しました").wait_for()
    ours.get_by_role("link", name="学校：答えを記録する").click()
    walk.look(ours, "sheet-consent")
    ours.get_by_role("button", name="学校への同意を取り消す").click()
    ours.get_by_text("すでに伝えたことは取り戻せません").wait_for()
    ours.get_by_role("link", name="印刷する用紙").click()
    ours.get_by_text("【本人同意あり】").first.wait_for()
    walk.look(ours, "sheet-print")
    assert walk.saw(LOOKED_AT)
