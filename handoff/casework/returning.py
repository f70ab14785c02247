"""Somebody who comes back meets the worker they know, where that worker can still take the case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from handoff.cases import Case, record
from handoff.casework import tasks
from handoff.casework.tasks import Doer, Origin, Task
from resources.access import Actor
from resources.slots import JAPAN
from resources.staff import DeskMembership, Staff

_WORDS = "前に担当した方から、また連絡がありました。受けられるかを確かめる"


def may_take(staff: Any) -> ColumnElement[bool]:
    """Return the condition that somebody had a case before it ended and sits at its desk now, while nobody has it."""
    sits = exists().where(DeskMembership.staff_id == staff.id, DeskMembership.desk_id == Case.desk_id)
    free = and_(staff.id == Case.earlier_owner_id, Case.owner_id.is_(None))
    return and_(free, staff.active, ~staff.away, sits.correlate(Case, staff))


def earlier(session: Session, case: Case) -> Staff | None:
    """Return who had a case before it ended and can take it again."""
    session.flush()
    query = select(Staff).join(Case, may_take(Staff)).where(Case.id == case.id)
    return session.scalars(query).first()


def tell(session: Session, case: Case, *, now: datetime) -> None:
    """Tell the earlier worker that a person has come back; the case waits for everybody, as any other."""
    staff = earlier(session, case)
    if staff is None or _notices(session, case):
        return
    tasks.add(
        session, case, _WORDS, now=now, by=None, doer=Doer(staff_id=staff.id), due_on=now.astimezone(JAPAN).date(),
        origin=Origin.CHECK_IN, origin_id=case.id,
    )  # fmt: skip
    record(session, case, "earlier_worker", now=now)


def taken(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """Let go of the earlier worker: somebody has the case again."""
    if case.earlier_owner_id is None:
        return
    case.earlier_owner_id = None
    for task in _notices(session, case):
        task.done_at, task.done_by = now, actor.staff_id


def _notices(session: Session, case: Case) -> list[Task]:
    query = select(Task).where(
        Task.case_id == case.id, Task.origin == Origin.CHECK_IN, Task.origin_id == case.id, Task.done_at.is_(None)
    )
    return list(session.scalars(query))
