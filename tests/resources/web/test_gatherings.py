"""Events on their pages, the calendars and the month for anybody: what is refused, what stays typed, what never leaves."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from resources import directory, events, month_pdf, sign_ups
from resources.drafts import Draft
from resources.hours import parse_hours
from resources.staff import Role
from tests.desk import Browser, World

Enter = Callable[..., Browser]
LIST, NEW = "/directory/events", "/directory/events/new"
SALON = Draft(
    "ひだまりサロン", kind="salon", address="みらい市本町8-3", slots=parse_hours("24We 10:00-12:00 祝休"),
    assured_date=date(2026, 9, 1),
)  # fmt: skip
SHELTER = Draft("かくれ家", kind="salon", address="みらい市緑町1", slots=parse_hours("0Mo 10:00-12:00"), confidential=True)


@pytest.fixture
def town(small_world: World) -> World:
    """A town with an editor, an editor of another town, a salon and a hidden house."""
    small_world.add_person("clerk", "編集", [Role.DIRECTORY_EDITOR], [])
    small_world.add_person("stranger", "よその編集", [Role.DIRECTORY_EDITOR], [], town=small_world.other_town)
    with small_world.database.writing() as session:
        for draft in (SALON, SHELTER):
            directory.add(session, draft, municipality=small_world.town, by="編集", now=small_world.now)
    return small_world


def sent(page: str, **more: str) -> dict[str, str]:
    """Return a filled-in form of a new event."""
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    said = {"key": key[1], "name": "もちつき", "place": "本町会館の前庭", "takes_sign_ups": "yes", "capacity": "3"}
    return said | {"day.0": "2026-12-05", "starts.0": "10:00", "ends.0": "12:00"} | more


def make(editor: Browser, **more: str) -> str:
    made = editor.post(NEW, **sent(editor.get(NEW).text, **more))
    assert made.status_code == 303, made.text[:400]
    return str(made.headers["location"].partition("?")[0])


def test_an_event_is_put_up_changed_and_called_off(town: World, enter_small: Enter) -> None:
    editor = enter_small("clerk")
    form = sent(editor.get(NEW).text)
    first, again = (editor.post(NEW, **form).headers["location"] for _ in range(2))
    assert first == again
    path = first.partition("?")[0]
    assert "もちつき" in editor.get(LIST).text
    seen = re.search(r'name="seen" value="([^"]+)"', editor.get(path).text)
    assert seen is not None
    changed = {"name": "もちつき大会", "place": "前庭", "seen": seen[1]}
    town.offset = timedelta(seconds=1)
    assert editor.post(path, **changed).status_code == 303
    late = editor.post(path, **changed | {"name": "別の名前"})
    assert late.status_code == 409 and "先に" in late.text and "別の名前" in late.text
    assert "いま保存されている内容" in late.text and "<dd>もちつき大会</dd>" in late.text
    (cancel,) = re.findall(rf'action="({path}/dates/[^"]+/cancel)"', editor.get(path).text)
    refused = editor.post(cancel, reason=" ")
    assert refused.status_code == 409 and "理由を書いて" in refused.text
    assert editor.post(cancel, reason="大雨のため").status_code == 303
    twice = editor.post(cancel, reason="雪のため")
    assert twice.status_code == 409 and "先に中止" in twice.text and "雪のため" not in twice.text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "催しの名前"),
        ({"day.0": "あした"}, "日を、2026-12-25"),
        ({"ends.0": "09:00"}, "終わりの時刻"),
        ({"day.0": "2026-01-05"}, "もう過ぎた日"),
        ({"capacity": "たくさん"}, "定員を"),
        ({"capacity": "9" * 5000}, "定員を"),
        ({"phone": "まだない"}, "電話番号を"),
        ({"service": "x"}, "台帳にありません"),
        ({"day.0": "", "starts.0": "", "ends.0": ""}, "日を1つ以上"),
    ],
)
def test_what_cannot_be_read_is_said_and_stays_typed(
    town: World, enter_small: Enter, wrong: dict[str, str], says: str
) -> None:
    editor = enter_small("clerk")
    refused = editor.post(NEW, **sent(editor.get(NEW).text, description="うすときねで", **wrong))
    assert refused.status_code == 409 and says in refused.text and "うすときねで" in refused.text
    assert "これからの催しは、まだありません" in editor.get(LIST).text


def test_the_events_of_another_town_do_not_exist(town: World, enter_small: Enter) -> None:
    path, stranger = make(enter_small("clerk")), enter_small("stranger")
    assert stranger.get(path).status_code == 404
    assert stranger.get(f"{LIST}?town={town.town}").status_code == 404
    assert stranger.post(NEW, **sent(stranger.get(NEW).text, town=town.town)).status_code == 404
    assert stranger.post(path, name="よその名前").status_code == 404
    assert "もちつき" not in stranger.get(LIST).text


def test_a_calendar_is_sent_once_and_never_tells_of_a_hidden_house(town: World, enter_small: Enter) -> None:
    make(enter_small("clerk"))
    reader, feed = enter_small(), f"/calendar/{town.town}.ics"
    first = reader.get(feed)
    assert first.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "ひだまりサロン" in first.text and "もちつき" in first.text
    assert "かくれ家" not in first.text and "緑町" not in first.text
    tag = first.headers["etag"]
    assert reader.client.get(feed, headers={"If-None-Match": tag}).status_code == 304
    with town.database.writing() as session:
        salon = next(one for one in directory.whole(session, town.town) if one.draft.name == SALON.name)
        directory.rest(session, salon.id, reopens_on=None, reason="改修", by="編集", now=town.now)
    later = reader.client.get(feed, headers={"If-None-Match": tag})
    assert later.status_code == 200 and "ひだまりサロン" not in later.text


def test_each_place_has_its_own_calendar_and_a_hidden_one_none(town: World, enter_small: Enter) -> None:
    reader = enter_small()
    with town.database.reading() as session:
        ids = {one.draft.name: one.id for one in directory.whole(session, town.town)}
    feed = reader.get(f"/calendar/{town.town}/{ids[SALON.name]}.ics")
    assert feed.status_code == 200 and "RRULE:FREQ=MONTHLY;BYDAY=2WE,4WE" in feed.text
    assert reader.get(f"/calendar/{town.town}/{ids[SHELTER.name]}.ics").status_code == 404
    assert reader.get(f"/calendar/{town.other_town}/{ids[SALON.name]}.ics").status_code == 404
    assert reader.get(f"/calendar/{town.town}/{uuid.uuid4()}.ics").status_code == 404
    for code in ("000000", "12345%00", "12345あ"):
        for path in ("calendar/{}.ics", "places/{}/month", "places/{}/month.pdf", "places/{}/data/hsds.json"):
            assert reader.get(f"/{path.format(code)}").status_code == 404


def test_the_month_is_for_anybody_and_names_no_hidden_house(town: World, enter_small: Enter) -> None:
    make(enter_small("clerk"))
    page = enter_small().get(f"/places/{town.town}/month?month=2026-12").text
    assert "12月5日（土）" in page and "もちつき" in page and "ひだまりサロン" in page
    assert "かくれ家" not in page and "緑町" not in page


def test_without_a_font_the_page_is_there_to_be_printed(town: World, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    town.font = tmp_path / "none.ttc"
    enter_small = request.getfixturevalue("enter_small")
    page = enter_small().get(f"/places/{town.town}/month.pdf?month=2026-12")
    assert page.status_code == 503 and "この画面を印刷してください" in page.text and "ひだまりサロン" in page.text


def test_the_month_as_pdf(town: World, enter_small: Enter) -> None:
    if not any(Path(place).is_file() for place in month_pdf.PLACES):
        pytest.skip("no Japanese font is installed")
    reader, path = enter_small(), f"/places/{town.town}/month.pdf?month=2026-12"
    sheet = reader.get(path)
    assert sheet.headers["content-type"] == "application/pdf" and sheet.content.startswith(b"%PDF-")
    assert reader.client.get(path, headers={"If-None-Match": sheet.headers["etag"]}).status_code == 304


def test_how_many_come_stands_on_the_list(town: World, enter_small: Enter) -> None:
    editor = enter_small("clerk")
    path = make(editor)
    with town.database.writing() as session:
        (one,) = events.of_event(session, uuid.UUID(path.rpartition("/")[2]))
        sign_ups.sign_up(session, one.date.id, b"m" * 32, 3, now=town.now)
    assert "3人／定員3人" in editor.get(LIST).text and "いっぱい" in editor.get(LIST).text
