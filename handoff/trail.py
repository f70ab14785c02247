"""What happened to a case, and who has read it: a page of its own, because a case of years has much of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.casefile import READ, REQUEST_READ
from handoff.cases import Case, CaseEvent
from handoff.conversation import staff_names
from handoff.history import Happening, happened, receiver
from resources.journal import JournalEntry


@dataclass(frozen=True)
class Reader:
    """Somebody who has read the case."""

    name: str
    times: int
    last: datetime


def happenings(session: Session, case: Case) -> list[Happening]:
    """Return what happened to a case, oldest first."""
    events = list(session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)))
    names = staff_names(session, {*map(receiver, events), *(event.staff_id for event in events)})
    return [Happening(e.at, happened(e, names), names.get(e.staff_id, "") if e.staff_id else "") for e in events]


def readers(session: Session, case: Case) -> list[Reader]:
    """Return who has read a case and how often, who read last first."""
    last = func.max(JournalEntry.at).label("last")
    counted = session.execute(
        select(JournalEntry.staff_id, func.count(), last)
        .where(JournalEntry.subject_kind == "case", JournalEntry.subject_id == case.id)
        .where(JournalEntry.act.in_((READ, REQUEST_READ)))
        .group_by(JournalEntry.staff_id)
        .order_by(last.desc())
    ).all()
    names = staff_names(session, {staff_id for staff_id, _, _ in counted})
    return [Reader(names.get(reader, "") if reader else "", times, at) for reader, times, at in counted]
