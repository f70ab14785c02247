"""A new town is set up wholly from the console, by somebody who holds nothing but an invitation."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handoff import accounts
from handoff.accounts import Platform
from handoff.routing import RoutingRule, choose_desk
from intents import Ear
from resources import places, sign_in
from resources.access import actor_for
from resources.areas import Area
from resources.attendance import Absence
from resources.desks import Desk, DeskClosure
from resources.staff import Role, Staff
from tests.browser.test_every_page import LOOKED_AT, enter
from tests.browser.walking import Walk
from tests.desk import PASSWORD, World

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
TOWN = "990035"


def accept(page: Any, token: str, name: str) -> None:
    page.goto(f"/invitation?token={token}")
    page.get_by_label("メールアドレス").fill(f"{name}@example.jp")
    page.get_by_label("お名前").fill(name)
    for label in ("パスワード（12文字以上）", "パスワード（もう一度）"):
        page.get_by_label(label).fill(PASSWORD)
    page.get_by_role("button", name="この内容で登録する").click()
    page.get_by_text("登録できました").wait_for()
    page.goto("/sign-in")
    enter(page, name)
    page.wait_for_url(re.compile("/(start|settings)$"))
    if page.url.endswith("/start"):
        page.get_by_role("link", name="町の設定").last.click()
    page.get_by_role("heading", name="はじまり町の設定").wait_for()


def go(page: Any, name: str) -> None:
    page.get_by_role("navigation", name="町の設定").get_by_role("link", name=name, exact=True).click()


def press(page: Any, name: str, seen: str) -> None:
    page.get_by_role("button", name=name).click()
    page.get_by_text(seen).first.wait_for()


def seat(world: World, name: str, desk: str) -> None:
    """Seat somebody at a desk, as the page of the people does."""
    with world.database.reading() as session:
        found = session.scalars(select(Desk.id).where(Desk.name == desk)).one()
    world.add_person(name, name, [Role.DESK_WORKER], [found], TOWN)


def test_a_new_town_is_set_up_from_the_console(world: World, open_page: Open, shot: Callable[..., None], ear: Ear) -> None:
    """Desks, hours, days of rest, routing, relay and a channel; refused, too late, and still there after a reload."""
    world.hears = lambda session, town, words: ear.assess(words)
    world.lacks = [("relay", "相談をどこで受けるか（relay）が選ばれていません。"), ("no_desk", "相談を受ける窓口がありません。")]
    with world.database.writing() as session:
        places.add(session, TOWN, "はじまり町", now=world.now)
        tokens = [sign_in.invite(session, municipality=TOWN, role=Role.ADMINISTRATOR, now=world.now) for _ in range(2)]
    page, colleague = open_page(), open_page()
    accept(page, tokens[0], "hanako")
    shot(page, "settings")

    go(page, "窓口と開いている時間")
    page.get_by_label("窓口の名前").fill("くらし相談課")
    page.get_by_label("開いている時間").fill("平日の昼間")
    press(page, "この窓口を登録する", "書き方が読み取れませんでした")
    assert page.get_by_label("窓口の名前").input_value() == "くらし相談課"
    shot(page, "settings-desks-refused")
    page.get_by_label("開いている時間").fill("月〜金 8:30-12:00, 13:00-17:15 祝休")
    press(page, "時間の読み取りだけ確かめる", "このように読み取りました")
    press(page, "この窓口を登録する", "窓口を登録しました")
    shot(page, "settings-desk")
    seat(world, "kurashi", "くらし相談課")
    go(page, "窓口と開いている時間")
    page.get_by_label("窓口の名前").fill("住まいの係")
    page.get_by_label("開いている時間").fill("月・水 9:00-16:00 祝休")
    page.get_by_label("だれもいないときの窓口").select_option(label="くらし相談課")
    press(page, "この窓口を登録する", "窓口を登録しました")
    go(page, "窓口と開いている時間")
    page.get_by_role("link", name="くらし相談課").click()
    page.get_by_label("この窓口を使う").uncheck()
    press(page, "この内容に変える", "職員のいる窓口は、ここだけです")
    page.reload()
    page.goto(page.url)
    assert page.get_by_label("この窓口を使う").is_checked()

    go(page, "休みの日")
    page.get_by_label("はじめの日").fill("2026-12-28")
    page.get_by_label("理由").fill("庁舎の工事")
    press(page, "この休みを登録する", "休みを登録しました")
    shot(page, "settings-closures")

    go(page, "振り分け表")
    page.get_by_label("この窓口に送る").select_option(label="くらし相談課")
    press(page, "この行を足す", "行を足しました")
    page.get_by_label("話題").select_option(label="住まいについて")
    page.get_by_label("この窓口に送る").select_option(label="住まいの係")
    press(page, "この行を足す", "使える職員がいません")
    shot(page, "settings-routing")
    accept(colleague, tokens[1], "jiro")
    colleague.goto("/settings/routing")
    page.get_by_role("link", name="変える （1 行目）").click()
    colleague.get_by_role("button", name="下へ （1 行目）").click()
    colleague.get_by_text("順番を変えました").wait_for()
    page.get_by_label("人につなぐ理由").select_option(label="人と話したい")
    press(page, "この内容に変える", "jiroさんが 1 行目を下へ動かしました")
    assert page.get_by_label("人につなぐ理由").input_value() == "person_requested"
    shot(page, "settings-line-too-late")
    page.reload()
    go(page, "振り分け表")
    page.get_by_text("1 行目（すべて）が先に合うため").wait_for()
    press(page, "上へ （2 行目）", "順番を変えました")

    go(page, "だれに届く？（ためす）")
    page.get_by_label("メッセージ").fill("アパートの家賃が払えず、出ていけと言われた。人と話したい")
    page.locator("summary", has_text="条件を手で選ぶ").click()
    page.get_by_label("話題").select_option(label="住まいについて")
    press(page, "だれに届くかを見る", "くらし相談課に届きます")
    page.get_by_text("担当者なしのため住まいの係からくらし相談課へ").first.wait_for()
    shot(page, "settings-try")

    go(page, "相談の受け方・代表電話")
    shot(page, "settings-town")
    page.get_by_label("LINE・Telegramの中で受ける").check()
    press(page, "この内容に変える", "町の設定を変えました")
    page.reload()
    assert page.get_by_label("LINE・Telegramの中で受ける").is_checked()

    go(page, "LINE・Telegram")
    page.get_by_label("LINE", exact=True).check()
    page.get_by_label("アカウントの名前").fill("hajimari-line")
    page.get_by_label("チャネルシークレット（LINE）").fill("0123456789abcdef")
    page.get_by_label("チャネルアクセストークン（LINE）").fill("secret-token-of-the-town")
    press(page, "このアカウントを登録する", "アカウントを登録しました")
    page.get_by_text("/webhooks/line/hajimari-line").wait_for()
    assert "secret-token" not in page.content()
    shot(page, "settings-channels")
    with world.database.reading(TOWN) as session:
        route = choose_desk(session, TOWN, topics=["housing"], now=world.now)
        assert route.desk is not None and route.desk.name == "くらし相談課"
        assert len(session.scalars(select(RoutingRule).where(RoutingRule.municipality_code == TOWN)).all()) == 2
        jiro = session.scalars(select(Staff).where(Staff.login == "jiro@example.jp")).one()
        assert actor_for(session, jiro).home == TOWN


def furnish_settings(world: World) -> None:
    """An administrator, a table with something wrong, a day of rest, an absence and an account in trouble."""
    world.add_person("admin", "管理", [Role.ADMINISTRATOR, Role.SUPERVISOR], [world.desk_id])
    world.lacks = [("relay", "相談をどこで受けるか（relay）が選ばれていません。"), ("plain_http", "https で始まっていません。")]
    day = world.now.date()
    with world.database.writing(world.town) as session:
        session.add_all(
            [
                RoutingRule(municipality_code=world.town, position=1, desk_id=world.desk_id),
                RoutingRule(municipality_code=world.town, position=2, topic="housing", desk_id=world.desk_id),
                DeskClosure(municipality_code=world.town, starts=day, ends=day, reason="工事"),
                DeskClosure(municipality_code=world.town, starts=day - timedelta(9), ends=day - timedelta(9)),
                Absence(staff_id=world.people["yamada"], starts=day, ends=day),
                Area(municipality_code=world.town, name="港町", school_district="みなと小", catchment="東圏域"),
            ]
        )
        account = accounts.add(session, municipality=world.town, platform=Platform.LINE, name="line", secret="s", token="t")
        accounts.note_trouble(account, "token_refused", now=world.now)


def begin(open_page: Open) -> Any:
    page = open_page("admin")
    page.goto("/start")
    page.get_by_role("link", name="町の設定").last.click()
    return page


def test_every_page_of_the_settings(world: World, open_page: Open, walk: Walk) -> None:
    furnish_settings(world)
    page = begin(open_page)
    page.get_by_role("heading", name="みらい市の設定").wait_for()
    walk.look(page, "settings-start")
    names = page.locator(".ways a").all_inner_texts()[1:]
    for number, name in enumerate(names):
        go(page, name)
        page.locator(".ways a[aria-current]", has_text=name).wait_for()
        walk.look(page, f"settings-page-{number}")
    assert walk.saw({path for path in LOOKED_AT["settings"] if "{" not in path})


def test_every_page_behind_the_settings(world: World, open_page: Open, walk: Walk) -> None:
    furnish_settings(world)
    page = begin(open_page)
    go(page, "振り分け表")
    page.get_by_role("link", name="変える （2 行目）").click()
    walk.look(page, "settings-page-line")
    go(page, "窓口と開いている時間")
    page.get_by_role("link", name="福祉総合相談課").click()
    page.get_by_role("heading", name="この窓口の人").wait_for()
    walk.look(page, "settings-page-desk")
    page.get_by_label("定員（").fill("たくさん")
    press(page, "この内容に変える", "定員は、1から999まで")
    walk.look(page, "settings-page-desk-refused")
    go(page, "だれに届く？（ためす）")
    page.get_by_label("町名か郵便番号").fill("港町")
    press(page, "だれに届くかを見る", "福祉総合相談課に届きます")
    walk.look(page, "settings-page-tried")
    assert walk.saw({path for path in LOOKED_AT["settings"] if "{" in path})
