"""The one question after a consultation has ended: asked once, while the desk reads, and never where it could do harm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from handoff.cases import Case, open_of, record
from handoff.casework.endings import Ending
from handoff.states import CaseState
from resources.db import EVERYWHERE, Database
from resources.desks import Desk, reading_hours

VIOLENCE: Final = frozenset({"dv", "sexual_violence"})
_AT_ONCE: Final = 50
# Who has not been asked by then is not asked any more: the question would come out of the blue.
_STALE: Final = timedelta(days=14)

# Says the question in approved words; whether that may be said to this person at all.
Ask = Callable[[Session, Case, datetime], bool]


def due(database: Database, now: datetime, *, ask: Ask) -> int:
    """Ask those whose consultation has ended, each in a transaction of its own; returns how many were asked."""
    with database.reading(EVERYWHERE) as session:
        ripe = select(Ending.id, Ending.custodian).where(Ending.ask_from <= now).order_by(Ending.ask_from)
        found = session.execute(ripe.limit(_AT_ONCE)).all()
    asked = 0
    for ending_id, custodian in found:
        with database.writing(custodian) as session:
            query = select(Ending).where(Ending.id == ending_id, Ending.ask_from.is_not(None))
            ending = session.scalars(query.with_for_update(skip_locked=True)).first()
            asked += ending is not None and _question(session, ending, ask=ask, now=now)
    return asked


def _question(session: Session, ending: Ending, *, ask: Ask, now: datetime) -> bool:
    case = session.scalars(select(Case).where(Case.id == ending.case_id).with_for_update()).one()
    if ending.ask_from is not None and _fits(session, case, ending, now):
        desk = session.get(Desk, case.desk_id) if case.desk_id else None
        hours = reading_hours(session, desk, now=now) if desk else None
        if hours is not None and not hours.is_open:
            # It waits for the next day on which somebody reads the answer; without known hours it is left.
            ending.ask_from = hours.next
            return False
        if ask(session, case, now):
            ending.ask_from, ending.questioned_at = None, now
            record(session, case, "feedback_asked", now=now)
            return True
    ending.ask_from = None
    return False


def _fits(session: Session, case: Case, ending: Ending, now: datetime) -> bool:
    """Whether the question still makes sense: the case rests since this ending, and nobody asked about it before.

    Nothing is pushed after violence, whoever holds the telephone.
    """
    if case.walled or VIOLENCE & set(case.crises) or open_of(session, case.contact_id) is not None:
        return False
    before = exists().where(Ending.case_id == case.id, Ending.questioned_at.is_not(None), Ending.id != ending.id)
    fresh = ending.ended_at is not None and ending.ended_at > now - _STALE
    return fresh and case.state == CaseState.CLOSED and case.closed_at == ending.ended_at and not session.scalar(select(before))
