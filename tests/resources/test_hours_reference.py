"""The hours function against a slow reference that asks of every minute and day in the plainest way."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta

import jpholiday
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.hours import Closure, Holidays, OpeningState, Slot, business_minutes, next_opening, opening, states_at
from resources.slots import DAY, JAPAN, WEEKDAYS

FIRST = date(2026, 4, 1)
_days = st.integers(0, 400).map(lambda days: FIRST + timedelta(days=days))
_weekly = st.builds(
    lambda weeks, weekday: "".join(sorted(weeks)) + weekday,
    st.one_of(st.just({"0"}), st.sets(st.sampled_from("123456"), min_size=1, max_size=3), st.just({"7"})),
    st.sampled_from(WEEKDAYS),
)
_token = st.one_of(_weekly, _weekly, st.just("Ho"), st.integers(1, 31).map(lambda day: f"{day}D"), st.just("LD"))


@st.composite
def _slots(draw):
    opens = draw(st.none() | st.integers(0, DAY - 1))
    closes = None if opens is None else opens + draw(st.integers(1, DAY))
    first = draw(st.none() | _days)
    last = draw(st.none() | st.integers(0, 200).map(lambda days: (first or FIRST) + timedelta(days=days)))
    pattern = "".join(draw(st.lists(_token, min_size=1, max_size=4, unique=True)))
    return Slot(pattern, opens, closes, draw(st.sampled_from(Holidays)), draw(st.none() | _days), first, last)


@st.composite
def _closures(draw):
    starts = draw(_days)
    opens = draw(st.none() | st.integers(0, DAY - 1))
    closes = None if opens is None else opens + draw(st.integers(1, DAY))
    return Closure(starts, starts + timedelta(days=draw(st.integers(0, 20))), "", opens, closes)


def held(slot: Slot, day: date) -> str:
    """Say "yes", "no" or "maybe" of one slot and one day, reading the pattern letter by letter."""
    if (slot.valid_from and day < slot.valid_from) or (slot.valid_to and day > slot.valid_to):
        return "no"
    said, rest = [], slot.pattern
    holiday = jpholiday.is_holiday(day)
    while rest:
        if rest.startswith("Ho"):
            said.append("yes" if holiday else "no")
            rest = rest[2:]
            continue
        cut = next(at for at, letter in enumerate(rest) if not letter.isdigit())
        digits, rest = rest[:cut], rest[cut:]
        if rest.startswith("LD"):
            fits, rest = "yes" if day.day == calendar.monthrange(day.year, day.month)[1] else "no", rest[2:]
        elif rest.startswith("D"):
            fits, rest = "yes" if str(day.day) == digits else "no", rest[1:]
        else:
            fits, rest = (weeks(digits, slot.anchor, day) if rest[:2] == WEEKDAYS[day.weekday()] else "no"), rest[2:]
        if holiday and fits != "no":
            fits = {"closed": "no", "open": fits, "unknown": "maybe"}[slot.holidays]
        said.append(fits)
    return "yes" if "yes" in said else "maybe" if "maybe" in said else "no"


def weeks(digits: str, anchor: date | None, day: date) -> str:
    same = [each for each in (date(day.year, day.month, n) for n in range(1, calendar.monthrange(day.year, day.month)[1] + 1))
            if each.weekday() == day.weekday()]  # fmt: skip
    if "0" in digits or str(same.index(day) + 1) in digits or ("6" in digits and day == same[-1]):
        return "yes"
    if "7" not in digits:
        return "no"
    if anchor is None:
        return "maybe"
    monday = anchor - timedelta(days=anchor.weekday())
    return "yes" if day - timedelta(days=day.weekday()) in {monday + timedelta(days=14 * n) for n in range(-60, 60)} else "no"


def at_minute(slots, closures, year_end, moment: datetime) -> str:
    """Say of one minute whether anything that began today or yesterday still goes on."""
    answers = {"no"}
    for day in (moment.date() - timedelta(days=1), moment.date()):
        minute = int((moment - datetime.combine(day, time(), JAPAN)).total_seconds() // 60)
        rest = [closure for closure in closures if closure.starts <= day <= closure.ends][:1]
        closed = not rest and year_end and ((day.month == 12 and day.day >= 29) or (day.month == 1 and day.day <= 3))
        if rest or closed:
            if rest and rest[0].opens is not None and rest[0].opens <= minute < rest[0].closes:
                answers.add("yes")
            continue
        for slot in slots:
            opens, closes = (0, DAY) if slot.opens is None else (slot.opens, slot.closes)
            if opens <= minute < closes:
                answers.add("maybe" if slot.opens is None and held(slot, day) != "no" else held(slot, day))
    return "yes" if "yes" in answers else "maybe" if "maybe" in answers else "no"


SAID = {"yes": OpeningState.OPEN, "maybe": OpeningState.UNKNOWN, "no": OpeningState.CLOSED}
_towns = st.tuples(st.lists(_slots(), min_size=1, max_size=3), st.lists(_closures(), max_size=2), st.booleans())
_moments = st.builds(lambda day, minute: datetime.combine(day, time(), JAPAN) + timedelta(minutes=minute), _days,
                     st.integers(0, DAY - 1))  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(_towns, st.lists(_moments, min_size=1, max_size=6))
def test_every_minute_says_what_the_reference_says(hours, moments):
    slots, closures, year_end = hours
    expected = [SAID[at_minute(slots, closures, year_end, moment)] for moment in moments]
    found = [opening(slots, now=moment, closures=closures, year_end_closed=year_end) for moment in moments]
    assert [each.state for each in found] == expected
    assert states_at(slots, moments, closures=closures, year_end_closed=year_end) == expected


@settings(max_examples=25, deadline=None)
@given(_towns, _moments)
def test_the_next_opening_and_the_end_are_the_first_and_last_minutes(hours, moment):
    slots, closures, year_end = hours
    found = opening(slots, now=moment, closures=closures, year_end_closed=year_end)
    following = next_opening(slots, now=moment, closures=closures, year_end_closed=year_end)
    minutes = [moment + timedelta(minutes=step) for step in range(3 * DAY)]
    first = next((each for each in minutes if at_minute(slots, closures, year_end, each) == "yes"), None)
    assert first == following if first else following is None or following > minutes[-1]
    if found.until and found.until <= minutes[-1]:
        assert at_minute(slots, closures, year_end, found.until) != "yes"
        assert at_minute(slots, closures, year_end, found.until - timedelta(minutes=1)) == "yes"


@settings(max_examples=30, deadline=None)
@given(_towns, _moments, st.integers(0, 2 * DAY))
def test_business_minutes_are_the_open_minutes(hours, start, length):
    slots, closures, year_end = hours
    counted = sum(at_minute(slots, closures, year_end, start + timedelta(minutes=step)) == "yes" for step in range(length))
    assert business_minutes(slots, start, start + timedelta(minutes=length), closures, year_end_closed=year_end) == counted
