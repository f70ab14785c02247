"""When somebody is asked how they are: the days and hours they chose, moved to the desk's next open day where it rests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from resources.desks import Desk, closures, slots
from resources.hours import parse_hours
from resources.slots import JAPAN, Closure, Slot, spans_of

WEEK: Final = 7
LONGEST: Final = 12 * WEEK
EARLIEST_HOUR: Final = 7
LATEST_HOUR: Final = 21
# A desk that rests longer than this lets a day fall out.
_MOVED_AT_MOST: Final = 31
_OFFICE_DAYS: Final = "0Mo0Tu0We0Th0Fr 08:30-17:15 祝休"


@dataclass(frozen=True)
class Rhythm:
    """Every so many days, between two full hours of the day in Japan."""

    every: int
    opens: int
    closes: int
    first: date
    until: date | None = None
    weekday: int | None = None  # 0 is Monday; only where weeks are counted

    @property
    def sound(self) -> bool:
        """Whether it can be kept at all."""
        weeks = self.weekday is None or (0 <= self.weekday < WEEK and self.every % WEEK == 0)
        ends = self.until is None or self.until >= self.first
        return 1 <= self.every <= LONGEST and EARLIEST_HOUR <= self.opens < self.closes <= LATEST_HOUR and weeks and ends

    def begins(self, day: date) -> datetime:
        """Return the moment from which somebody may be asked on a day."""
        return datetime.combine(day, time(self.opens), JAPAN)

    def ends(self, day: date) -> datetime:
        """Return the moment from which it is too late on a day."""
        return datetime.combine(day, time(self.closes), JAPAN)


@dataclass(frozen=True)
class OpenDays:
    """On which days a desk is there; without hours of its own it keeps those of an office."""

    slots: tuple[Slot, ...]
    closures: tuple[Closure, ...] = ()
    year_end: bool = True

    def holds(self, day: date) -> bool:
        """Whether somebody certainly is at the desk on a day."""
        usual = self.slots or parse_hours(_OFFICE_DAYS)
        return any(span.certain for span in spans_of(day, usual, self.closures, self.year_end))

    def next(self, day: date) -> date | None:
        """Return the first open day from this one on, None where the desk rests for a month."""
        ahead = (day + timedelta(days=offset) for offset in range(_MOVED_AT_MOST + 1))
        return next((one for one in ahead if self.holds(one)), None)


def open_days(session: Session, desk: Desk | None) -> OpenDays:
    """Return on which days a desk is there."""
    if desk is None:
        return OpenDays(())
    return OpenDays(slots(desk), closures(session, desk), desk.closed_at_year_end)


def chosen(rhythm: Rhythm, *, after: date, to: date) -> Iterator[date]:
    """Yield the days after one day and up to another as they were chosen, whether or not the desk is there."""
    day = rhythm.first
    if rhythm.weekday is not None:
        day += timedelta(days=(rhythm.weekday - day.weekday()) % WEEK)
    if day <= after:
        day += timedelta(days=((after - day).days // rhythm.every + 1) * rhythm.every)
    while day <= to and (rhythm.until is None or day <= rhythm.until):
        yield day
        day += timedelta(days=rhythm.every)


def days(rhythm: Rhythm, desk: OpenDays, *, after: date, to: date) -> Iterator[date]:
    """Yield the days after one day and up to another on which somebody is asked, each once."""
    last = after
    for meant in chosen(rhythm, after=after - timedelta(days=_MOVED_AT_MOST + 1), to=to):
        day = desk.next(meant)
        if day is not None and last < day <= to and (rhythm.until is None or day <= rhythm.until):
            yield day
            last = day


def upcoming(rhythm: Rhythm, desk: OpenDays, *, now: datetime) -> datetime | None:
    """Return when somebody is asked next, as long as those hours are not over; None when it has come to its end."""
    today = now.astimezone(JAPAN).date()
    far = max(today, rhythm.first) + timedelta(days=LONGEST + _MOVED_AT_MOST + WEEK)
    coming = days(rhythm, desk, after=today - timedelta(days=1), to=far)
    return next((rhythm.begins(day) for day in coming if rhythm.ends(day) > now), None)
