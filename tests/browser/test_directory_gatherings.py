"""Events and the month: an editor puts an event up, two call its day off, a resident signs up, anybody prints the month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from resources import directory, events, sign_ups
from resources.areas import Area
from resources.drafts import Draft, PhoneNumber
from resources.hours import parse_hours
from resources.slots import JAPAN
from resources.staff import Role
from tests.browser.test_chat import House, house, visit
from tests.browser.test_chat import _say as say
from tests.browser.walking import Walk
from tests.desk import World

__all__ = ["house", "visit"]
pytestmark = pytest.mark.browser
Open = Callable[..., Any]
SALON = Draft(
    "ひだまりサロン", kind="salon", phones=(PhoneNumber("099-000-2101"),), slots=parse_hours("24We 10:00-12:00 祝休"),
    town="本町", address="みらい市本町8-3", fees_description="100円",
    assured_date=date(2026, 9, 1), companion="入口で世話人が待っています",
)  # fmt: skip
OFTEN = Draft("ほしの交流館", kind="salon", slots=parse_hours("0Mo0Tu0We0Th0Fr 09:00-17:00 祝休"), town="川瀬")
UNSURE = Draft("夜の散歩会", kind="salon", slots=parse_hours("7Fr 20:00-21:00"), town="川瀬")


def furnish(world: World) -> None:
    """Two editors, three places to meet, two 小学校区."""
    for name, shown in (("editor", "編集"), ("second", "第二")):
        world.add_person(name, shown, [Role.DIRECTORY_EDITOR], [])
    with world.database.writing() as session:
        for draft in (SALON, OFTEN, UNSURE):
            directory.add(session, draft, municipality=world.town, by="編集", now=world.now)
        for name, school in (("本町", "中央小学校区"), ("川瀬", "川瀬小学校区")):
            session.add(Area(municipality_code=world.town, name=name, school_district=school))


def test_an_event_from_its_form_to_its_end(world: World, open_page: Open, walk: Walk) -> None:
    furnish(world)
    page, second = open_page("editor"), open_page("second")
    day = (world.now + timedelta(days=11)).date()
    page.locator(".me summary").click()
    page.get_by_role("link", name="催し", exact=True).click()
    page.get_by_text("まだありません").wait_for()
    page.get_by_role("link", name="催しを載せる").click()
    page.get_by_label("催しの名前").fill("もちつきとお雑煮の会")
    page.get_by_label("台帳の場所").select_option(label="ひだまりサロン")
    page.get_by_label("チャットで申込みを受ける").check()
    page.get_by_label("日", exact=True).first.fill(day.isoformat())
    page.get_by_role("button", name="載せる").click()
    page.get_by_text("始まりと終わりの時刻を").wait_for()
    assert page.get_by_label("催しの名前").input_value() == "もちつきとお雑煮の会"
    walk.look(page, "gatherings-new-refused")
    page.get_by_label("始まり").first.fill("10:00")
    page.get_by_label("終わり").first.fill("12:00")
    page.get_by_label("1日の定員").fill("10")
    page.get_by_role("button", name="載せる").click()
    page.get_by_text("催しを載せました").wait_for()
    page.reload()
    with world.database.writing() as session:
        (one,) = events.upcoming(session, {world.town}, start=world.now)
        sign_ups.sign_up(session, one.date.id, b"m" * 32, 2, now=world.now)
    second.goto(page.url)
    page.reload()
    page.get_by_text("申込み 2人／定員10人").wait_for()
    walk.look(page, "gatherings-event")
    second.get_by_text("この日を中止にする").click()  # Looking has opened it on the first page.
    for tab, reason in ((page, "大雨のため"), (second, "雪のため")):
        tab.get_by_label("中止の理由").fill(reason)
    page.get_by_role("button", name="を中止にする").click()
    page.get_by_text("この日を中止にしました").wait_for()
    # The second editor's page is old by now.
    second.get_by_role("button", name="を中止にする").click()
    second.get_by_text("先に中止にしています").wait_for()
    second.get_by_text("大雨のため").wait_for()
    walk.look(second, "gatherings-event-late")
    page.goto("/directory/events")
    page.get_by_text("中止").first.wait_for()
    walk.look(page, "gatherings-list")
    assert walk.saw({"/directory/events", "/directory/events/new", "/directory/events/{event_id}"})


def test_anybody_reads_prints_and_subscribes(world: World, open_page: Open, walk: Walk) -> None:
    furnish(world)
    reader = open_page(size="narrow")
    reader.goto(f"/places/{world.town}/month?month=2026-12")
    reader.get_by_role("heading", name="12月9日（水）").wait_for()
    reader.get_by_role("heading", name="週に何度もやっているところ").wait_for()
    reader.get_by_role("heading", name="日を電話で確かめるところ").wait_for()
    walk.look(reader, "gatherings-month")
    reader.get_by_label("小学校区").select_option("中央小学校区")
    reader.get_by_role("button", name="見る").click()
    reader.get_by_role("heading", name="中央小学校区").wait_for()
    assert reader.get_by_text("ほしの交流館").count() == 0
    reader.emulate_media(media="print")
    assert not reader.get_by_role("button", name="見る").is_visible()
    with world.database.reading() as session:
        salon = next(one.id for one in directory.whole(session, world.town) if one.draft.name == SALON.name)
    for path in (f"/calendar/{world.town}.ics", f"/calendar/{world.town}/{salon}.ics"):
        assert "RRULE:FREQ=MONTHLY;BYDAY=2WE,4WE" in reader.request.get(path).text()
    sheet = reader.request.get(f"/places/{world.town}/month.pdf?month=2026-12&area=中央小学校区")
    assert sheet.status in (200, 503)  # A machine without a Japanese font says so.
    assert walk.saw({"/places/{code}/month"})


def test_a_resident_signs_up_in_the_chat_and_takes_it_back(
    house: House, visit: Callable[..., Any], shot: Callable[..., None]
) -> None:
    house.clock.at = datetime(2026, 11, 28, 8, 0, tzinfo=JAPAN)
    page = visit()
    page.get_by_role("button", name="相談をはじめる").click()
    say(page, "今日の午後なにか催しありますか")
    page.get_by_text("その日にやっている集まり").wait_for()
    shot(page, "chat-happening")
    page.get_by_role("button", name="申し込む", exact=True).first.click()
    page.get_by_text("何人で来ますか").wait_for()
    with house.database.writing() as session:  # Somebody else was quicker.
        (one,) = [one for one in events.upcoming(session, {"992011"}, start=house.clock()) if one.date.capacity == 8]
        sign_ups.sign_up(session, one.date.id, b"y" * 32, 6, now=house.clock())
        sign_ups.sign_up(session, one.date.id, b"z" * 32, 1, now=house.clock())
    page.get_by_role("button", name="2人", exact=True).click()
    page.get_by_text("あと1人です").wait_for()
    page.get_by_role("button", name="1人", exact=True).click()
    page.get_by_text("1人で申し込みました").wait_for()
    page.reload()
    shot(page, "chat-signed-up")
    page.get_by_role("button", name="申込みを取り消す").click()
    page.get_by_text("申込みを取り消しました").wait_for()
    say(page, "お米が余っているので寄付したい")
    page.get_by_text("食べ物の寄付を求めている").wait_for()
    shot(page, "chat-needs")
