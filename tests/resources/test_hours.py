"""Whether somebody is there: every door asks this one function."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.hours import (
    BadSlot,
    Closure,
    Holidays,
    OpeningState,
    Slot,
    business_minutes,
    describe,
    format_hours,
    next_opening,
    opening,
    parse_hours,
    states_at,
)
from resources.slots import JAPAN, WEEKDAYS

OFFICE = parse_hours("0Mo0Tu0We0Th0Fr 08:30-17:15 祝休")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAPAN)


def test_an_office_is_open_on_a_weekday_until_its_end():
    said = opening(OFFICE, now=at("2026-11-24T10:00"))
    assert said.state is OpeningState.OPEN
    assert said.until == at("2026-11-24T17:15")


def test_an_office_is_closed_on_labour_thanksgiving_day_and_says_when_next():
    said = opening(OFFICE, now=at("2026-11-23T10:00"))
    assert said.state is OpeningState.CLOSED
    assert said.next == at("2026-11-24T08:30")


def test_the_closing_minute_is_closed_and_the_opening_minute_is_open():
    assert opening(OFFICE, now=at("2026-11-24T17:15")).state is OpeningState.CLOSED
    assert opening(OFFICE, now=at("2026-11-24T08:30")).is_open


def test_utc_is_understood_as_the_time_in_japan():
    assert opening(OFFICE, now=datetime(2026, 11, 24, 1, 0, tzinfo=UTC)).is_open


def test_hours_nobody_verified_never_count_as_open():
    assert opening(OFFICE, now=at("2026-11-24T10:00"), verified=False).state is OpeningState.ASK
    assert opening((), now=at("2026-11-24T10:00")).state is OpeningState.ASK


def test_second_and_fourth_wednesday():
    salon = parse_hours("24We 10:00-12:00")
    opened = [day for day in range(1, 31) if opening(salon, now=at(f"2026-09-{day:02}T11:00")).is_open]
    assert opened == [9]  # The fourth Wednesday, 23 September, is a holiday and nobody said what happens then.
    assert opening(salon, now=at("2026-09-23T11:00")).state is OpeningState.UNKNOWN


def test_last_friday_is_the_fifth_when_there_is_one():
    meal = parse_hours("6Fr 17:00-19:00 祝開")
    assert next_opening(meal, now=at("2026-10-01T00:00")) == at("2026-10-30T17:00")
    assert next_opening(meal, now=at("2026-11-01T00:00")) == at("2026-11-27T17:00")


def test_fortnightly_counts_from_the_known_day_and_is_unknown_without_one():
    with_day = parse_hours("7Su@2026-04-05 10:00-12:00 祝開")
    assert opening(with_day, now=at("2026-04-19T11:00")).is_open
    assert opening(with_day, now=at("2026-04-12T11:00")).state is OpeningState.CLOSED
    assert opening(parse_hours("7Su 10:00-12:00"), now=at("2026-04-12T11:00")).state is OpeningState.UNKNOWN


def test_a_night_line_is_open_after_midnight_on_friday_night():
    night = parse_hours("0Mo0Tu0We0Th0Fr 22:00-翌06:00 祝開")
    said = opening(night, now=at("2026-11-28T03:00"))
    assert said.is_open
    assert said.until == at("2026-11-28T06:00")
    assert opening(night, now=at("2026-11-29T03:00")).state is OpeningState.CLOSED


def test_round_the_clock_has_no_end():
    always = parse_hours("0Mo0Tu0We0Th0Fr0Sa0Su 00:00-24:00 祝開")
    said = opening(always, now=at("2026-11-28T03:00"))
    assert said.is_open
    assert said.until is None


def test_hours_that_touch_are_one_stretch():
    said = opening(parse_hours("0Tu 09:00-12:00 祝開; 0Tu 12:00-15:00 祝開"), now=at("2026-11-24T10:00"))
    assert said.until == at("2026-11-24T15:00")


def test_a_closure_closes_and_may_have_hours_of_its_own():
    summer = Closure(date(2026, 8, 12), date(2026, 8, 14), "夏季休業")
    short = Closure(date(2026, 8, 17), date(2026, 8, 17), "停電", 540, 600)
    assert opening(OFFICE, now=at("2026-08-12T10:00"), closures=[summer]).next == at("2026-08-17T08:30")
    assert opening(OFFICE, now=at("2026-08-17T09:30"), closures=[short]).until == at("2026-08-17T10:00")
    assert opening(OFFICE, now=at("2026-08-17T10:30"), closures=[short]).state is OpeningState.CLOSED


def test_year_end_is_closed_when_the_office_says_so():
    assert opening(OFFICE, now=at("2026-12-29T10:00"), year_end_closed=True).next == at("2027-01-04T08:30")
    assert opening(OFFICE, now=at("2026-12-29T10:00")).is_open


def test_holiday_unknown_is_neither_open_nor_closed():
    unknown = parse_hours("0Mo 10:00-12:00")
    assert opening(unknown, now=at("2026-11-23T11:00")).state is OpeningState.UNKNOWN
    assert opening(unknown, now=at("2026-11-23T13:00")).state is OpeningState.CLOSED


def test_open_on_holidays_of_any_weekday():
    children = parse_hours("0Su Ho 09:00-17:00".replace("0Su Ho", "0SuHo"))
    assert opening(parse_hours("0SuHo 09:00-17:00 祝開"), now=at("2026-11-23T10:00")).is_open
    assert opening(children, now=at("2026-11-24T10:00")).state is OpeningState.CLOSED


def test_days_without_times_are_not_called_open():
    assert opening(parse_hours("0Tu"), now=at("2026-11-24T10:00")).state is OpeningState.UNKNOWN
    assert opening(parse_hours("0Tu"), now=at("2026-11-25T10:00")).state is OpeningState.CLOSED


def test_valid_period_bounds_the_slot():
    spring = parse_hours("0Tu(2026-04-01/2026-06-30) 10:00-12:00 祝開")
    assert opening(spring, now=at("2026-04-07T11:00")).is_open
    assert opening(spring, now=at("2026-07-07T11:00")).state is OpeningState.CLOSED


def test_business_minutes_leave_out_nights_holidays_and_overlaps():
    assert business_minutes(OFFICE, at("2026-11-20T17:00"), at("2026-11-24T09:00")) == 15 + 30
    double = (*OFFICE, *OFFICE)
    assert business_minutes(double, at("2026-11-24T00:00"), at("2026-11-25T00:00")) == 525
    assert business_minutes(OFFICE, at("2026-11-25T00:00"), at("2026-11-24T00:00")) == 0


def test_hours_are_read_out_in_japanese():
    assert describe(parse_hours("24We 10:00-12:00 祝休")) == "第2・4水 10:00〜12:00、祝日は休み"
    assert describe(OFFICE, year_end_closed=True) == "月〜金 8:30〜17:15、祝日は休み、年末年始は休み"
    assert describe(parse_hours("0Mo 9:00-12:00; 0Mo 13:00-17:00")) == "月 9:00〜12:00・13:00〜17:00"
    assert describe(parse_hours("0Mo0Tu0We0Th0Fr0Sa0Su 00:00-24:00 祝開")) == "毎日 24時間、祝日も開催"
    assert describe(parse_hours("6Fr 22:00-翌6:00")) == "最終金 22:00〜翌6:00"
    assert describe(parse_hours("10D 10:00-11:00; LD 10:00-11:00")) == "毎月10日 10:00〜11:00、毎月末日 10:00〜11:00"
    assert describe(()) == ""


@pytest.mark.parametrize("bad", ["xx 10:00-12:00", "0Mo 12:00", "8Mo 10:00-11:00", "0Mo 25:00-26:00", "32D", "0Mo(2026-13-01/)"])
def test_a_notation_that_means_nothing_is_refused(bad):
    with pytest.raises(BadSlot):
        parse_hours(bad)


patterns = st.lists(
    st.tuples(
        st.sets(st.sampled_from("01234567"), min_size=1).map(lambda digits: "".join(sorted(digits))),
        st.sampled_from(WEEKDAYS),
    ),
    min_size=1,
    max_size=4,
).map(lambda tokens: "".join(digits + day for digits, day in tokens))
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@st.composite
def slots(draw):
    opens = draw(st.integers(0, 1439))
    closes = opens + draw(st.integers(1, 1440))
    return Slot(draw(patterns), opens, closes, draw(st.sampled_from(Holidays)), draw(st.none() | days))


@given(st.lists(slots(), max_size=4).map(tuple))
def test_what_is_written_is_read_again(made):
    assert parse_hours(format_hours(made)) == made


@given(st.lists(slots(), min_size=1, max_size=3).map(tuple), days, st.integers(0, 1439))
def test_opening_agrees_with_itself(made, day, minute):
    now = datetime(day.year, day.month, day.day, tzinfo=JAPAN) + timedelta(minutes=minute)
    said = opening(made, now=now)
    if said.is_open:
        assert next_opening(made, now=now) == now
        assert said.until is None or not opening(made, now=said.until).is_open
    else:
        assert said.next is None or said.next > now
        assert said.next is None or opening(made, now=said.next).is_open
        assert business_minutes(made, now, (said.next or now) + timedelta(minutes=1)) == (1 if said.next else 0)


def test_many_moments_are_told_like_one() -> None:
    moments = [at("2026-11-20T00:00") + timedelta(minutes=17 * step) for step in range(900)]
    closures = [Closure(date(2026, 11, 26), date(2026, 11, 26), "工事")]
    told = states_at(OFFICE, moments, closures=closures, year_end_closed=True)
    assert told == [opening(OFFICE, now=now, closures=closures, year_end_closed=True).state for now in moments]
    assert states_at([], moments[:1]) == [OpeningState.ASK]
