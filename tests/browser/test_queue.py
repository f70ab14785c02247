"""The queue in a real browser: Monday's hand-over, what is late, live news, a race for a row, finding a case, sound."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from resources.desks import Desk
from tests.browser.walking import Walk
from tests.desk import World

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


def rows(page: Any) -> list[str]:
    return [words.strip("「」") for words in page.locator("#rows .sentence span").all_inner_texts()]


def weekend(world: World) -> None:
    for words, hours in (("土曜の昼", 69), ("日曜の夜", 37), ("祝日の朝", 25)):
        world.open_case(words, ago=timedelta(hours=hours))


def test_monday_begins_with_the_handover_and_nothing_goes_unexplained(world: World, open_page: Open, shot: Callable) -> None:
    weekend(world)
    world.open_case("けさ届いた", ago=timedelta(minutes=20))
    page = open_page("yamada")
    assert rows(page) == ["土曜の昼", "日曜の夜", "祝日の朝"]
    shot(page, "handover")
    page.get_by_role("link", name="「土曜の昼」").click()
    page.get_by_role("button", name="この相談を受ける").click()
    page.get_by_label("返信（").fill("お待たせしました。")
    page.get_by_role("button", name="返信を送る").click()
    page.get_by_text("返信を送信待ちに入れました").wait_for()
    page.goto("/desk")
    assert rows(page) == ["日曜の夜", "祝日の朝"]
    page.get_by_role("link", name="「日曜の夜」").click()
    page.locator("summary", has_text="メモを書く").click()
    page.get_by_role("button", name="メモを残す").click()  # An empty note is refused, and explains nothing.
    assert page.get_by_label("メモ", exact=True).evaluate("field => field.validity.valueMissing")
    page.get_by_label("メモ", exact=True).fill("電話したが出ない。11時にもう一度かける。")
    page.get_by_role("button", name="メモを残す").click()
    page.get_by_text("メモを残しました").wait_for()
    page.goto("/desk")
    page.reload()
    assert rows(page) == ["祝日の朝"]
    page.locator("[data-tab=waiting]").click()
    page.locator("[data-tab=waiting][aria-current]").wait_for()
    assert rows(page) == ["日曜の夜", "祝日の朝", "けさ届いた"]


def test_a_case_becomes_late_when_the_clock_moves(world: World, open_page: Open, shot: Callable) -> None:
    world.open_case("電気が止まりました", reasons=["immediate_need"], ago=timedelta(minutes=20))
    page = open_page("yamada")
    page.get_by_text("あと40分").wait_for()
    assert page.locator("[data-tab=overdue] .count").inner_text() == "0"
    page.get_by_role("link", name="「電気が止まりました」").focus()
    world.offset = timedelta(minutes=50)
    world.open_case("きっかけ", ago=timedelta())
    page.get_by_text("期限を10分超過").wait_for()
    assert page.locator("[data-tab=overdue] .count").inner_text() == "1"
    assert page.evaluate("document.activeElement.innerText") == "「電気が止まりました」"
    page.locator("[data-tab=overdue]").click()
    page.get_by_role("heading", level=1).wait_for(state="attached")
    page.locator("[data-tab=overdue][aria-current]").wait_for()
    assert rows(page) == ["電気が止まりました"]
    shot(page, "overdue")


def test_a_new_urgent_case_shows_within_three_seconds_while_somebody_types(
    world: World, open_page: Open, shot: Callable
) -> None:
    world.open_case("ひとつめ")
    page = open_page("yamada")
    page.evaluate("document.addEventListener('uketome:tone', () => { window.tones = (window.tones || 0) + 1; })")
    page.get_by_role("button", name="緊急を音でも知らせる：切").click()
    page.get_by_role("button", name="緊急を音でも知らせる：入").wait_for()
    field = page.locator("#sought")
    field.type("書きかけ")
    page.locator("#rows li").first.hover()
    page.wait_for_timeout(2500)  # Long enough for the line to be up.
    world.open_case("もう死にたい", crisis="self_harm", ago=timedelta())
    page.get_by_role("button", name="新着 1件を表示").wait_for(timeout=3000)
    page.wait_for_function("() => document.title.startsWith('緊急1 ')", timeout=3000)
    field.type("のことば")
    assert field.input_value() == "書きかけのことば" and page.evaluate("document.activeElement.id") == "sought"
    assert rows(page) == ["ひとつめ"] and page.evaluate("window.tones") == 2
    page.get_by_role("button", name="新着 1件を表示").click()
    page.get_by_text("「もう死にたい」").wait_for()
    assert rows(page) == ["もう死にたい", "ひとつめ"]
    shot(page, "urgent")


def test_without_the_line_the_page_looks_by_itself(world: World, open_page: Open) -> None:
    page = open_page()
    page.add_init_script("delete window.EventSource")
    page.goto("/desk")
    page.get_by_label("メールアドレス").fill("yamada@example.jp")
    page.get_by_label("パスワード").fill("ながくて覚えやすい合言葉")
    page.get_by_role("button", name="サインインする").click()
    page.get_by_text("待っている人はいません").wait_for()
    world.open_case("こんにちは")
    page.get_by_text("「こんにちは」").wait_for()


def test_two_race_for_a_row_and_the_second_is_told(world: World, open_page: Open) -> None:
    world.open_case("ひとつだけ")
    first, second = open_page("yamada"), open_page("sato")
    second.get_by_role("link", name="「ひとつだけ」").focus()
    first.get_by_role("button", name="の相談を受ける").click()
    first.get_by_label("返信（").wait_for()
    second.get_by_role("button", name="一覧が変わりました。新しくする").wait_for()
    second.get_by_role("button", name="の相談を受ける").click()
    assert "先に山田さんが受けました" in second.get_by_role("alert").inner_text()
    second.goto("/desk")
    assert rows(second) == []


def test_a_case_is_found_by_what_is_known_of_it(world: World, open_page: Open, walk: Walk) -> None:
    with world.database.reading() as session:
        assert session.get_one(Desk, world.desk_id).name == "福祉総合相談課"
    world.open_case("家賃のこと", name="はな", topics=["rent_loan"], ago=timedelta(days=3))
    world.open_case("仕事のこと", name="はな", topics=["job_search"])
    page = open_page("yamada")
    page.goto("/desk")
    page.get_by_role("link", name="条件で探す").click()
    page.get_by_role("heading", name="相談を探す").wait_for()
    walk.look(page, "finding-empty")
    page.get_by_role("button", name="探す").click()
    page.get_by_text("探すものが入っていません").wait_for()
    page.get_by_label("受付番号・名前で探す").fill("はな")
    page.get_by_label("相談の内容").select_option(label="家賃やローンの支払いのこと")
    page.get_by_label("窓口").select_option(label="福祉総合相談課")
    page.get_by_role("button", name="探す").click()
    page.get_by_text("1件見つかりました").wait_for()
    assert rows(page) == ["家賃のこと"] and "はな" not in page.url
    walk.look(page, "finding-found")
    page.get_by_label("いつから（受付日）").fill("2026-11-24")
    page.get_by_role("button", name="探す").click()
    page.get_by_text("見つかりませんでした").wait_for()
    page.get_by_text("条件を減らして").wait_for()
    walk.look(page, "finding-nothing")
    page.get_by_label("いつまで（受付日）").fill("2026-11-01")
    page.get_by_role("button", name="探す").click()
    page.get_by_text("「いつから」が「いつまで」より後").wait_for()
    assert page.get_by_label("受付番号・名前で探す").input_value() == "はな"


def test_signing_out_ends_the_line(world: World, open_page: Open) -> None:
    page = open_page("yamada")
    page.evaluate("window.kept = new EventSource('/desk/events')")
    page.wait_for_function("() => window.kept.readyState === 1")
    other = page.context.new_page()
    other.goto("/desk")
    other.locator(".me summary").click()
    other.get_by_role("button", name="サインアウト").click()
    other.wait_for_url("**/sign-in")
    world.open_case("だれにも見えない")
    page.wait_for_url("**/sign-in**")
    assert page.get_by_text("だれにも見えない").count() == 0
