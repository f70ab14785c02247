"""Calling staff in a real browser: the link, the race for it, nobody answering, the sheet for the police, the table."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.alerting import make
from bot.settings import Settings
from handoff.outbox import Outgoing
from handoff.states import Delivery
from resources.alerts import Endpoint, Recording
from resources.db import EVERYWHERE
from tests.alarms import NIGHT, Post, appoint, danger, events
from tests.browser.test_every_page import LOOKED_AT
from tests.browser.walking import Walk
from tests.desk import World

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


@pytest.fixture
def world(world: World) -> World:
    """みらい市 at night, with ways to alert its staff."""
    world.offset = NIGHT
    world.alerting = make(
        Settings(_env_file=None),
        Recording([Endpoint("toban-mail", "json://127.0.0.1/", "当直の携帯"), Endpoint("kacho-sms", "json://x", "課長の電話")]),
    )
    return world


def test_an_alert_is_answered_once_and_the_next_one_by_nobody(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    appoint(world, "toban", "kacho")
    case_id, post = danger(world), Post(world)
    post.climb(0)
    post.climb(5)
    world.offset = NIGHT + timedelta(minutes=6)
    toban, kacho = open_page(size="narrow"), open_page(size="narrow")
    toban.goto(f"/ack/{post.link(0)}")
    kacho.goto(f"/ack/{post.link(1)}")
    toban.reload()
    assert "alert_acknowledged" not in events(world, case_id)
    shot(toban, "ack-open")
    kacho.get_by_role("button", name="いまから対応します").click()
    kacho.get_by_text("応答を受け付けました").wait_for()
    shot(kacho, "ack-first")
    toban.get_by_role("button", name="いまから対応します").click()
    toban.get_by_text("先にkachoが応答しています").wait_for()
    toban.goto(f"/ack/{post.link(0)}")
    toban.get_by_text("先にkachoが応答しています").wait_for()
    shot(toban, "ack-second")
    kacho.get_by_role("link", name="相談窓口を開く").click()
    kacho.get_by_role("button", name="サインインする").wait_for()

    page = open_page("yamada")
    page.goto("/desk?tab=urgent")
    page.locator(".item", has_text="応答あり").wait_for()
    other = danger(world, minutes=10)
    for minutes in (10, 15, 20):
        post.climb(minutes)
    world.offset = NIGHT + timedelta(minutes=21)
    assert post.told == [other]
    with world.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Outgoing.state).where(Outgoing.crisis)).all() == [Delivery.WAITING]
    page.reload()
    page.locator(".item", has_text="だれも応答していません").wait_for()
    shot(page, "queue-alarms")
    page.goto(f"/desk/cases/{other}")
    page.get_by_text("全員に知らせましたが").wait_for()
    shot(page, "case-alarm")
    stale = open_page("sato")
    stale.goto(f"/desk/cases/{other}")
    page.get_by_role("button", name="わたしが対応します").click()
    page.get_by_text("応答を記録しました").wait_for()
    stale.get_by_role("button", name="わたしが対応します").click()
    stale.get_by_text("先に山田さんが応答しています").wait_for()
    page.reload()
    assert page.get_by_role("button", name="わたしが対応します").count() == 0
    with world.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Outgoing.state).where(Outgoing.crisis)).all() == [Delivery.WITHDRAWN]


def test_the_sheet_fits_one_page_however_much_was_said(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    appoint(world, "toban", "kacho")
    case_id, post = danger(world), Post(world)
    for minutes in (0, 5, 10):
        post.climb(minutes)
    world.hear(case_id, "本町の家に、ひとりでいます。")
    for number in range(12):
        world.hear(case_id, f"{number} " + "もうどうしたらいいか分かりません。だれか聞いてください。" * (number % 4 + 1))
    page = open_page("yamada")
    page.goto(f"/desk/cases/{case_id}")
    page.get_by_role("link", name="緊急の用紙を開く").click()
    page.get_by_role("heading", name="緊急の用紙").wait_for()
    shot(page, "sheet-screen")
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 711, "height": 1040})
    shot(page, "sheet-print")
    page.reload()
    page.get_by_role("heading", name="緊急の用紙").wait_for()


@pytest.mark.timeout(300)
def test_the_table_of_who_acts(world: World, open_page: Open, walk: Walk) -> None:
    page = open_page("suzuki")
    page.locator(".me summary").click()
    page.get_by_role("link", name="町の設定", exact=True).click()
    page.get_by_role("link", name="緊急の連絡", exact=True).first.click()
    page.get_by_role("heading", name="緊急のときに動く人").wait_for()
    for name, way in (("当直", "当直の携帯"), ("課長", "課長の電話")):
        if not page.locator("#name-new").is_visible():
            page.locator("summary", has_text="連絡先を足す").click()
        page.locator("#name-new").fill(name)
        form = page.locator("form[action='/settings/duty/contacts']")
        if name == "当直":
            form.get_by_role("button", name="連絡先を足す").click()
            page.get_by_text("一つ以上選んでください").wait_for()
            assert page.locator("#name-new").input_value() == name
        form.get_by_label(way).check()
        form.get_by_role("button", name="連絡先を足す").click()
        page.get_by_text("連絡先を足しました").wait_for()
    page.get_by_role("button", name="当直に試験の知らせを送る").click()
    page.get_by_text("試験の知らせを送りました").wait_for()
    page.goto("/settings/duty")
    stale = page.context.new_page()
    stale.goto("/settings/duty")
    page.locator("#rest-outside-contact").select_option("だれもいない（本人にそう伝えます）")
    page.get_by_role("button", name="夜間・休日の残りを決める").click()
    page.get_by_text("8 か所あります").wait_for()
    page.locator("[name='self_harm.reading_hours.contact']").select_option("当直")
    page.locator("[name='self_harm.reading_hours.deputy']").select_option("課長")
    page.get_by_role("button", name="この表で決める").click()
    page.get_by_text("表を決めました").wait_for()
    page.reload()
    assert page.locator("[name='self_harm.reading_hours.deputy'] option:checked").inner_text() == "課長"
    walk.look(page, "duty-decided")
    stale.locator("[name='dv.outside.contact']").select_option("当直")
    stale.get_by_role("button", name="この表で決める").click()
    stale.get_by_text("ほかの人が表を変えました").wait_for()
    assert stale.locator("[name='dv.outside.contact'] option:checked").inner_text() == "当直"
    assert walk.saw({"/settings/duty"})


@pytest.mark.timeout(300)
def test_the_link_and_the_sheet_have_no_barrier(world: World, open_page: Open, walk: Walk) -> None:
    appoint(world, "toban", crisis="emergency")
    case_id, post = danger(world, "emergency"), Post(world)
    post.climb(0)
    page = open_page("yamada")
    page.goto(f"/ack/{post.link()}")
    walk.look(page, "ack")
    page.goto(f"/ack/{post.link()}x")
    walk.look(page, "ack-useless")
    page.goto(f"/desk/cases/{case_id}")
    page.get_by_role("link", name="緊急の用紙を開く").click()
    page.get_by_role("heading", name="緊急の用紙").wait_for()
    walk.look(page, "sheet")
    assert walk.saw(LOOKED_AT["alerts"] - {"/settings/duty"})
