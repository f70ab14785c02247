"""The one place that says whether somebody is there: badge, filter, answer and waiting clock all ask here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from resources.days_text import Days, NotUnderstood, parse_days
from resources.hours_text import describe, format_hours, parse_clock, parse_hours
from resources.slots import JAPAN, BadSlot, Closure, Holidays, Slot, Span, spans_of

__all__ = [
    "BadSlot", "Closure", "Days", "Holidays", "NotUnderstood", "Opening", "OpeningState", "Slot", "business_minutes",
    "describe", "format_hours", "next_opening", "opening", "parse_clock", "parse_days", "parse_hours", "states_at",
]  # fmt: skip

# Patterns such as the fifth Monday may rest for a quarter of a year.
_HORIZON_DAYS = 100
_ALWAYS = timedelta(days=8)


class OpeningState(StrEnum):
    """What may be said about this minute."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"  # it depends on a holiday, a fortnight or a time that is not recorded
    ASK = "ask"  # nobody verified the hours, or there are none: the resident is asked to call first


@dataclass(frozen=True)
class Opening:
    """Whether somebody is there now, until when, and otherwise when next (times in Japan)."""

    state: OpeningState
    until: datetime | None = None
    next: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Say whether it is certainly open."""
        return self.state is OpeningState.OPEN


def opening(
    slots: Iterable[Slot],
    *,
    now: datetime,
    closures: Iterable[Closure] = (),
    verified: bool = True,
    year_end_closed: bool = False,
) -> Opening:
    """Say whether it is open at a moment; hours that nobody verified never count as open."""
    slots, closures, now = tuple(slots), tuple(closures), now.astimezone(JAPAN)
    if not verified or not slots:
        return Opening(OpeningState.ASK)
    around = _spans(slots, closures, year_end_closed, now.date() - timedelta(days=1), 2)
    here = [span for span in around if span.start <= now < span.end]
    if any(span.certain for span in here):
        return Opening(OpeningState.OPEN, until=_until(slots, closures, year_end_closed, now))
    following = next_opening(slots, now=now, closures=closures, year_end_closed=year_end_closed)
    return Opening(OpeningState.UNKNOWN if here else OpeningState.CLOSED, next=following)


def states_at(
    slots: Iterable[Slot],
    moments: Iterable[datetime],
    *,
    closures: Iterable[Closure] = (),
    year_end_closed: bool = False,
) -> list[OpeningState]:
    """Say of many moments what `opening` says of one; each day is worked out once, for lists of thousands."""
    slots, closures, days = tuple(slots), tuple(closures), dict[date, list[Span]]()
    found = []
    for moment in moments:
        now = moment.astimezone(JAPAN)
        if now.date() not in days:
            days[now.date()] = _spans(slots, closures, year_end_closed, now.date() - timedelta(days=1), 2)
        here = [span for span in days[now.date()] if span.start <= now < span.end]
        if not slots:
            found.append(OpeningState.ASK)
        elif any(span.certain for span in here):
            found.append(OpeningState.OPEN)
        else:
            found.append(OpeningState.UNKNOWN if here else OpeningState.CLOSED)
    return found


def next_opening(
    slots: Iterable[Slot], *, now: datetime, closures: Iterable[Closure] = (), year_end_closed: bool = False
) -> datetime | None:
    """Return the first moment, from now on, at which it is certainly open; None when there is none in 100 days."""
    slots, closures, now = tuple(slots), tuple(closures), now.astimezone(JAPAN)
    for offset in range(-1, _HORIZON_DAYS):
        day = now.date() + timedelta(days=offset)
        for span in spans_of(day, slots, closures, year_end_closed):
            if span.certain and span.end > now:
                return max(span.start, now)
    return None


def business_minutes(
    slots: Iterable[Slot],
    start: datetime,
    end: datetime,
    closures: Iterable[Closure] = (),
    *,
    year_end_closed: bool = False,
) -> int:
    """Return how many minutes between two moments lie in certain hours; overlapping hours count once."""
    slots, closures = tuple(slots), tuple(closures)
    start, end = start.astimezone(JAPAN), end.astimezone(JAPAN)
    if end <= start or not slots:
        return 0
    first = start.date() - timedelta(days=1)
    total, reached = timedelta(), start
    for span in _spans(slots, closures, year_end_closed, first, (end.date() - first).days + 1):
        if span.certain and span.end > reached and span.start < end:
            total += min(span.end, end) - max(span.start, reached)
            reached = min(span.end, end)
    return int(total.total_seconds() // 60)


def _until(slots: tuple[Slot, ...], closures: tuple[Closure, ...], year_end: bool, now: datetime) -> datetime | None:
    """Follow hours that touch each other to their end; None when they never end."""
    until = now
    for ahead in range(-1, _ALWAYS.days + 1):
        day = now.date() + timedelta(days=ahead)
        if day > until.date():
            break
        for span in sorted(spans_of(day, slots, closures, year_end), key=lambda span: (span.start, span.end)):
            if span.certain and span.start <= until < span.end:
                until = span.end
    return None if until - now > _ALWAYS else until


def _spans(
    slots: tuple[Slot, ...], closures: tuple[Closure, ...], year_end: bool, first: date, days: int
) -> list[Span]:
    found: list[Span] = []
    for offset in range(days):
        found += spans_of(first + timedelta(days=offset), slots, closures, year_end)
    return sorted(found, key=lambda span: (span.start, span.end))
