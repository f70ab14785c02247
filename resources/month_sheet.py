"""What a town, or one 小学校区 of it, offers in a month, day by day: the sheet that hangs on the board of a community hall."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from resources.areas import Area
from resources.events import Shown
from resources.hours import describe
from resources.quarters import where
from resources.records import Record
from resources.slots import JAPAN, Closure, closed_for, falls_on, holiday_name

# A place that is open on more days of a month than this stands once and not on every day.
_OFTEN: Final = 9


@dataclass(frozen=True)
class Line:
    """One thing that takes place on a day."""

    time: str
    name: str
    place: str
    fee: str = ""
    phone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Day:
    """One day of the month and what takes place on it."""

    on: date
    holiday: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class MonthSheet:
    """A whole month: its days, and the places whose days have to be asked for."""

    town: str
    district: str
    first: date
    days: tuple[Day, ...]
    regular: tuple[Line, ...]  # open on so many days that they stand once, with their hours in words
    unsure: tuple[Line, ...]

    @property
    def title(self) -> str:
        """What stands above the sheet."""
        return f"{self.town}{f'・{self.district}' if self.district else ''}　{self.first.year}年{self.first.month}月の集まり"


def of(
    records: Iterable[Record],
    shown: Iterable[Shown],
    areas: Collection[Area],
    *,
    town: str,
    first: date,
    district: str = "",
    homes: Iterable[Record] = (),
) -> MonthSheet:
    """Return the month that begins on a day; with a district only what lies in it or is there for it.

    `homes` are entries of any kind at which events take place.
    """
    quarters = {area.name for area in areas if area.school_district == district} if district else set()
    mine = [one for one in records if not district or _lies_in(one, quarters, district)]
    inside = {one.id for one in (*mine, *homes) if not district or _lies_in(one, quarters, district)}
    unsure: list[Line] = []
    regular: list[Line] = []
    lines: dict[date, list[tuple[int, Line]]] = {}
    last = following(first) - timedelta(days=1)
    for record in sorted(mine, key=lambda one: one.draft.name):
        own: dict[date, list[tuple[int, Line]]] = {}
        doubtful = not record.draft.slots
        for ahead in range((last - first).days + 1):
            day = first + timedelta(days=ahead)
            found, doubt = _on(record, day)
            doubtful |= doubt
            own |= {day: found} if found else {}
        note, hours = record.draft.hours_note.partition("\n")[0], record.draft.slots
        if len(own) > _OFTEN:
            note = "、".join(part for part in (note, *_rests(record, first, last)) if part)
            regular.append(_line(record, note, describe(hours, year_end_closed=record.draft.closed_at_year_end)))
            continue
        for day, found in own.items():
            lines.setdefault(day, []).extend(found)
        if doubtful:
            unsure.append(_line(record, note, describe(hours)))
    for one in shown:
        day = one.date.starts_at.astimezone(JAPAN).date()
        if first <= day <= last and (not district or one.service_id in inside):
            lines.setdefault(day, []).append(_of_event(one))
    days = [
        Day(day, holiday_name(day), tuple(line for _, line in sorted(found, key=lambda pair: (pair[0], pair[1].name))))
        for day, found in sorted(lines.items())
        if found
    ]
    return MonthSheet(town, district, first, tuple(days), tuple(regular), tuple(unsure))


def districts(areas: Iterable[Area]) -> list[str]:
    """Return the 小学校区 of a town."""
    return sorted({area.school_district for area in areas if area.school_district})


def month_of(written: str, *, today: date, ahead: int) -> date:
    """Return the first day of a month written as 2026-12, this month for anything else and for months too far away."""
    known = months(today, ahead=ahead)
    return next((one for one in known if f"{one:%Y-%m}" == written), known[0])


def months(today: date, *, ahead: int) -> list[date]:
    """Return this month and those after it."""
    found = [today.replace(day=1)]
    for _ in range(ahead):
        found.append(following(found[-1]))
    return found


def _lies_in(record: Record, quarters: set[str], district: str) -> bool:
    served = set(record.draft.areas)
    return bool(set(where(record.draft)) & quarters) or district in served or bool(served & quarters)


def _on(record: Record, day: date) -> tuple[list[tuple[int, Line]], bool]:
    """Return what is certain of a day, and whether anything about it is in doubt."""
    draft = record.draft
    rest = closed_for(day, draft.closures, draft.closed_at_year_end)
    if rest is not None:
        return _instead(record, rest), False
    found, doubt = [], False
    for slot in draft.slots:
        fits = falls_on(slot, day)
        doubt |= fits is None
        if fits:
            found.append((slot.opens or 0, _line(record, draft.alert, _times(slot.opens, slot.closes))))
    return found, doubt


def _rests(record: Record, first: date, last: date) -> list[str]:
    """Say on which days of a month the usual hours do not hold."""
    said = []
    for rest in record.draft.closures:
        start, end = max(rest.starts, first), min(rest.ends, last)
        if start > end:
            continue
        days = f"{start.month}月{start.day}日" if start == end else f"{start.month}月{start.day}日〜{end.day}日"
        hours = "休み" if rest.opens is None else _times(rest.opens, rest.closes)
        said.append(f"{days}は{hours}" + (f"（{rest.reason}）" if rest.reason else ""))
    return said


def _instead(record: Record, rest: Closure) -> list[tuple[int, Line]]:
    if rest.opens is None:
        return []
    return [(rest.opens, _line(record, rest.reason, _times(rest.opens, rest.closes)))]


def _line(record: Record, note: str, time: str = "") -> Line:
    draft = record.draft
    phone = draft.phones[0].number if draft.phones else ""
    unchecked = "行く前に電話で確かめてください" if draft.assured_date is None else ""
    said = "、".join(part for part in (note, unchecked) if part)
    return Line(time, draft.name, draft.building or draft.address or draft.town, draft.fees_description, phone, said)


def _of_event(one: Shown) -> tuple[int, Line]:
    begin, end = one.date.starts_at.astimezone(JAPAN), one.date.ends_at.astimezone(JAPAN)
    note = "催し" if one.date.cancelled_at is None else f"中止になりました（{one.date.reason}）"
    time = f"{_clock(begin)}〜{_clock(end)}"
    return begin.hour * 60 + begin.minute, Line(time, one.event.name, one.where, one.event.fee, one.event.phone, note)


def _times(opens: int | None, closes: int | None) -> str:
    if opens is None or closes is None:
        return "時間は電話で"
    after = closes - 24 * 60
    ends = f"翌{after // 60}:{after % 60:02}" if after > 0 else f"{closes // 60}:{closes % 60:02}"
    return f"{opens // 60}:{opens % 60:02}〜{ends}"


def _clock(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02}"


def following(first: date) -> date:
    """Return the first day of the next month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in Japan."""
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN)
