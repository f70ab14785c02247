"""When a person will read: the honest time, in words, and that a machine is speaking."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.dialogue.turn import Teller, Told, Turn
from bot.reply import Bubble
from handoff import duty
from handoff.duty import Watch
from resources.desks import Desk, reading_hours
from resources.hours import Opening, OpeningState

JAPAN = ZoneInfo("Asia/Tokyo")


def machine(turn: Turn, desk: Desk | None, crisis: str) -> Bubble:
    """Say that this is a machine and when a person will next read."""
    hours = _hours(turn, desk)
    if hours is None or (not hours.is_open and hours.next is None):
        return turn.says("reading.machine_unknown")
    if hours.is_open:
        if hours.until is None:
            return turn.says("reading.machine_always")
        return turn.says("reading.machine_open", until=moment(turn, hours.until))
    assert hours.next is not None
    cell = duty.who_acts(turn.session, turn.town.code, crisis, Watch.OUTSIDE)
    if cell is not None and cell.role:
        return turn.says("reading.machine_duty", when=moment(turn, hours.next))
    return turn.says("reading.machine_closed", when=moment(turn, hours.next))


def when(turn: Turn, desk: Desk | None) -> Bubble:
    """Say when a person will read, outside of danger."""
    hours = _hours(turn, desk)
    if hours is None or (not hours.is_open and hours.next is None):
        return turn.says("reading.unknown", place=town_phone(turn))
    if hours.is_open:
        if hours.until is None:
            return turn.says("reading.open_always")
        return turn.says("reading.open", until=moment(turn, hours.until))
    return turn.says("reading.closed", when=moment(turn, hours.next or turn.now))


def next_reading(turn: Turn, desk: Desk | None) -> str | None:
    """Return in words when a desk next reads; None while nobody knows."""
    hours = _hours(turn, desk)
    if hours is None:
        return None
    at = turn.now if hours.is_open else hours.next
    return moment(turn, at) if at else None


def is_reading(turn: Turn, desk: Desk | None) -> bool:
    """Whether a desk certainly reads at this minute."""
    hours = _hours(turn, desk)
    return hours is not None and hours.is_open


def moment(turn: Teller, at: datetime) -> str:
    """Return a time as it is said: きょう17時15分, 月曜8時30分, 1月4日（月）8時30分; in figures for other languages."""
    return Told(_in_words(turn, at), f"{at.astimezone(JAPAN):%Y-%m-%d %H:%M}")


def _in_words(turn: Teller, at: datetime) -> str:
    local, today = at.astimezone(JAPAN), turn.now.astimezone(JAPAN).date()
    hour, minute = local.hour, local.minute
    day = local.date()
    clock = turn.words("time.clock", hour=hour, minute=f"{minute:02}") if minute else turn.words("time.sharp", hour=hour)
    weekday = turn.words("time.weekdays").split("/")[local.weekday()]
    days = (day - today).days
    if days == 0:
        return turn.words("time.today", clock=clock)
    if days == 1:
        return turn.words("time.tomorrow", weekday=weekday, clock=clock)
    if 1 < days < 7 and day.year == today.year:
        return turn.words("time.weekday", weekday=weekday, clock=clock)
    return turn.words("time.date", month=local.month, day=local.day, weekday=weekday, clock=clock)


def day(turn: Teller, on: date) -> str:
    """Return a day with its year: 2026年9月11日."""
    return turn.words("time.day", year=on.year, month=on.month, day=on.day)


def town_phone(turn: Turn) -> str:
    """Return the town's name with its telephone number, if it has one."""
    if not turn.town.phone:
        return turn.town.name
    return turn.words("reading.person", name=turn.town.name, phone=turn.town.phone)


def _hours(turn: Turn, desk: Desk | None) -> Opening | None:
    if desk is None:
        return None
    hours = reading_hours(turn.session, desk, now=turn.now)
    return None if hours.state is OpeningState.ASK else hours
