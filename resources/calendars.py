"""Gathering places and events as iCalendar (RFC 5545), to be subscribed to by address."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vRecur

from resources.events import Shown
from resources.records import Record
from resources.slots import DAY, FORTNIGHTLY, JAPAN, LAST_WEEK, TOKEN, WEEKDAYS, Slot, closed_for, falls_on, is_holiday

_TZID: Final = "Asia/Tokyo"
# From when and how far ahead days that no rule can leave out (holidays, closures) are named one by one: whole months, so that
# a feed stays the same for a month unless somebody changes an entry.
_MONTHS_BACK, _MONTHS_AHEAD = 1, 13
_REFRESH: Final = timedelta(hours=12)
_LATIN: Final = {day: day.upper() for day in WEEKDAYS}

Rule = dict[str, Any]


def feed(name: str, records: Iterable[Record], shown: Iterable[Shown], *, now: datetime, address: str) -> bytes:
    """Return a calendar of places and events; the same content gives the same bytes."""
    today = now.astimezone(JAPAN).date()
    calendar = Calendar()
    calendar.add("prodid", "-//Uketome//town calendar//JA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", _TZID)
    calendar.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    calendar.add_component(_zone())
    for record in sorted(records, key=lambda record: record.id):
        for event in _of_record(record, today, address):
            calendar.add_component(event)
    for one in sorted(shown, key=lambda one: one.date.id):
        calendar.add_component(_of_event(one, address))
    return bytes(calendar.to_ical())


def etag(*said: object) -> str:
    """Return the entity tag of a feed: of everything its content depends on."""
    return f'"{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"'


def rule_of(slot: Slot) -> list[Rule]:
    """Return the recurrence rules of a slot; a fortnight without a known week, and holidays alone, have none."""
    weekly: list[str] = []
    fortnights: list[str] = []
    monthly: list[str] = []
    days: list[int] = []
    for weeks, weekday, holiday, monthday in TOKEN.findall(slot.pattern):
        if holiday:
            continue
        if monthday:
            days.append(-1 if monthday == "L" else int(monthday))
        elif "0" in weeks:
            weekly.append(_LATIN[weekday])
        else:
            numbered = [week for week in weeks if week != FORTNIGHTLY]
            monthly += [f"{-1 if week == LAST_WEEK else week}{_LATIN[weekday]}" for week in numbered]
            fortnights += [_LATIN[weekday]] if FORTNIGHTLY in weeks and slot.anchor else []
    rules: list[Rule] = [{"freq": "weekly", "byday": weekly}] if weekly else []
    rules += [{"freq": "weekly", "interval": 2, "byday": fortnights, "wkst": "MO"}] if fortnights else []
    rules += [{"freq": "monthly", "byday": monthly}] if monthly else []
    return rules + ([{"freq": "monthly", "bymonthday": days}] if days else [])


def _of_record(record: Record, today: date, address: str) -> Iterator[Event]:
    draft = record.draft
    first, last = _month(today, -_MONTHS_BACK), _month(today, _MONTHS_AHEAD) - timedelta(days=1)
    for number, slot in enumerate(draft.slots):
        start = max(first, slot.valid_from) if slot.valid_from else first
        span = [start + timedelta(days=ahead) for ahead in range((last - start).days + 1)]
        for part, rule in enumerate(rule_of(slot)):
            alone = _only(slot, rule)
            event = _recurring(record, slot, rule, [day for day in span if _in_rule(alone, day)])
            if event is not None:
                event.add("uid", f"{record.id}-{number}-{part}@{address}")
                yield event
        # Holidays follow no rule: each is named.
        for day in (day for day in span if "Ho" in slot.pattern and is_holiday(day) and _ruled(slot, day) is None):
            if falls_on(slot, day) and not closed_for(day, draft.closures, draft.closed_at_year_end):
                yield _on(record, day, slot.opens, slot.closes, address, number=number)
    for rest in draft.closures:
        if rest.opens is not None and rest.closes is not None:
            begin = max(rest.starts, first)
            for ahead in range((min(rest.ends, last) - begin).days + 1):
                yield _on(record, begin + timedelta(days=ahead), rest.opens, rest.closes, address)


def _ruled(slot: Slot, day: date) -> Rule | None:
    return next((rule for rule in rule_of(slot) if _in_rule(_only(slot, rule), day)), None)


def _on(record: Record, day: date, opens: int | None, closes: int | None, address: str, *, number: int | str = "rest") -> Event:
    """Return one day that no rule names."""
    event = _about(record)
    _times(event, day, opens, closes)
    event.add("uid", f"{record.id}-{number}-{day.isoformat()}@{address}")
    return event


def _recurring(record: Record, slot: Slot, rule: Rule, days: list[date]) -> Event | None:
    """Return one repeating entry with the days left out; None when the rule falls on no day any more."""
    draft = record.draft
    if not days:
        return None
    unsure = any(falls_on(slot, day) is None for day in days)
    event = _about(record, _UNSURE if unsure else "")
    _times(event, days[0], slot.opens, slot.closes)
    until = {"until": _end_of(slot.valid_to, slot)} if slot.valid_to else {}
    event.add("rrule", vRecur({**rule, **until}))
    for day in days:
        if falls_on(slot, day) is False or closed_for(day, draft.closures, draft.closed_at_year_end):
            event.add("exdate", _moment(day, slot.opens) if slot.opens is not None else day)
    return event


def _month(day: date, ahead: int) -> date:
    """Return the first day of a month so many months ahead."""
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


_UNSURE: Final = "祝日は、開いているかを先に確かめてください。"


def _only(slot: Slot, rule: Rule) -> Slot:
    """Return the part of a slot that one rule is about, whatever day it is."""
    tokens = TOKEN.findall(slot.pattern)
    if "bymonthday" in rule:
        pattern = "".join(f"{monthday}D" for *_, monthday in tokens if monthday)
    elif rule["freq"] == "monthly":
        pattern = "".join(
            f"{''.join(week for week in weeks if week != FORTNIGHTLY)}{weekday}"
            for weeks, weekday, *_ in tokens
            if weekday and "0" not in weeks and weeks != FORTNIGHTLY
        )
    elif rule.get("interval") == 2:
        pattern = "".join(f"7{weekday}" for weeks, weekday, *_ in tokens if weekday and FORTNIGHTLY in weeks and "0" not in weeks)
    else:
        pattern = "".join(f"0{weekday}" for weeks, weekday, *_ in tokens if weekday and "0" in weeks)
    return Slot(pattern, anchor=slot.anchor, valid_from=slot.valid_from, valid_to=slot.valid_to, holidays=slot.holidays)


def _in_rule(alone: Slot, day: date) -> bool:
    """Say whether a rule names a day, holidays or not."""
    every = Slot(alone.pattern, anchor=alone.anchor, valid_from=alone.valid_from, valid_to=alone.valid_to)
    fits = falls_on(every, day)
    return fits is True or (fits is None and is_holiday(day))


def _about(record: Record, unsure: str = "") -> Event:
    draft = record.draft
    event = Event()
    event.add("summary", draft.name)
    event.add("dtstamp", record.last_modified)
    event.add("last-modified", record.last_modified)
    where = " ".join(part for part in (draft.building, draft.address or draft.town) if part)
    _say(event, where, draft.url, draft.latitude, draft.longitude)
    phone = draft.phones[0].number if draft.phones else ""
    lines = [draft.description, draft.eligibility_description, draft.fees_description, draft.hours_note, unsure, phone]
    if draft.assured_date is None:
        lines.append("まだ確かめていない内容です。行く前に電話で確かめてください。")
    told = "\n".join(line for line in lines if line)
    if told:
        event.add("description", told)
    return event


def _of_event(one: Shown, address: str) -> Event:
    event = Event()
    changed = one.date.cancelled_at or one.event.last_modified
    event.add("uid", f"{one.date.id}@{address}")
    event.add("summary", one.event.name if one.date.cancelled_at is None else f"【中止】{one.event.name}")
    event.add("status", "CONFIRMED" if one.date.cancelled_at is None else "CANCELLED")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", one.date.starts_at.astimezone(JAPAN))
    event.add("dtend", one.date.ends_at.astimezone(JAPAN))
    _say(event, one.where, "", None, None)
    lines = [one.date.reason, one.event.description, one.event.eligibility, one.event.fee, one.event.phone]
    told = "\n".join(line for line in lines if line)
    if told:
        event.add("description", told)
    return event


def _say(event: Event, where: str, url: str, latitude: float | None, longitude: float | None) -> None:
    if where:
        event.add("location", where)
    if url:
        event.add("url", url)
    if latitude is not None and longitude is not None:
        event.add("geo", (latitude, longitude))


def _times(event: Event, day: date, opens: int | None, closes: int | None) -> None:
    if opens is None or closes is None:
        event.add("dtstart", day)
        return
    event.add("dtstart", _moment(day, opens))
    event.add("dtend", _moment(day, closes))


def _moment(day: date, minutes: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN) + timedelta(minutes=minutes)


def _end_of(last: date, slot: Slot) -> date | datetime:
    """Return the end of a rule: a day for days, a moment in UTC for times (RFC 5545 3.3.10)."""
    return last if slot.opens is None else _moment(last, DAY - 1).astimezone(UTC)


def _zone() -> Timezone:
    # Japan has had no summer time since 1951.
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", _TZID)
    standard.add("tzname", "JST")
    standard.add("dtstart", datetime(1951, 9, 9))
    standard.add("tzoffsetfrom", timedelta(hours=9))
    standard.add("tzoffsetto", timedelta(hours=9))
    zone.add_component(standard)
    return zone

