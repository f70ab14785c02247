"""The days and times on which somebody is there: what a slot of hours says about one day of the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import jpholiday

JAPAN = ZoneInfo("Asia/Tokyo")
DAY = 24 * 60
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# GIF 利用可能日時式 (DS-441): weeks of the month, then the day.
# Ours beside it: Ho = public holidays, 10D = the tenth of a month, LD = its last day.
TOKEN = re.compile(r"([0-7]+)(Mo|Tu|We|Th|Fr|Sa|Su)|(Ho)|(\d{1,2}|L)D")
LAST_WEEK, FORTNIGHTLY = "6", "7"


class Holidays(StrEnum):
    """What a slot does on a public holiday; unknown never counts as open."""

    CLOSED = "closed"
    OPEN = "open"
    UNKNOWN = "unknown"


class BadSlot(ValueError):
    """開催日時の書き方が正しくありません。例: 0Mo0We（毎週月・水）、24Tu（第2・4火）。"""


@dataclass(frozen=True)
class Slot:
    """Some days and one span of time on them.

    Times are minutes after midnight; `closes` above 1440 lies on the next day. Both are None when only the days are
    known. `anchor` is any day of a week in which a fortnightly meeting takes place.
    """

    pattern: str
    opens: int | None = None
    closes: int | None = None
    holidays: Holidays = Holidays.UNKNOWN
    anchor: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "holidays", Holidays(self.holidays))
        if not is_pattern(self.pattern) or (self.opens is None) != (self.closes is None):
            raise BadSlot(BadSlot.__doc__)
        if not _is_span(self.opens, self.closes):
            raise BadSlot(BadSlot.__doc__)
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise BadSlot(BadSlot.__doc__)


@dataclass(frozen=True)
class Closure:
    """A period without the usual hours; with `opens` and `closes` these hours hold instead."""

    starts: date
    ends: date
    reason: str = ""
    opens: int | None = None
    closes: int | None = None

    def __post_init__(self) -> None:
        if self.ends < self.starts or (self.opens is None) != (self.closes is None):
            raise BadSlot(BadSlot.__doc__)
        if not _is_span(self.opens, self.closes):
            raise BadSlot(BadSlot.__doc__)


@dataclass(frozen=True)
class Span:
    """A stretch of time; not certain when a holiday or a fortnight could not be decided."""

    start: datetime
    end: datetime
    certain: bool = True


def _is_span(opens: int | None, closes: int | None) -> bool:
    return opens is None or closes is None or (0 <= opens < DAY and opens < closes <= opens + DAY)


def is_pattern(text: str) -> bool:
    """Say whether a text is a pattern of days in the exchange notation."""
    end = 0
    for match in TOKEN.finditer(text):
        if match.start() != end or (match[4] and match[4] != "L" and not 1 <= int(match[4]) <= 31):
            return False
        end = match.end()
    return end == len(text) > 0


def fortnightly(slot: Slot) -> frozenset[str]:
    """Return the weekdays on which a slot takes place every second week."""
    return frozenset(weekday for weeks, weekday, *_ in TOKEN.findall(slot.pattern) if weekday and FORTNIGHTLY in weeks)


def with_anchors(slots: Iterable[Slot], before: Iterable[Slot]) -> tuple[Slot, ...]:
    """Return hours said anew with the weeks in which fortnights of the same weekday were known to fall."""
    known = {day: slot.anchor for slot in before if slot.anchor for day in fortnightly(slot)}
    found = ((slot, next((known[day] for day in fortnightly(slot) if day in known), None)) for slot in slots)
    return tuple(replace(slot, anchor=anchor) if anchor and slot.anchor is None else slot for slot, anchor in found)


@lru_cache(maxsize=4096)
def is_holiday(day: date) -> bool:
    """Say whether a day is a public holiday of Japan."""
    return bool(jpholiday.is_holiday(day))


def holiday_name(day: date) -> str:
    """Return the name of a public holiday of Japan; empty when it is none."""
    return str(jpholiday.is_holiday_name(day) or "")


def is_year_end(day: date) -> bool:
    """Say whether public offices rest on this day: 29 December to 3 January."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


@lru_cache(maxsize=16_384)
def falls_on(slot: Slot, day: date) -> bool | None:
    """Say whether a slot takes place on a day; None when that cannot be decided from what is known."""
    if (slot.valid_from and day < slot.valid_from) or (slot.valid_to and day > slot.valid_to):
        return False
    answers = [_token_fits(match, slot, day) for match in TOKEN.finditer(slot.pattern)]
    return True if True in answers else None if None in answers else False


def _token_fits(match: re.Match[str], slot: Slot, day: date) -> bool | None:
    weeks, weekday, holiday, monthday = match.groups()
    if holiday:
        return is_holiday(day)
    if monthday:
        fits: bool | None = _next(day).day == 1 if monthday == "L" else day.day == int(monthday)
    else:
        fits = WEEKDAYS[day.weekday()] == weekday and _week_fits(weeks, slot.anchor, day)
    if fits is not False and is_holiday(day):
        return {Holidays.CLOSED: False, Holidays.OPEN: fits, Holidays.UNKNOWN: None}[slot.holidays]
    return fits


def _week_fits(weeks: str, anchor: date | None, day: date) -> bool | None:
    if "0" in weeks or str((day.day - 1) // 7 + 1) in weeks:
        return True
    if LAST_WEEK in weeks and (day + timedelta(days=7)).month != day.month:
        return True
    if FORTNIGHTLY not in weeks:
        return False
    return None if anchor is None else (_monday(day) - _monday(anchor)) // 7 % 2 == 0


def _monday(day: date) -> int:
    return day.toordinal() - day.weekday()


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def closed_for(day: date, closures: tuple[Closure, ...], year_end_closed: bool) -> Closure | None:
    """Return what replaces the usual hours on a day, a dated closure before the year-end rule."""
    dated = next((closure for closure in closures if closure.starts <= day <= closure.ends), None)
    if dated is None and year_end_closed and is_year_end(day):
        return Closure(day, day, "年末年始")
    return dated


def spans_of(
    day: date, slots: tuple[Slot, ...], closures: tuple[Closure, ...] = (), year_end_closed: bool = False
) -> list[Span]:
    """Return the stretches of time that begin on a day, by start."""
    rest = closed_for(day, closures, year_end_closed)
    if rest:
        return [] if rest.opens is None or rest.closes is None else [_span(day, rest.opens, rest.closes, True)]
    found = []
    for slot in slots:
        falls = falls_on(slot, day)
        if falls is not False:
            # A day without times may be open at any minute of it, so nothing on it is certain.
            opens, closes = (0, DAY) if slot.opens is None or slot.closes is None else (slot.opens, slot.closes)
            found.append(_span(day, opens, closes, falls is True and slot.opens is not None))
    return sorted(found, key=lambda span: (span.start, span.end)) if len(found) > 1 else found


def _span(day: date, opens: int, closes: int, certain: bool) -> Span:
    midnight = datetime(day.year, day.month, day.day, tzinfo=JAPAN)
    return Span(midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes), certain)
