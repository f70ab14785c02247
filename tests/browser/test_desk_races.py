"""What goes wrong at the desk in a real browser: refused, too late, pressed twice, reloaded; nothing typed is lost."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from handoff import cases, intake
from handoff.accounts import Account
from handoff.cases import Case
from handoff.inbox import InboundEvent
from handoff.intake import Matter
from handoff.states import CaseState, Ground, Outcome
from resources.db import new_id
from resources.sealing import seal
from tests.desk import World

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
NOT_YOURS = "この操作は、受けている担当者だけができます"


def taken(world: World, page: Any, words: str = "こんにちは") -> uuid.UUID:
    """Let somebody take a case in the browser."""
    case_id = world.open_case(words)
    page.goto("/desk")
    page.get_by_role("button", name="の相談を受ける").first.click()
    page.get_by_label("返信（").wait_for()
    return case_id


def beside(page: Any, path: str = "") -> Any:
    """Open the same page a second time, as the same person."""
    other = page.context.new_page()
    other.set_default_timeout(10_000)
    other.goto(path or page.url.split("?")[0])
    return other


def press(page: Any, summary: str, button: str) -> None:
    """Open what is folded and press the button in it."""
    fold, wanted = page.locator("summary", has_text=summary), page.get_by_role("button", name=button, exact=True)
    fold.click()
    if not wanted.is_visible():
        fold.click()  # A notice that came in this moment had moved it from under the pointer.
    wanted.click()


def refused(page: Any) -> str:
    alert = page.locator(".notice.danger:not([hidden])").first
    alert.wait_for()
    return str(alert.inner_text())


def test_a_reply_after_the_case_changed_hands_is_refused_and_its_words_stay(world: World, open_page: Open) -> None:
    page, colleague = open_page("yamada"), open_page("sato")
    case_id = taken(world, page)
    page.get_by_label("返信（").fill("間に合わなかったことば")
    other = beside(page)
    press(other, "ボットに戻す", "ボットに戻す")
    other.get_by_text("ボットに戻しました。相談は").wait_for()
    colleague.goto(f"/desk/cases/{case_id}")
    colleague.get_by_role("button", name="この相談を受ける").click()
    colleague.get_by_label("返信（").wait_for()
    page.get_by_role("button", name="返信を送る").click()
    assert NOT_YOURS in refused(page)
    assert page.get_by_label("返信（").input_value() == "間に合わなかったことば"
    page.get_by_text("この相談の状態が変わりました").wait_for()
    colleague.reload()
    assert colleague.locator(".bubble.staff").count() == 0
    page.get_by_label("返信（").fill("")
    page.get_by_role("link", name="画面を新しくする").click()
    page.get_by_text("佐藤さんが受けています（在席）").wait_for()


def test_a_reply_is_there_once_after_reloading_and_going_back(world: World, open_page: Open) -> None:
    page = open_page("yamada")
    taken(world, page)
    page.get_by_label("返信（").fill("一度だけ")
    page.get_by_role("button", name="返信を送る").click()
    page.get_by_text("返信を送信待ちに入れました").wait_for()
    page.reload()
    page.go_back()
    page.go_forward()
    assert page.locator(".bubble.staff").count() == 1


def test_a_note_is_kept_once_and_an_empty_one_is_not_sent(world: World, open_page: Open) -> None:
    page = open_page("yamada")
    case_id = world.open_case("こんにちは")
    page.goto(f"/desk/cases/{case_id}")
    press(page, "メモを書く", "メモを残す")
    assert page.get_by_label("メモ", exact=True).evaluate("field => field.validity.valueMissing")
    page.get_by_label("メモ", exact=True).fill("   ")
    page.get_by_role("button", name="メモを残す").click()
    assert "メモが空です" in refused(page)
    page.get_by_label("メモ", exact=True).fill("一度だけのメモ")
    page.get_by_label("電話・訪問などで本人に応えた").check()
    page.get_by_role("button", name="メモを残す").dblclick()
    page.get_by_text("メモを残し、未応答の時計を止めました").wait_for()
    page.reload()
    assert page.get_by_text("一度だけのメモ").count() == 1
    assert page.get_by_text("応答ずみ").is_visible() and world.read_case(case_id).waiting_since is None


def test_away_and_back_on_a_page_that_is_too_late(world: World, open_page: Open) -> None:
    page = open_page("yamada")
    case_id = taken(world, page)
    other = beside(page)
    press(page, "席をはずす", "席をはずす")
    page.get_by_text("席をはずしました。その間は").wait_for()
    page.reload()
    assert page.get_by_text("山田（席はずし、10:35に戻る予定）").is_visible()
    page.get_by_role("button", name="戻る（会話に入る）").click()
    page.get_by_text("戻りました。ボットは黙っています").wait_for()
    assert world.read_case(case_id).present
    late = beside(page)
    press(other, "ボットに戻す", "ボットに戻す")
    other.get_by_text("ボットに戻しました。相談は").wait_for()
    press(late, "席をはずす", "席をはずす")
    assert NOT_YOURS in refused(late)
    assert late.get_by_role("button", name="この相談を受ける").is_visible()


def test_handing_back_twice_changes_nothing_the_second_time(world: World, open_page: Open) -> None:
    page = open_page("yamada")
    case_id = taken(world, page)
    other = beside(page)
    for tab in (page, other):
        press(tab, "ボットに戻す", "ボットに戻す")
    assert NOT_YOURS in refused(other)
    page.reload()
    assert page.get_by_text("この相談を受ける").is_visible()
    assert world.read_case(case_id).state == CaseState.WAITING


def test_an_ending_that_needs_words_keeps_the_choice_and_closing_twice_is_refused(world: World, open_page: Open) -> None:
    page = open_page("yamada")
    case_id = taken(world, page)
    page.get_by_role("link", name="終わり方を選ぶ").click()
    page.get_by_role("button", name="この終わり方で終了する").click()
    assert page.locator("input[name=outcome]").first.evaluate("field => field.validity.valueMissing")
    page.get_by_label("他機関の担当者が受け入れた").check()
    page.get_by_role("button", name="この終わり方で終了する").click()
    assert "受け入れた方の所属と名前" in refused(page)
    assert page.get_by_label("他機関の担当者が受け入れた").is_checked()
    other = beside(page, f"/desk/cases/{case_id}/ending")
    page.get_by_label("受け入れた方（").fill("社協の高橋さん")
    page.get_by_label("最初に会う・連絡する日").fill("2026-11-30")
    page.get_by_label("経過（").fill("社協の高橋さんが受け入れた")
    page.get_by_role("button", name="この終わり方で終了する").click()
    page.get_by_text("終了しました。本人から").wait_for()
    other.get_by_label("情報提供・助言で足りた").check()
    other.get_by_role("button", name="この終わり方で終了する").click()
    assert "いまの状態ではできません" in refused(other)
    page.goto(f"/desk/cases/{case_id}")
    assert page.get_by_text("社協の高橋さんが受け入れた").is_visible()
    assert world.read_case(case_id).outcome == Outcome.ACCEPTED_ELSEWHERE


def test_a_second_person_agrees_unless_the_resident_wrote_again(world: World, open_page: Open) -> None:
    page, colleague = open_page("yamada"), open_page("sato")
    case_id = taken(world, page)

    def ask() -> None:
        page.get_by_role("link", name="終わり方を選ぶ").click()
        page.get_by_label("連絡がとれない（中断）").check()
        page.get_by_label("試みた連絡と").fill("3回電話した")
        page.get_by_role("button", name="この終わり方で終了する").click()
        page.get_by_text("もう一人の確認を頼みました").wait_for()

    ask()
    colleague.goto(f"/desk/cases/{case_id}")
    agree = colleague.get_by_role("button", name="同意して終了する")
    agree.wait_for()
    world.hear(case_id, "います")
    agree.click()
    assert NOT_YOURS in refused(colleague)
    assert world.read_case(case_id).state == CaseState.TAKEN
    page.goto(f"/desk/cases/{case_id}")
    ask()
    colleague.goto(f"/desk/cases/{case_id}")
    agree.click()
    colleague.get_by_text("終了しました。本人から").wait_for()
    colleague.reload()
    assert colleague.get_by_text("この相談は終了しています（連絡がとれない（中断））").is_visible()


def test_what_is_unread_is_so_once(world: World, open_page: Open) -> None:
    case_id = world.open_case("はじめてのことば")
    page = open_page("yamada")
    page.goto("/desk?tab=unread")
    page.get_by_role("link", name="「はじめてのことば」").click()
    page.get_by_text("ここから未読").wait_for()
    page.reload()
    assert page.get_by_text("ここから未読").count() == 0
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("/desk$"))
    page.locator("[data-tab=unread]").click()
    page.get_by_text("ここには、いま何もありません").wait_for()
    world.hear(case_id, "つぎのことば")
    page.get_by_role("link", name="「はじめてのことば」").wait_for()


def set_aside(world: World) -> uuid.UUID:
    with world.database.writing(world.town) as session:
        account = session.scalars(select(Account)).first()
        assert account is not None
        odd = InboundEvent(
            id=new_id(), custodian=world.town, account_id=account.id, event_key=uuid.uuid4().hex, lane=b"x" * 32,
            happened_at=world.now, received_at=world.now, state="set_aside", trouble="odd",
        )  # fmt: skip
        seal(session, odd, "payload_sealed", '{"odd": "たすけて"}')
        session.add(odd)
        return odd.id


def test_a_message_nobody_could_read_is_settled_once(world: World, open_page: Open) -> None:
    world.open_case("こんにちは")
    set_aside(world)
    page, colleague = open_page("yamada"), open_page("sato")
    for tab in (page, colleague):
        tab.locator("[data-tab=held]").click()
        tab.get_by_role("link", name="のメッセージを開く").click()
        tab.reload()
        assert "たすけて" in tab.locator("pre").inner_text()
    page.get_by_role("button", name="機械にもう一度読ませる").click()
    page.get_by_text("機械がもう一度読みます").wait_for()
    colleague.get_by_role("button", name="確かめたので一覧から外す").click()
    colleague.get_by_text("もうこの一覧にありません").wait_for()
    with world.database.reading(world.town) as session:
        assert session.scalars(select(InboundEvent.state)).all() == ["waiting"]


def test_a_screen_shows_nothing_of_a_case_that_was_walled_off_meanwhile(world: World, open_page: Open) -> None:
    page, colleague = open_page("yamada"), open_page("sato")
    case_id = taken(world, page, "家賃のこと")
    colleague.goto(f"/desk/cases/{case_id}")
    colleague.get_by_text("家賃のこと").first.wait_for()
    world.hear(case_id, "カナリアのことば")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        matter = Matter("urgent", "dv", ("dv",), ("crisis",))
        intake.receive(session, cases.point_of(session, case), matter, ground=Ground.LIFE_BODY, now=world.clock())
    colleague.get_by_role("heading", name="このページは見つかりません").wait_for()
    assert "家賃のこと" not in colleague.content() and "カナリア" not in colleague.content()
    page.get_by_text("カナリアのことば").wait_for()
    page.get_by_role("link", name="画面を新しくする").click()
    page.get_by_text("女性・若者相談室と担当のあなただけに見えています").wait_for()
    press(page, "ボットに戻す", "ボットに戻す")
    page.get_by_text("専用窓口の待機に渡しました").wait_for()


def test_words_typed_to_a_case_that_is_gone_stay_for_copying(world: World, open_page: Open) -> None:
    page = open_page("yamada")
    case_id = taken(world, page, "家賃のこと")
    page.get_by_label("返信（").fill("書きかけのことば")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        case.walled, case.owner_id, case.state, case.desk_id = True, None, CaseState.WAITING, world.violence_desk_id
    page.get_by_text("いまあなたの所属からは見られません").wait_for()
    assert page.get_by_label("返信（").input_value() == "書きかけのことば"
    assert not page.get_by_text("家賃のこと").first.is_visible()
    page.get_by_role("button", name="返信を送る").click()
    page.get_by_text("いまあなたの所属からは見られません").wait_for()
    page.get_by_label("返信（").fill("")


def test_every_key_is_listed_and_works(world: World, open_page: Open) -> None:
    case_id = world.open_case("こんにちは")
    page = open_page("yamada")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="キー操作").wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    page.keyboard.press("/")
    page.keyboard.type(world.read_case(case_id).receipt)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*")
    page.keyboard.press("/")
    page.keyboard.type("?/")
    assert page.get_by_label("受付番号・名前で探す").input_value() == "?/"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("/desk$"))
    page.locator(".me summary").click()
    page.get_by_role("button", name="キー操作（?）").click()
    page.get_by_role("dialog", name="キー操作").get_by_role("button", name="閉じる").click()
    page.keyboard.press("Escape")
    assert page.locator(".me").get_attribute("open") is None
