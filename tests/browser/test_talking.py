"""What staff say to a resident, in a real browser: prepared words, cards, questions, replies for later, easy Japanese."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import voice
from handoff import canned, cases, due_replies, outbox, transcript
from handoff.canned import Draft as Prepared
from handoff.cases import Case
from handoff.outbox import Outgoing
from handoff.transcript import Author, Kind
from resources import directory
from resources.drafts import Draft, PhoneNumber
from resources.hours import parse_hours
from tests.browser.test_desk_races import beside, refused, taken
from tests.browser.walking import Walk
from tests.desk import World

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
SALON = Draft(
    "ひだまりサロン", kind="salon", assured_date=date(2026, 11, 1), address="みらい市本町8-3",
    phones=(PhoneNumber("099-000-2101"),), slots=parse_hours("0Tu 10:00-12:00"),
)  # fmt: skip


def furnish(world: World) -> None:
    """A town with prepared replies, an open place, an old entry, and a house nobody may find."""
    with world.database.writing() as session:
        canned.furnish(session, world.town, canned.ready_made(), now=world.now)
        canned.furnish(session, world.town, [Prepared("よびかけ", "{呼び名}さん、{担当}です。")], now=world.now)
        for draft in (
            SALON,
            replace(SALON, name="むかしのサロン", assured_date=date(2020, 1, 1)),
            Draft("ひみつのサロン", kind="salon", confidential=True, assured_date=date(2026, 11, 1)),
        ):
            directory.add(session, draft, municipality=world.town, by="編集", now=world.now)
    # The dictionary is loaded when it is asked for first; no page waits for that here.
    world.voice().find("サロン", town=world.town, now=world.now)


def said_by_staff(world: World) -> list[str]:
    with world.database.reading(world.town) as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.author == Author.STAFF).order_by(Outgoing.id))
        return [outbox.body(session, row) for row in rows]


def unfold(page: Any, name: str) -> None:
    page.locator("#tools summary", has_text=name).click()


def plan(page: Any, words: str, day: str, clock: str) -> None:
    page.get_by_label("返信（").fill(words)
    unfold(page, "あとで送る")
    tool = page.locator("#tool-later")
    tool.get_by_label("送る日").fill(day)
    tool.get_by_label("時刻").fill(clock)
    page.get_by_role("button", name="この時刻に送る予約をする").click()
    page.get_by_text("あとで送る返信を予約しました").wait_for()


def test_prepared_words_with_fields(world: World, open_page: Open, walk: Walk) -> None:
    """Chosen at the cursor; a blank is seen, refused, filled by hand and sent once, and nothing is left after a reload."""
    furnish(world)
    page = open_page("yamada")
    taken(world, page)
    field = page.get_by_label("返信（")
    field.fill("追伸")
    field.evaluate("(one) => { one.selectionStart = one.selectionEnd = 0; }")
    unfold(page, "定型文")
    page.get_by_label("定型文を選ぶ").select_option(label="よびかけ")
    walk.look(page, "talking-canned")
    page.get_by_role("button", name="本文に入れる").click()
    assert field.input_value() == "〔呼び名〕さん、山田です。追伸"
    page.get_by_role("button", name="返信を送る").click()
    assert "空欄が残っています" in refused(page)
    assert field.input_value() == "〔呼び名〕さん、山田です。追伸" and said_by_staff(world) == []
    field.fill("はなさん、山田です。")
    page.get_by_role("button", name="返信を送る").click()
    page.get_by_text("返信を送信待ちに入れました").wait_for()
    page.reload()
    assert page.get_by_label("返信（").input_value() == "" and len(said_by_staff(world)) == 1


def test_a_place_goes_as_a_card_and_a_hidden_one_never(world: World, open_page: Open, walk: Walk) -> None:
    furnish(world)
    page = open_page("yamada")
    taken(world, page)
    page.get_by_label("返信（").fill("こんな場所があります。")
    unfold(page, "資源カード")
    page.get_by_label("町の資源台帳から探す").fill("サロン")
    page.keyboard.press("Enter")
    page.get_by_text("非公開の場所です").wait_for()
    assert page.get_by_role("checkbox", name="ひみつのサロン").count() == 0
    assert page.get_by_label("返信（").input_value() == "こんな場所があります。" and said_by_staff(world) == []
    page.get_by_role("button", name="選んだカードを送る").click()
    assert "1つから3つ" in refused(page)
    page.get_by_role("checkbox", name="ひだまりサロン").check()
    walk.look(page, "talking-places")
    page.get_by_role("button", name="選んだカードを送る").click()
    page.get_by_text("場所の案内を送信待ちに入れました").wait_for()
    page.locator(".bubble.staff", has_text="ひだまりサロン").wait_for()
    (body,) = said_by_staff(world)
    assert "こんな場所があります。" in body and "ひだまりサロン" in body and "ひみつ" not in body


def test_a_question_with_buttons_is_answered(world: World, open_page: Open, walk: Walk) -> None:
    page = open_page("yamada")
    case_id = taken(world, page)
    page.get_by_label("返信（").fill("お電話してもいいですか。")
    unfold(page, "ボタンつきの質問")
    page.get_by_label("答え1").fill("はい")
    page.get_by_label("答え2").fill("いいえ、ここで文字だけで話したいと思っています")
    page.get_by_role("button", name="質問として送る").click()
    assert "20文字まで" in refused(page)
    assert page.get_by_label("返信（").input_value() == "お電話してもいいですか。"
    page.get_by_label("答え2").fill("いいえ")
    walk.look(page, "talking-question")
    page.get_by_role("button", name="質問として送る").click()
    page.get_by_text("ボタンつきの質問を送信待ちに入れました").wait_for()
    page.get_by_text("［はい］［いいえ］").wait_for()
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        point = cases.point_of(session, case)
        transcript.hear(session, point, "はい", kind=Kind.CHOICE, said_at=world.clock(), now=world.clock())
        cases.heard(case, now=world.clock())
    page.locator(".bubble.resident", has_text="選択肢").wait_for()


def test_a_reply_for_later_is_changed_cancelled_and_too_late(world: World, open_page: Open, walk: Walk) -> None:
    """Planned, changed, left meanwhile while a second page still offers to cancel it; another one is cancelled in time."""
    page = open_page("yamada")
    taken(world, page)
    plan(page, "あすの10時に待っています。", "2026-11-24", "10:30")
    page.get_by_text("2026年11月24日（火）10:30に送ります").wait_for()
    page.get_by_text("予約を変える・取りやめる").click()
    page.get_by_label("予約の本文").fill("あすの11時に待っています。")
    page.locator(".plan").get_by_label("時刻").fill("10:45")
    page.get_by_role("button", name="予約を変える").click()
    page.get_by_text("2026年11月24日（火）10:45に送ります").wait_for()
    late = beside(page)
    late.get_by_text("予約を変える・取りやめる").click()
    walk.look(late, "talking-planned")
    world.offset = timedelta(minutes=50)
    assert due_replies.due(world.database, world.clock(), compose=voice.say) == 1
    late.get_by_role("button", name="この予約を取りやめる").click()
    assert "この予約はもうありません" in refused(late)
    page.reload()
    page.locator(".bubble.staff", has_text="あすの11時に待っています。").wait_for()
    assert page.get_by_text("に送ります").count() == 0 and len(said_by_staff(world)) == 1
    plan(page, "来週また聞きます。", "2026-12-01", "09:00")
    page.get_by_text("予約を変える・取りやめる").click()
    page.get_by_role("button", name="この予約を取りやめる").click()
    page.get_by_text("予約した返信を取りやめました").wait_for()
    assert due_replies.due(world.database, world.clock() + timedelta(days=9), compose=voice.say) == 0


def test_easy_japanese_is_advised_live(world: World, open_page: Open, walk: Walk) -> None:
    world.voice().cut("読み込み")
    page = open_page("yamada")
    taken(world, page)
    page.get_by_label("返信（").fill("至急、申請書を12/3までに提出してください。必ず通ります。")
    page.get_by_role("button", name="やさしい日本語を確かめる").click()
    page.get_by_text("もうしこみの紙（申請書）").wait_for()
    assert page.locator("#advice-list mark").all_inner_texts()[0] == "必ず"
    walk.look(page, "talking-easy")
    page.get_by_label("返信（").fill("12月3日までに紙を出してください。")
    page.get_by_text("気になるところは見つかりませんでした").wait_for()
    page.get_by_role("button", name="返信を送る").click()
    page.get_by_text("返信を送信待ちに入れました").wait_for()


def test_without_script_every_tool_keeps_what_was_typed(world: World, open_page: Open) -> None:
    furnish(world)
    page = open_page("yamada", java_script_enabled=False)
    case_id = world.open_case("こんにちは", name="はな")
    page.goto(f"/desk/cases/{case_id}")
    page.get_by_role("button", name="この相談を受ける").click()
    page.get_by_label("返信（").fill("先のことば")
    unfold(page, "定型文")
    page.get_by_label("定型文を選ぶ").select_option(label="よびかけ")
    page.get_by_role("button", name="本文に入れる").click()
    assert page.get_by_label("返信（").input_value() == "先のことば\nはなさん、山田です。"
    page.get_by_role("button", name="やさしい日本語を確かめる").click()
    page.get_by_role("heading", name="読みやすさの助言").wait_for()
    assert page.get_by_label("返信（").input_value() == "先のことば\nはなさん、山田です。"
    assert said_by_staff(world) == []


def test_the_pages_on_which_a_town_keeps_its_words(world: World, open_page: Open, walk: Walk) -> None:
    """Offered, changed by two at once, ordered, switched off; and the bot's sentences read and approved."""
    page = open_page()
    page.goto("/settings/canned")
    page.get_by_label("メールアドレス").fill("suzuki@example.jp")
    page.get_by_label("パスワード").fill("ながくて覚えやすい合言葉")
    page.get_by_role("button", name="サインインする").click()
    page.get_by_role("button", name="見本をすべて加える").click()
    page.get_by_text("見本の定型文を加えました").wait_for()
    walk.look(page, "settings-canned")
    page.get_by_role("link", name="「くわしく聞く」を変える").click()
    other = beside(page, page.url)
    walk.look(page, "settings-canned-one")
    other.get_by_label("本文").fill("先に変えたことばです。")
    other.get_by_role("button", name="保存する").click()
    other.get_by_text("定型文を変えました").wait_for()
    page.get_by_role("textbox", name="本文").fill("{だれか}さん")
    page.get_by_role("button", name="保存する").click()
    assert "使えない差し込み" in refused(page)
    page.get_by_role("textbox", name="本文").fill("あとから変えたことばです。")
    page.get_by_role("button", name="保存する").click()
    assert "先にほかの人が" in refused(page)
    page.get_by_text("先に変えたことばです。").wait_for()
    walk.look(page, "settings-canned-stale")
    page.get_by_role("link", name="定型文の一覧に戻る").click()
    page.get_by_role("button", name="「はじめのあいさつ」を使わない").click()
    page.get_by_text("使わないようにしました").wait_for()
    page.locator(".me summary").click()
    page.get_by_role("link", name="住民が読む文").click()
    page.get_by_role("button", name="を確認ずみにする").first.click()
    page.get_by_text("確認ずみにしました").wait_for()
    walk.look(page, "settings-texts")
    assert walk.saw({"/settings/canned", "/settings/canned/{canned_id}", "/settings/texts"})
