"""The month's sheet: the days that are certain, those to ask about, one 小学校区 or all; and the PDF says the same."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from resources import month_pdf, month_sheet
from resources.areas import Area
from resources.drafts import Draft, PhoneNumber
from resources.event_tables import Event, EventDate
from resources.events import Shown
from resources.hours import Closure, parse_hours
from resources.records import Record
from resources.slots import JAPAN

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=JAPAN)
DECEMBER = date(2026, 12, 1)
AREAS = [
    Area(municipality_code="990019", name="本町", school_district="中央小学校区"),
    Area(municipality_code="990019", name="川瀬", school_district="川瀬小学校区"),
]


def entry(name: str, hours: str, **more: object) -> Record:
    said = {"kind": "salon", "town": "本町", "assured_date": date(2026, 9, 1), "phones": (PhoneNumber("099-000-2101"),)} | more
    return Record(uuid.uuid4(), "990019", Draft(name, slots=parse_hours(hours), **said), "", "", True, NOW)


def sheet(*records: Record, district: str = "") -> month_sheet.MonthSheet:
    return month_sheet.of(records, (), AREAS, town="みらい市", first=DECEMBER, district=district)


def test_the_days_of_a_month_in_their_order() -> None:
    summer = (Closure(date(2026, 12, 9), date(2026, 12, 9), "会場の工事"),)
    found = sheet(entry("昼の会", "24We 13:00-15:00 祝休", closures=summer), entry("朝の会", "4We 10:00-12:00 祝休"))
    assert [(day.on.day, [line.name for line in day.lines]) for day in found.days] == [(23, ["朝の会", "昼の会"])]
    assert found.days[0].lines[0].time == "10:00〜12:00"
    assert found.title == "みらい市　2026年12月の集まり"


def test_nobody_is_sent_on_a_day_that_is_not_certain() -> None:
    found = sheet(entry("隔週の会", "7Su 13:00-15:00"), entry("時間のない会", ""), entry("日だけの会", "1Tu 祝休"))
    assert [line.name for line in found.unsure] == ["時間のない会", "隔週の会"]
    assert [(day.on.day, day.lines[0].time) for day in found.days] == [(1, "時間は電話で")]


def test_one_district_has_its_own_places_and_those_that_serve_it() -> None:
    records = (
        entry("本町の会", "1Tu 10:00-12:00 祝休"),
        entry("川瀬の会", "1Tu 10:00-12:00 祝休", town="川瀬"),
        entry("回る会", "1Tu 10:00-12:00 祝休", town="", areas=("川瀬",)),
    )
    named = [line.name for day in sheet(*records, district="川瀬小学校区").days for line in day.lines]
    assert named == ["回る会", "川瀬の会"]


def test_a_place_that_is_often_open_tells_on_which_days_it_is_not() -> None:
    rests = (
        Closure(date(2026, 12, 9), date(2026, 12, 10), "会場の工事"),
        Closure(date(2026, 12, 25), date(2026, 12, 25), "", 600, 660),
        Closure(date(2027, 1, 8), date(2027, 1, 8), "来月"),
    )
    often = entry("毎日の会", "0Mo0Tu0We0Th0Fr 13:00-15:00 祝休", closures=rests, hours_note="お茶つき")
    (line,) = sheet(often).regular
    assert line.note == "お茶つき、12月9日〜10日は休み（会場の工事）、12月25日は10:00〜11:00"


def test_an_event_at_a_library_belongs_to_its_district() -> None:
    library = entry("図書館", "", kind="library", town="川瀬")
    event = Event(
        id=uuid.uuid4(), municipality_code="990019", name="おはなし会", place="", description="", eligibility="", fee="",
        phone="", takes_sign_ups=False, last_modified=NOW,
    )  # fmt: skip
    at = datetime(2026, 12, 5, 10, 0, tzinfo=JAPAN)
    held = EventDate(id=uuid.uuid4(), event_id=event.id, starts_at=at, ends_at=at, cancelled_at=None, reason="")
    shown = (Shown(event, held, library.id, "図書館"),)
    for district, named in (("川瀬小学校区", ["おはなし会"]), ("中央小学校区", [])):
        found = month_sheet.of((), shown, AREAS, town="みらい市", first=DECEMBER, district=district, homes=(library,))
        assert [line.name for day in found.days for line in day.lines] == named


def test_months_that_are_far_away_are_this_month() -> None:
    today = date(2026, 11, 28)
    asked = ("2026-12", "2027-02", "2027-03", "2020-01", "x", "")
    told = [f"{month_sheet.month_of(one, today=today, ahead=3):%Y-%m}" for one in asked]
    assert told == ["2026-12", "2027-02", "2026-11", "2026-11", "2026-11", "2026-11"]


def test_a_font_that_is_not_there_is_said_in_japanese(tmp_path: Path) -> None:
    with pytest.raises(month_pdf.NoFont, match="書体"):
        month_pdf.font(tmp_path / "none.ttf")


def test_words_too_long_for_a_page_are_cut() -> None:
    try:
        path = month_pdf.font(None)
    except month_pdf.NoFont:
        pytest.skip("no Japanese font is installed")
    for words in ("あ" * 2000, "百円券引換 " * 300, "円\n" * 900, "月、" * 900):
        line = month_sheet.Line(words, words, words, words, words, words)
        drawn = replace(sheet(), days=(month_sheet.Day(DECEMBER, "", (line,)),), regular=(line,), unsure=(line,))
        assert month_pdf.draw(drawn, path, made_on=NOW).startswith(b"%PDF-")


def test_the_pdf_holds_the_sheet_and_only_the_letters_it_uses() -> None:
    try:
        path = month_pdf.font(None)
    except month_pdf.NoFont:
        pytest.skip("no Japanese font is installed")
    content = month_pdf.draw(sheet(entry("ひだまりサロン", "24We 10:00-12:00 祝休")), path, made_on=NOW)
    assert content.startswith(b"%PDF-") and len(content) < 100_000
    assert len(re.findall(rb"/Type /Page\b", content)) == 1
    assert b"/FontFile" in content and b"/ToUnicode" in content
