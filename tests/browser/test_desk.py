"""A day at the desk in a real browser: take and talk, a lost race, a reload, the keyboard alone, and hostile words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from handoff.states import CaseState
from tests.desk import PASSWORD, World

pytestmark = pytest.mark.browser
HERE = """(() => { const here = document.activeElement;
  return (here.labels?.[0] || here).innerText || here.getAttribute("aria-label") || ""; })()"""
HOSTILE = (
    "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "\"><svg onload=alert(1)>", "javascript:alert(1)",
    "{{7*7}}${7*7}", "</textarea><script>alert(1)</script>", "'\"`--><iframe src=javascript:alert(1)>",
    "data:text/html,<script>alert(1)</script>", "＜script＞alert(1)＜/script＞", "‮gnp.exe", "\x1b[31m赤", "&lt;b&gt;&#x27;",
)  # fmt: skip


def test_sign_in_take_reply_note_and_close(world: World, open_page: Callable, shot: Callable) -> None:
    case_id = world.open_case("家賃もう2か月…", name="はな", bot="つらい状況ですね。")
    page = open_page("yamada")
    shot(page, "queue")
    page.get_by_role("link", name="「家賃もう2か月…」").click()
    page.get_by_role("button", name="この相談を受ける").click()
    page.get_by_label("返信（").fill("はじめまして、山田です。")
    page.get_by_label("返信（").press("Control+Enter")
    page.get_by_text("返信を送信待ちに入れました").wait_for()
    assert page.locator(".bubble.staff").inner_text().startswith("山田")
    page.get_by_text("メモを書く").click()
    page.get_by_label("メモ", exact=True).fill("明日10時に電話する")
    page.get_by_role("button", name="メモを残す").click()
    page.get_by_text("明日10時に電話する").wait_for()
    page.reload()
    assert page.get_by_text("明日10時に電話する").is_visible()
    shot(page, "case")
    page.get_by_text("終わり方を選ぶ").click()
    page.get_by_label("情報提供・助言で足りた").check()
    page.get_by_role("button", name="この終わり方で終了する").click()
    page.get_by_text("終了しました。本人から").wait_for()
    assert world.read_case(case_id).state == CaseState.CLOSED


def test_two_workers_race_and_the_second_sees_who_was_first(world: World, open_page: Callable) -> None:
    world.open_case("こんにちは")
    # Without script a page stays as it was, as on a line that is slow.
    first, second = open_page("yamada"), open_page("sato", java_script_enabled=False)
    first.get_by_role("button", name="の相談を受ける").click()
    first.get_by_label("返信（").wait_for()
    second.get_by_role("button", name="の相談を受ける").click()
    assert "先に山田さんが受けました" in second.get_by_role("alert").inner_text()
    assert second.get_by_text("返信は担当者だけができます").is_visible()


def test_a_new_message_appears_without_touching_what_is_typed(world: World, open_page: Callable) -> None:
    case_id = world.open_case("こんにちは")
    page = open_page("yamada")
    page.get_by_role("button", name="の相談を受ける").click()
    words = page.get_by_label("返信（")
    words.type("書きかけの")
    world.hear(case_id, "あとから来たことば")
    page.get_by_text("あとから来たことば").wait_for()
    words.type("ことば")
    assert words.input_value() == "書きかけのことば"
    assert "新しいメッセージが1件" in page.locator("#news").inner_text()


def test_the_queue_counts_what_is_new_and_leaves_the_rows_under_the_pointer(
    world: World, open_page: Callable
) -> None:
    world.open_case("ひとつめ")
    page = open_page("yamada")
    page.get_by_role("link", name="「ひとつめ」").focus()
    world.open_case("ふたつめ")
    fresh = page.get_by_role("button", name="新着 1件を表示")
    fresh.wait_for()
    assert page.get_by_text("「ふたつめ」").count() == 0
    fresh.click()
    page.get_by_text("「ふたつめ」").wait_for()


def test_words_survive_a_cut_line(world: World, open_page: Callable) -> None:
    case_id = world.open_case("こんにちは")
    page = open_page("yamada")
    page.get_by_role("button", name="の相談を受ける").click()
    words = page.get_by_label("返信（")
    words.fill("切れても残ることば")
    page.context.set_offline(True)
    page.get_by_role("button", name="返信を送る").click()
    page.get_by_text("まだ送れていません").wait_for()
    assert words.input_value() == "切れても残ることば"
    page.context.set_offline(False)
    page.get_by_text("返信を送信待ちに入れました").wait_for()
    assert page.locator(".bubble.staff").count() == 1 and world.read_case(case_id).waiting_since is None


def test_words_survive_an_ended_session_and_are_sent_after_signing_in_again(
    world: World, open_page: Callable
) -> None:
    case_id = world.open_case("こんにちは")
    page = open_page("yamada")
    page.get_by_role("button", name="の相談を受ける").click()
    words = page.get_by_label("返信（")
    words.fill("残ることば")
    page.context.clear_cookies()
    page.get_by_text("サインインの期限が切れました").wait_for()
    page.get_by_role("button", name="返信を送る").click()
    page.get_by_text("サインインの期限が切れました").wait_for()
    assert words.input_value() == "残ることば"
    other = page.context.new_page()
    other.goto("/sign-in")
    other.get_by_label("メールアドレス").fill("yamada@example.jp")
    other.get_by_label("パスワード").fill(PASSWORD)
    other.get_by_role("button", name="サインインする").click()
    other.wait_for_url("**/desk")
    page.get_by_role("button", name="返信を送る").click()
    page.get_by_text("返信を送信待ちに入れました").wait_for()
    assert page.locator(".bubble.staff").count() == 1 and world.read_case(case_id).waiting_since is None


def test_the_whole_journey_by_keyboard_alone(world: World, open_page: Callable) -> None:
    world.open_case("こんにちは")
    page = open_page("yamada")

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            here = page.evaluate(HERE)
            if name in here:
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
                return
        pytest.fail(f"the keyboard never reached {name}")

    tab_to("「こんにちは」")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*")
    tab_to("この相談を受ける")
    page.keyboard.press("Enter")
    page.get_by_label("返信（").wait_for()
    tab_to("返信（")
    page.keyboard.type("キーボードだけで")
    page.keyboard.press("Control+Enter")
    page.get_by_text("返信を送信待ちに入れました").wait_for()
    tab_to("終わり方を選ぶ")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ending")
    tab_to("情報提供・助言で足りた")
    page.keyboard.press("Space")
    tab_to("この終わり方で終了する")
    page.keyboard.press("Enter")
    page.get_by_text("終了しました。本人から").wait_for()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "sought"


def test_hostile_words_stay_words_everywhere(world: World, open_page: Callable) -> None:
    cases = [world.open_case(words, words, name=words, bot=words, reasons=["crisis"]) for words in HOSTILE]
    page = open_page("yamada")
    page.goto("/desk?tab=unread")
    for words in HOSTILE[:4]:
        assert words in page.locator("#rows").inner_text()
    for case_id, words in zip(cases, HOSTILE, strict=True):
        page.goto(f"/desk/cases/{case_id}")
        assert words in page.locator("#lines .resident .said").first.text_content()
        assert page.locator("#lines img, #lines script, #lines svg, #lines iframe").count() == 0
    page.get_by_role("button", name="この相談を受ける").click()
    for words in HOSTILE:
        page.get_by_label("返信（").fill(words)
        page.get_by_role("button", name="返信を送る").click()
        page.get_by_text("返信を送信待ちに入れました").wait_for()
        page.goto(page.url.split("?")[0])
    assert page.locator(".bubble.staff").count() == len(HOSTILE)


def test_the_desk_works_without_script(world: World, open_page: Callable) -> None:
    world.open_case("こんにちは")
    page = open_page("yamada", java_script_enabled=False)
    page.get_by_role("button", name="の相談を受ける").click()
    page.get_by_label("返信（").fill("スクリプトなしで")
    page.get_by_role("button", name="返信を送る").click()
    page.locator(".bubble.staff").get_by_text("スクリプトなしで").wait_for()
    page.locator("summary", has_text="席をはずす").click()
    page.get_by_role("button", name="席をはずす").click()
    page.get_by_text("席をはずしました").wait_for()
    page.get_by_role("button", name="戻る（会話に入る）").click()
    page.locator("summary", has_text="ボットに戻す").click()
    page.get_by_role("button", name="ボットに戻す").click()
    page.get_by_text("ボットに戻しました。相談は").wait_for()
