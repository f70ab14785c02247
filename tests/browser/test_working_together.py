"""Colleagues on one case in a real browser: looking, typing, drafts, no network, handing over, joining, and the telephone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from handoff.accounts import Platform
from handoff.cases import Case
from handoff.outbox import Outgoing
from handoff.transcript import Author
from resources.db import new_id
from resources.desks import Desk
from resources.staff import Role, Staff
from tests.browser.test_desk_races import refused, taken
from tests.browser.walking import Walk
from tests.desk import HOURS, World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
Open = Callable[..., Any]


def replies(world: World) -> int:
    with world.database.reading(world.town) as session:
        return session.scalar(select(func.count()).select_from(Outgoing).where(Outgoing.author == Author.STAFF)) or 0


def kept(page: Any) -> None:
    page.locator("#composer [data-kept]", has_text="下書きを残しました").wait_for()


def test_two_look_one_types_and_the_draft_is_there_after_a_reload_and_in_a_second_browser(
    world: World, open_page: Open, shot: Callable[..., None]
) -> None:
    page, colleague = open_page("yamada"), open_page("sato")
    case_id = taken(world, page)
    colleague.goto(f"/desk/cases/{case_id}")
    page.get_by_text("いま見ている人：佐藤さん").wait_for()
    page.get_by_label("返信（").press_sequentially("書きかけの返事")
    colleague.get_by_text("いま見ている人：山田さん（入力中）").wait_for()
    kept(page)
    shot(page, "together-typing")
    shot(colleague, "together-looking")
    page.reload()
    assert page.get_by_label("返信（").input_value() == "書きかけの返事"
    second = open_page("yamada")
    second.goto(f"/desk/cases/{case_id}")
    assert second.get_by_label("返信（").input_value() == "書きかけの返事"
    second.get_by_label("返信（").fill("書きかけの返事、続き")
    kept(second)
    page.get_by_label("返信（").fill("はじめの画面の続き")
    page.get_by_text("別の画面で書いたものもあります").wait_for()
    page.reload()
    page.get_by_text("書きかけの返事、続き").wait_for()
    shot(page, "together-two-drafts")
    page.get_by_role("button", name="もう一方の下書きに替える").click()
    page.get_by_text("もう一方の下書きに替えました").wait_for()
    page.get_by_role("button", name="返信を送る").click()
    page.get_by_text("返信を送信待ちに入れました").wait_for()
    assert page.get_by_label("返信（").input_value() == "" and replies(world) == 1
    second.reload()
    assert second.get_by_label("返信（").input_value() == ""


def test_without_network_the_words_stay_and_are_sent_exactly_once_when_it_is_back(
    world: World, open_page: Open, shot: Callable[..., None]
) -> None:
    page = open_page("yamada")
    taken(world, page)
    page.context.set_offline(True)
    page.get_by_text("通信が切れています。ことばはこの画面に").wait_for()
    page.get_by_label("返信（").fill("電波が悪いときの返事")
    page.get_by_role("button", name="返信を送る").click()
    assert "つながったら自動で一度だけ送ります" in refused(page)
    assert page.get_by_label("返信（").input_value() == "電波が悪いときの返事"
    shot(page, "together-offline")
    assert replies(world) == 0
    page.context.set_offline(False)
    page.get_by_text("返信を送信待ちに入れました").wait_for()
    page.reload()
    assert replies(world) == 1 and page.locator(".bubble.staff").count() == 1


def test_an_answer_that_got_lost_on_the_way_does_not_send_twice(world: World, open_page: Open) -> None:
    page = open_page("yamada")
    taken(world, page)
    lost: list[bool] = []

    def lose(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(True)
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    page.route("**/reply", lose)
    page.get_by_label("返信（").fill("一度だけ届くことば")
    page.get_by_role("button", name="返信を送る").click()
    page.get_by_text("返信を送信待ちに入れました").wait_for(timeout=20_000)
    assert replies(world) == 1


def test_handing_over_is_refused_lost_and_done(world: World, open_page: Open, walk: Walk) -> None:
    second = Desk(id=new_id(), municipality_code=world.town, name="障害福祉課", hours=HOURS)
    with world.database.writing() as session:
        session.add(second)
    world.add_person("kato", "加藤", [Role.DESK_WORKER], [second.id])
    page, colleague = open_page("yamada"), open_page("sato")
    case_id = taken(world, page)
    page.get_by_role("link", name="ほかの人・窓口に引き継ぐ").click()
    page.reload()
    # The desk lost its last person after this page was opened.
    with world.database.writing() as session:
        session.get_one(Staff, world.people["kato"]).active = False
    page.get_by_label("だれに").select_option(label="障害福祉課の待機（担当はまだ決めない）")
    page.get_by_label("引き継ぐ理由（一文）").fill("手帳の相談なので")
    page.get_by_role("button", name="引き継ぐ", exact=True).click()
    assert "その窓口・その人には渡せません" in refused(page)
    assert page.get_by_label("引き継ぐ理由（一文）").input_value() == "手帳の相談なので"
    walk.look(page, "together-handover-refused")
    other = page.context.new_page()
    other.goto(f"/desk/cases/{case_id}")
    other.get_by_role("link", name="ほかの人・窓口に引き継ぐ").click()
    for one in (other, page):
        one.get_by_label("だれに").select_option(label="佐藤")
        one.get_by_label("引き継ぐ理由（一文）").fill("来週から休みに入るため")
    other.get_by_role("button", name="引き継ぐ", exact=True).click()
    other.get_by_text("引き継ぎました。理由はメモに").wait_for()
    page.get_by_role("button", name="引き継ぐ", exact=True).click()
    assert "山田さんが先に動かしました" in refused(page)
    colleague.goto("/desk?tab=mine")
    colleague.get_by_text("引き継ぎ：山田さんから").wait_for()
    walk.look(colleague, "together-received-list")
    colleague.get_by_role("link", name="開く").first.click()
    colleague.get_by_text("来週から休みに入るため").wait_for()
    walk.look(colleague, "together-received")
    colleague.get_by_role("link", name="履歴", exact=True).click()
    colleague.get_by_text("佐藤さんへ").wait_for()
    walk.look(colleague, "together-history")
    assert world.read_case(case_id).owner_id == world.people["sato"]
    assert walk.saw({f"/desk/cases/{{case_id}}/{part}" for part in ("hand-over", "history")})


def test_line_and_telegram_become_one_conversation_and_two_again(world: World, open_page: Open, walk: Walk) -> None:
    page = open_page("yamada")
    world.open_case("LINEで書きました", name="はな")
    page.goto("/desk")
    page.get_by_role("button", name="の相談を受ける").click()
    page.get_by_label("返信（").wait_for()
    other = world.open_case("Telegramからです", name="はなこ", platform=Platform.TELEGRAM)
    page.get_by_role("link", name="同じ人の別の会話をまとめる").click()
    page.get_by_label("もう一方の受付番号か、呼び名").fill("だれでもない")
    page.get_by_role("button", name="探す").last.click()
    page.get_by_text("見つかりませんでした").wait_for()
    walk.look(page, "together-same-none")
    page.get_by_label("もう一方の受付番号か、呼び名").fill(world.read_case(other).receipt)
    page.get_by_role("button", name="探す").last.click()
    walk.look(page, "together-same-found")
    page.get_by_role("button", name="と並べて見る").click()
    page.get_by_text("同じ人か、確かめてください").wait_for()
    walk.look(page, "together-same-compare")
    page.get_by_role("button", name="同じ人として、一つにまとめる").click()
    page.get_by_text("二つの会話をまとめました").wait_for()
    assert page.get_by_text("Telegramからです").is_visible() and page.get_by_label("どこに送るか").is_visible()
    walk.look(page, "together-joined")
    assert world.read_case(other).outcome == "duplicate"
    page.get_by_role("button", name="Telegramの会話を分ける").click()
    page.get_by_text("会話を分けました").wait_for()
    assert page.get_by_text("Telegramからです").count() == 0 and world.read_case(other).state == "waiting"
    assert walk.saw({"/desk/cases/{case_id}/same"})


def test_a_telephone_call_is_written_down_with_the_keyboard_alone(world: World, open_page: Open, walk: Walk) -> None:
    page = open_page("yamada")
    page.get_by_role("link", name="電話・来所を記録").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/new")
    walk.look(page, "together-new")
    page.reload()
    page.locator("[name=means]:focus").wait_for()
    for typed in ("はな", "09000000001", "家賃が払えなくて、来週出ていけと言われた"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_label("次にすること（あれば）").focus()
    page.keyboard.type("明日10時にかけ直す")
    page.keyboard.press("Enter")
    page.get_by_text("受け付けました。受付番号は").wait_for()
    walk.look(page, "together-spoken-case")
    with world.database.reading(world.town) as session:
        case = session.scalars(select(Case)).one()
        assert (case.point_id, case.owner_id, case.topics) == (None, world.people["yamada"], ["rent_loan"])
    page.get_by_label("つながらなかった").check()
    page.get_by_role("button", name="会話に書き足す").click()
    page.get_by_text("電話（つながらなかった）").first.wait_for()
    page.goto("/desk/new")
    page.get_by_label("電話番号（分かれば）").fill("０９０-0000-0001")
    page.get_by_label("話したこと（本人のことばのまま）").fill("また電話しました")
    page.get_by_role("button", name="記録する", exact=True).click()
    page.get_by_text("同じ電話番号か呼び名の相談があります").wait_for()
    walk.look(page, "together-new-known")
    page.get_by_label("に書き足す").check()
    page.get_by_role("button", name="記録する", exact=True).click()
    page.get_by_text("電話・来所などの記録を残しました").wait_for()
    assert page.get_by_text("また電話しました").first.is_visible()
    assert walk.saw({"/desk/new"})
    assert isinstance(case.id, uuid.UUID)


def test_leaving_the_desk_from_the_menu_leaves_the_conversation(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    page = open_page("yamada")
    case_id = taken(world, page)
    page.goto("/desk")
    page.locator(".me summary").click()
    page.get_by_role("button", name="席をはずす（すべての会話）").click()
    page.get_by_text("席をはずしました。あなたの会話では").wait_for()
    shot(page, "together-left")
    assert not world.read_case(case_id).present
    page.locator(".me summary", has_text="山田（席はずし）").click()
    page.get_by_role("button", name="戻る（すべての会話）").click()
    page.get_by_text("戻りました。あなたの会話では").wait_for()
    assert world.read_case(case_id).present
