"""Calendars to subscribe to: another program finds in them the days that our own hours say, and no others."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from resources import calendars
from resources.drafts import Draft
from resources.event_tables import Event, EventDate
from resources.events import Shown
from resources.hours import Closure, parse_hours
from resources.records import Record
from resources.slots import JAPAN, spans_of

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=JAPAN)
FIRST, LAST = date(2026, 11, 1), date(2027, 3, 31)


def record(hours: str, **more: object) -> Record:
    draft = Draft("ひだまりサロン", kind="salon", slots=parse_hours(hours), assured_date=date(2026, 9, 1), **more)
    return Record(uuid.UUID(int=7), "990019", draft, "", "", True, NOW)


def feed(*records: Record, shown: tuple[Shown, ...] = ()) -> bytes:
    return calendars.feed("みらい市の集まり", records, shown, now=NOW, address="uketome.example.jp")


def starts(content: bytes) -> list[datetime]:
    """Return when things begin, as a calendar program works it out: RRULE without EXDATE."""
    found = []
    for event in Calendar.from_ical(content).walk("VEVENT"):
        begin = event.decoded("dtstart")
        left_out = event.get("exdate", [])
        excluded = {part.dt for one in (left_out if isinstance(left_out, list) else [left_out]) for part in one.dts}
        if "rrule" not in event:
            found += [begin] if FIRST <= begin.date() <= LAST else []
            continue
        rule = rrulestr(event["rrule"].to_ical().decode(), dtstart=begin)
        until = datetime(2027, 4, 1, tzinfo=JAPAN)
        found += [at for at in rule.between(datetime(2026, 11, 1, tzinfo=JAPAN), until, inc=True) if at not in excluded]
    return sorted(found)


@pytest.mark.parametrize(
    ("hours", "more"),
    [
        ("0We 10:00-12:00 祝休", {}),
        ("24We 10:00-12:00 祝休", {"closures": (Closure(date(2026, 12, 9), date(2026, 12, 9), "休み"),)}),
        ("6Fr 13:00-15:00 祝開", {"closed_at_year_end": True}),
        ("26Th 13:00-15:00 祝休", {}),
        ("7Su@2026-04-05 13:00-15:00 祝開", {"closed_at_year_end": True}),
        ("0Sa0SuHo 09:00-10:00 祝開", {}),
        ("10DLD 10:00-12:00 祝休", {}),
        ("0Mo(2026-12-01/2027-02-28) 10:00-12:00 祝休; 5Mo 18:00-20:00 祝休", {}),
        ("0We 10:00-12:00 祝休", {"closures": (Closure(date(2026, 12, 16), date(2026, 12, 17), "短い日", 600, 660),)}),
        ("0Fr 22:00-翌2:00 祝開", {}),
    ],
)
def test_a_calendar_program_finds_the_days_that_our_hours_say(hours: str, more: dict[str, object]) -> None:
    one = record(hours, **more)
    draft, days = one.draft, [FIRST + timedelta(days=ahead) for ahead in range((LAST - FIRST).days + 1)]
    ours = [span.start for day in days for span in spans_of(day, draft.slots, draft.closures, draft.closed_at_year_end)]
    assert starts(feed(one)) == sorted(ours)
    assert ours


def test_a_fortnight_without_a_known_week_is_left_out() -> None:
    assert starts(feed(record("7Su 13:00-15:00"))) == []


def test_two_slots_on_one_holiday_are_two_things() -> None:
    events = Calendar.from_ical(feed(record("Ho 09:00-10:00 祝開; Ho 14:00-15:00 祝開"))).walk("VEVENT")
    assert len(events) > 1 and len({event["uid"] for event in events}) == len(events)


def test_the_zone_is_told_and_the_same_month_gives_the_same_bytes() -> None:
    one = record("0We 10:00-12:00 祝休")
    content = feed(one)
    assert b"TZID:Asia/Tokyo" in content and b"DTSTART;TZID=Asia/Tokyo:2026" in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    later = calendars.feed("みらい市の集まり", [one], (), now=NOW + timedelta(days=1), address="uketome.example.jp")
    assert later == content


def test_a_cancelled_event_says_so() -> None:
    event = Event(
        id=uuid.UUID(int=1), municipality_code="990019", name="もちつき", place="前庭", description="", eligibility="", fee="",
        phone="", last_modified=NOW,
    )  # fmt: skip
    day = EventDate(
        id=uuid.UUID(int=2), event_id=event.id, starts_at=NOW, ends_at=NOW + timedelta(hours=1), cancelled_at=NOW, reason="大雨",
    )  # fmt: skip
    content = feed(shown=(Shown(event, day),)).decode()
    assert "STATUS:CANCELLED" in content and "【中止】もちつき" in content and "大雨" in content
