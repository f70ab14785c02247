"""Cases of people who no longer work here: back in the queue, so that nobody waits for somebody who has left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from handoff import moves
from handoff.cases import Case
from handoff.states import LEFT, CaseState
from resources.db import EVERYWHERE, Database
from resources.slots import JAPAN
from resources.staff import Staff


def settle(database: Database, now: datetime) -> None:
    """Put the cases of people who were switched off, or whose last day is over, back into the queue."""
    with database.reading(EVERYWHERE) as session:
        if not _found(session, now):
            return
    with database.writing(EVERYWHERE) as session:
        for case in _found(session, now, to_change=True):
            moves.free(session, case, now=now, why=LEFT)


def _found(session: Session, now: datetime, *, to_change: bool = False) -> list[Case]:
    query = select(Case).join(Staff, Staff.id == Case.owner_id).where(Case.state == CaseState.TAKEN, _has_left(now))
    return list(session.scalars(query.with_for_update(of=Case) if to_change else query))


def _has_left(now: datetime) -> ColumnElement[bool]:
    return or_(~Staff.active, Staff.expires_on < now.astimezone(JAPAN).date())
