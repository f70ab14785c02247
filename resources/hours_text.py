"""Hours as people write them and as they are read out: 第2・4水 10:00〜12:00, 月〜金 8:30〜17:15、祝日は休み."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from itertools import groupby

from resources.dates import plain
from resources.days_text import KANJI_DAYS
from resources.slots import DAY, FORTNIGHTLY, LAST_WEEK, TOKEN, WEEKDAYS, BadSlot, Holidays, Slot

_CLOCK = re.compile(
    r"(翌|翌日)?(午前|午後|AM|PM)?(\d{1,2})(?:[:時.](\d{1,2})?(?::\d{2}(?:\.\d+)?)?分?|(半))?(半)?(AM|PM)?"
)
_HOURS = re.compile(
    r"(?P<pattern>\w+?)(?:@(?P<anchor>\d{4}-\d\d-\d\d))?(?:\((?P<from>[\d-]*)/(?P<to>[\d-]*)\))?"
    r"(?:\s+(?P<opens>\d{1,2}:\d\d)-(?P<closes>翌?\d{1,2}:\d\d))?(?:\s+(?P<holidays>祝休|祝開))?"
)
_HOLIDAY_MARKS = {Holidays.CLOSED: " 祝休", Holidays.OPEN: " 祝開", Holidays.UNKNOWN: ""}


def parse_clock(text: str) -> int | None:
    """Read a time of day as minutes (9:00, 午後1時半, 25:00, 翌7:00); None when it is not one."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("正午", "12:00").upper()
    match = _CLOCK.fullmatch(plain)
    if match is None:
        return None
    next_day, half, hour, minute, half_past, half_too, after = match.groups()
    minutes = int(hour) * 60 + (int(minute) if minute else 30 if half_past or half_too else 0)
    if (half in ("午後", "PM") or after == "PM") and int(hour) < 12:
        minutes += 12 * 60
    if int(minute or 0) > 59 or minutes > 48 * 60:
        return None
    return minutes + DAY if next_day and minutes < DAY else minutes


def parse_hours(text: str) -> tuple[Slot, ...]:
    """Read the one-line notation `0Mo0Tu 08:30-17:15 祝休; 24We@2026-04-01 10:00-12:00`; raises BadSlot."""
    return tuple(_slot(part.strip()) for part in text.split(";") if part.strip())


def _slot(text: str) -> Slot:
    match = _HOURS.fullmatch(text)
    if match is None:
        raise BadSlot(BadSlot.__doc__)
    opens = parse_clock(match["opens"]) if match["opens"] else None
    closes = parse_clock(match["closes"]) if match["closes"] else None
    if opens is not None and closes is not None and closes <= opens:
        closes += DAY
    try:
        anchor, first, last = (
            date.fromisoformat(match[key]) if match[key] else None for key in ("anchor", "from", "to")
        )
    except ValueError as error:
        raise BadSlot(BadSlot.__doc__) from error
    holidays = {"祝休": Holidays.CLOSED, "祝開": Holidays.OPEN}.get(match["holidays"] or "", Holidays.UNKNOWN)
    return Slot(match["pattern"], opens, closes, holidays, anchor, first, last)


def format_days(slot: Slot) -> str:
    """Write the days of a slot in the notation that parse_hours reads, with anchor and period."""
    anchor = f"@{slot.anchor}" if slot.anchor else ""
    period = f"({slot.valid_from or ''}/{slot.valid_to or ''})" if slot.valid_from or slot.valid_to else ""
    return slot.pattern + anchor + period


def format_clock(minutes: int) -> str:
    """Write minutes after midnight as HH:MM; the next day's hours run on (翌7:00 is 31:00)."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def format_hours(slots: Iterable[Slot]) -> str:
    """Write slots in the one-line notation."""
    parts = []
    for slot in slots:
        times = (
            ""
            if slot.opens is None or slot.closes is None
            else f" {format_clock(slot.opens)}-{format_clock(slot.closes)}"
        )
        parts.append(format_days(slot) + times + _HOLIDAY_MARKS[slot.holidays])
    return "; ".join(parts)


def describe(slots: Iterable[Slot], *, year_end_closed: bool = False) -> str:
    """Say hours in Japanese: 第2・4水 10:00〜12:00、祝日は休み."""
    slots = list(slots)
    if not slots:
        return ""
    policies = {slot.holidays for slot in slots if slot.pattern != "Ho"}
    said = []
    for days, group in groupby(slots, key=_said_days):
        same = list(group)
        times = "・".join(_said_times(slot) for slot in same)
        own = (
            f"（{_SAID_HOLIDAYS[same[0].holidays]}）" if len(policies) > 1 and _SAID_HOLIDAYS[same[0].holidays] else ""
        )
        said.append(f"{days} {times}{own}" if times else f"{days}（時間は要確認）")
    if len(policies) == 1 and _SAID_HOLIDAYS[next(iter(policies))]:
        said.append(_SAID_HOLIDAYS[next(iter(policies))])
    if year_end_closed:
        said.append("年末年始は休み")
    return "、".join(said)


_SAID_HOLIDAYS = {Holidays.CLOSED: "祝日は休み", Holidays.OPEN: "祝日も開催", Holidays.UNKNOWN: ""}


def _said_days(slot: Slot) -> str:
    weeks: dict[str, str] = {}
    rest = []
    for digits, weekday, holiday, monthday in TOKEN.findall(slot.pattern):
        if weekday:
            kanji = KANJI_DAYS[WEEKDAYS.index(weekday)]
            weeks[digits] = weeks.get(digits, "") + kanji
        else:
            rest.append("祝日" if holiday else "毎月末日" if monthday == "L" else f"毎月{monthday}日")
    said = [_said_weeks(digits) + _said_weekdays(days) for digits, days in weeks.items()]
    period = (
        f"（{_said_date(slot.valid_from)}〜{_said_date(slot.valid_to)}）" if slot.valid_from or slot.valid_to else ""
    )
    return "・".join([*said, *rest]) + period


def _said_weeks(digits: str) -> str:
    if "0" in digits:
        return ""
    numbered = "・".join(digit for digit in digits if digit not in (LAST_WEEK, FORTNIGHTLY))
    said = [f"第{numbered}"] if numbered else []
    return "・".join([*said, *(["最終"] if LAST_WEEK in digits else []), *(["隔週"] if FORTNIGHTLY in digits else [])])


def _said_weekdays(days: str) -> str:
    if days == KANJI_DAYS:
        return "毎日"
    return f"{days[0]}〜{days[-1]}" if len(days) > 2 and days in KANJI_DAYS else "・".join(days)


def _said_date(day: date | None) -> str:
    return plain(day) if day else ""


def _said_times(slot: Slot) -> str:
    if slot.opens is None or slot.closes is None:
        return ""
    if (slot.opens, slot.closes) == (0, DAY):
        return "24時間"
    closes = f"翌{_short(slot.closes - DAY)}" if slot.closes > DAY else _short(slot.closes)
    return f"{_short(slot.opens)}〜{closes}"


def _short(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
