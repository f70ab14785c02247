"""How many people a desk can ask on one day, and where there is room for one more."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework import limits, rhythm
from handoff.casework.check_ins import CheckInPlan, Standing
from handoff.casework.rhythm import OpenDays, Rhythm
from handoff.states import CaseState, NotAllowed
from resources.dates import day_of, spoken
from resources.desks import Desk

_AHEAD: Final = timedelta(weeks=12)
_PROPOSED: Final = 60


class NoSuchRhythm(NotAllowed):
    """間隔、曜日、時間帯、初めの日を確かめてください。時間帯は7時から21時までの間、初めの日は今日から1年以内です。まだ約束していません。"""


class DayFull(NotAllowed):
    """窓口が1日にできるおたずねの数をこえる日があります。無理なく続けられる日に変えてください。まだ約束していません。"""


class NeverThere(NotAllowed):
    """窓口が開かない日にあたります。窓口が開いている曜日を選んでください。まだ約束していません。"""


def first(session: Session, case: Case, wanted: Rhythm, *, now: datetime) -> datetime:
    """Return when somebody is asked first, if there is room on every day; raises what is in the way."""
    there = rhythm.open_days(session, _held_desk(session, case))
    next_at = rhythm.upcoming(wanted, there, now=now)
    if next_at is None:
        raise NoSuchRhythm(NoSuchRhythm.__doc__)
    if not _ahead(wanted, there, now=now):
        raise NeverThere(NeverThere.__doc__)
    taken, most = _load(session, case, there, now=now), limits.of_town(session, case.custodian).check_ins_a_day
    if not _fits(wanted, there, taken, most, now=now):
        free = _proposal(wanted, there, taken, most, now=now)
        raise DayFull(f"{DayFull.__doc__}{f'いちばん早い空きは{spoken(free)}からです。' if free else ''}")
    return next_at


def _held_desk(session: Session, case: Case) -> Desk | None:
    """Return the desk of a case, held so that two agreements at once do not both take the last place of a day."""
    query = select(Desk).where(Desk.id == case.desk_id).with_for_update()
    return session.scalars(query).first() if case.desk_id else None


def _load(session: Session, case: Case, there: OpenDays, *, now: datetime) -> Counter[date]:
    """Return how many others the desk of a case asks on each day ahead."""
    query = (
        select(CheckInPlan)
        .join(Case, (Case.id == CheckInPlan.case_id) & (Case.custodian == CheckInPlan.custodian))
        .where(
            CheckInPlan.standing == Standing.RUNNING, Case.desk_id == case.desk_id, Case.id != case.id,
            Case.state != CaseState.CLOSED,
        )
    )  # fmt: skip
    return Counter(day for plan in session.scalars(query) for day in _ahead(plan.rhythm, there, now=now))


def _ahead(wanted: Rhythm, there: OpenDays, *, now: datetime) -> list[date]:
    """Return the days ahead as they were chosen; what holidays push together is borne."""
    today = day_of(now)
    chosen = rhythm.chosen(wanted, after=today - timedelta(days=1), to=max(today, wanted.first) + _AHEAD)
    return [day for day in chosen if there.holds(day)]


def _fits(wanted: Rhythm, there: OpenDays, taken: Counter[date], most: int, *, now: datetime) -> bool:
    return all(taken[day] < most for day in _ahead(wanted, there, now=now))


def _proposal(
    wanted: Rhythm, there: OpenDays, taken: Counter[date], most: int, *, now: datetime
) -> date | None:
    """Return the first day from which the same rhythm has room, on another weekday if need be."""
    for offset in range(1, _PROPOSED):
        first = wanted.first + timedelta(days=offset)
        weekday = first.weekday() if wanted.weekday is not None else None
        moved = replace(wanted, first=first, weekday=weekday)
        if moved.sound and there.holds(first) and _fits(moved, there, taken, most, now=now):
            return first
    return None
