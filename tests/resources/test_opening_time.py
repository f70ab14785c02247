"""Opening time worked out once says the same as the one opening-hours function says of each moment."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from resources.hours import Closure, OpeningState, business_minutes, parse_hours, states_at
from resources.opening_time import OpeningTime

JST = ZoneInfo("Asia/Tokyo")
START = datetime(2026, 12, 18, 0, 0, tzinfo=JST)
END = datetime(2027, 1, 14, 13, 7, tzinfo=JST)
HOURS = (
    "0Mo0Tu0We0Th0Fr 08:30-17:15 祝休",
    "0Mo0Tu0We0Th0Fr 08:30-12:00 祝休; 0Mo0Tu0We0Th0Fr 13:00-17:15 祝休",
    "0Mo0Tu0We0Th0Fr0Sa0Su 00:00-24:00 祝開",
    "0Fr 20:00-26:00 祝開",
    "0Mo 09:00-12:00",
    "",
)
CLOSED = (Closure(date(2026, 12, 24), date(2026, 12, 25), "停電"),)


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("closures", [(), CLOSED])
def test_it_agrees_with_the_one_opening_hours_function(hours: str, closures: tuple[Closure, ...]) -> None:
    slots = parse_hours(hours)
    time = OpeningTime(slots, start=START, end=END, closures=closures, year_end_closed=True)
    moments = [START + timedelta(minutes=97 * step) for step in range(400) if START + timedelta(minutes=97 * step) < END]
    told = states_at(slots, moments, closures=closures, year_end_closed=True)
    for moment, state in zip(moments, told, strict=True):
        assert time.is_shut(moment) == (state is OpeningState.CLOSED)
        if slots:
            expected = business_minutes(slots, moment, END, closures, year_end_closed=True)
            assert time.minutes(moment, END) == expected, moment


@pytest.mark.parametrize("hours", HOURS)
def test_what_came_up_to_the_moment_before_is_late_and_nothing_later(hours: str) -> None:
    time = OpeningTime(parse_hours(hours), start=START, end=END, closures=CLOSED, year_end_closed=True)
    for minutes in (1, 10, 60, 240, 480, 2000):
        moment = time.moment_before(END, minutes)
        if moment is None:
            assert time.minutes(START - timedelta(days=9), END) < minutes
            continue
        assert time.minutes(moment, END) >= minutes
        assert time.minutes(moment + timedelta(seconds=1), END) < minutes


def test_whoever_has_no_recorded_hours_is_asked_at_any_hour() -> None:
    time = OpeningTime((), start=START, end=END)
    assert time.minutes(END - timedelta(hours=3), END) == 180
    assert not time.is_shut(END - timedelta(hours=3))
