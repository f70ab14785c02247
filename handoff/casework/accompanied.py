"""Everybody who is accompanied or sought: since when nobody has been in touch with them, and what comes next."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from handoff.cases import Case, visible_to
from handoff.casework import contact_times
from handoff.casework.check_ins import CheckInPlan, Standing
from handoff.casework.outreach import OutreachContact, Result
from handoff.casework.tasks import Origin, Task
from handoff.contacts import Contact
from handoff.lists import is_open
from resources.access import Actor
from resources.sealing import reveal
from resources.staff import Staff

MOST: Final = 300


@dataclass(frozen=True)
class Accompanied:
    """One person as the list shows them."""

    case: Case
    name: str
    owner: str
    days: int | None  # since the last real contact; None where there was none
    next_at: datetime | None  # of the agreed check-ins
    misses: int  # in a row
    sought: bool  # by outreach, not linked yet
    next_try: date | None


def listed(session: Session, actor: Actor, *, now: datetime) -> list[Accompanied]:
    """Return the people this person may see, at most 300: who kept silent first, then whom nobody has heard for longest."""
    owner = aliased(Staff)
    running = and_(
        CheckInPlan.case_id == Case.id, CheckInPlan.custodian == Case.custodian, CheckInPlan.standing == Standing.RUNNING
    )
    query = (
        visible_to(actor)
        .join(Contact, and_(Contact.id == Case.contact_id, Contact.custodian == Case.custodian))
        .outerjoin(owner, owner.id == Case.owner_id)
        .outerjoin(CheckInPlan, running)
        .where(is_open(), or_(CheckInPlan.id.is_not(None), _is_sought()))
        .order_by(func.coalesce(CheckInPlan.misses, 0).desc(), CheckInPlan.next_at, Case.id)
        .add_columns(Contact, owner.display_name, CheckInPlan, _is_sought())
    )
    found = session.execute(query.limit(MOST)).all()
    ids = [case.id for case, *_ in found]
    days, tries = contact_times.days_since_contact(session, ids, now), _next_tries(session, ids)
    people = [
        Accompanied(
            case, reveal(session, contact, "name_sealed") or "", owner_name or "", days[case.id],
            plan.next_at if plan else None, plan.misses if plan else 0, bool(sought), tries.get(case.id),
        )
        for case, contact, owner_name, plan, sought in found
    ]  # fmt: skip
    return sorted(people, key=lambda one: (-one.misses, one.days is not None, -(one.days or 0)))


def _is_sought() -> ColumnElement[bool]:
    """Whether somebody was tried to be reached, and is not linked since."""
    one, later = aliased(OutreachContact), aliased(OutreachContact)
    newer = exists().where(later.case_id == one.case_id, or_(later.at > one.at, and_(later.at == one.at, later.id > one.id)))
    return exists().where(one.case_id == Case.id, one.result != Result.LINKED, ~newer.correlate(one)).correlate(Case)


def _next_tries(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, date]:
    query = select(Task.case_id, func.min(Task.due_on)).where(
        Task.case_id.in_(ids), Task.origin == Origin.OUTREACH, Task.done_at.is_(None), Task.due_on.is_not(None)
    )
    found = session.execute(query.group_by(Task.case_id)).all() if ids else []
    return {case_id: due_on for case_id, due_on in found if due_on is not None}
