"""Somebody who does not chat: chooses the town, looks for a place, reads it, and a moment later it is there no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from resources import directory
from resources.drafts import Draft, PhoneNumber
from resources.hours import Closure, parse_hours
from tests.browser.walking import Walk
from tests.desk import World
from tests.resources.web.lines_open import LOOKED_AT

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
SALON = Draft(
    "ひだまりサロン", kind="salon", plain_name="ひだまりの会（かい）", description="お茶を飲みながら話す集まりです。",
    phones=(PhoneNumber("099-000-2101", "12"), PhoneNumber("099-000-2102")), faxes=("099-000-8101",), town="本町",
    slots=parse_hours("0Tu 10:00-12:00 祝休; 24We 13:30-15:00 祝休"), address="みらい市本町8-3", building="本町会館2階",
    latitude=35.4964, longitude=141.7957, eligibility_description="おおむね60歳以上の方", fees_description="100円（お茶代）",
    application_process="いりません", documents=("飲み物", "室内ばき"), transportation="「本町」から歩いて3分", areas=("本町",),
    accessibility="段差なし・車いすのトイレあり", anonymous_ok=True, alone_ok=True, men_welcome=True, url="https://example.jp/",
    organization="みらい市社会福祉協議会", emails=("salon@example.jp",), assured_date=date(2026, 11, 2),
    closures=(Closure(date(2026, 12, 1), date(2026, 12, 8), "床の工事"),), voiceless="FAX;メール", alert="12月は別の所です。",
)  # fmt: skip


def furnish(world: World) -> dict[str, Any]:
    """A few places: one checked lately, one long ago, and one with hardly anything told of it."""
    world.voice().find("会", town=world.town, now=world.now)  # its ear is loaded before anybody waits for it
    old = replace(SALON, name="緑町茶話会", plain_name="", town="緑町", areas=(), assured_date=date(2025, 1, 9), alert="")
    with world.database.writing() as session:
        bare = Draft("総合相談窓口", kind="community_general_support_center", phones=(PhoneNumber("099-000-1000"),))
        drafts, town = (SALON, old, bare), world.town
        return {one.name: directory.add(session, one, municipality=town, by="編集", now=world.now) for one in drafts}


def test_a_place_is_looked_for_and_read(world: World, open_page: Open, walk: Walk) -> None:
    made = furnish(world)
    page, second = open_page(), open_page(size="narrow")
    page.goto("/places")
    walk.look(page, "open-towns")
    page.get_by_role("link", name="みらい市").click()
    page.get_by_role("heading", name="すべての所").wait_for()
    walk.look(page, "open-list")
    page.get_by_label("ことばで探す").fill("お茶を飲むサロン")
    page.get_by_label("町名・地区").select_option("本町")
    page.get_by_label("いま開いている所だけ").check()
    page.get_by_role("button", name="探す").click()
    page.get_by_role("heading", name="見つかった所").wait_for()
    assert page.get_by_label("ことばで探す").input_value() == "お茶を飲むサロン"
    assert page.locator(".open-name").all_text_contents() == ["ひだまりサロン"]
    page.reload()
    walk.look(page, "open-found")
    page.get_by_label("種類").select_option("community_general_support_center")
    page.get_by_role("button", name="探す").click()
    page.get_by_text("見つかりませんでした").wait_for()
    walk.look(page, "open-nothing")
    page.goto(f"/places/{world.town}")
    second.goto(f"/places/{world.town}")
    page.get_by_role("link", name="ひだまりサロン").click()
    page.get_by_text("今日からの7日間").wait_for()
    assert page.get_by_role("link", name="099-000-2101").get_attribute("href") == "tel:0990002101"
    walk.look(page, "open-entry")
    page.emulate_media(media="print")
    walk.shot(page, "open-entry-print")
    page.emulate_media(media="screen")
    page.goto(f"/places/{world.town}/{made['緑町茶話会']}")
    page.get_by_text("ご注意").wait_for()
    walk.look(page, "open-entry-old")
    # Whoever still has the list of a moment ago comes too late.
    with world.database.writing() as session:
        directory.retire(session, made["ひだまりサロン"], reason="人手", by="編集", now=world.now)
    second.get_by_role("link", name="ひだまりサロン").click()
    second.get_by_text("いまは案内していません").wait_for()
    walk.look(second, "open-over")
    second.goto(f"/places/{world.town}/{world.desk_id}")
    second.get_by_role("heading", name="見つかりません").wait_for()
    walk.look(second, "open-missing")
    assert walk.saw(LOOKED_AT)


def test_it_works_without_script(world: World, open_page: Open) -> None:
    furnish(world)
    page = open_page(java_script_enabled=False)
    page.goto(f"/places/{world.town}")
    page.get_by_label("ことばで探す").fill("介護の相談")
    page.get_by_role("button", name="探す").click()
    page.get_by_role("link", name="総合相談窓口").click()
    page.get_by_role("heading", name="総合相談窓口").wait_for()
    assert page.context.cookies() == []
