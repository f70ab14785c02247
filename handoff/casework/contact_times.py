"""When somebody was last really in touch with a person: words of their own, a person's reply that arrived, a call or visit."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select, union, union_all
from sqlalchemy.orm import Session, aliased

from handoff.cases import Case
from handoff.casework.lanes import SHARED
from handoff.casework.outreach import REACHED, OutreachContact
from handoff.casework.records import SupportRecord, talks_with
from handoff.outbox import Outgoing
from handoff.same_person import SamePerson
from handoff.spoken import Manner
from handoff.states import Delivery
from handoff.transcript import Author, Message
from resources.slots import JAPAN


def last_contacts(
    session: Session, case_ids: Collection[uuid.UUID], *, from_person: bool = False
) -> dict[uuid.UUID, datetime]:
    """Return the last contact of each case in one query; `from_person` counts only what the person themself said."""
    if not case_ids:
        return {}
    spoken = and_(Message.manner != "", Message.manner != Manner.MISSED)
    real = or_(and_(Message.author == Author.RESIDENT, Message.manner != Manner.MISSED), spoken)
    if not from_person:
        # A sentence the machine says on the desk's behalf has no person behind it.
        replied = and_(Message.author == Author.STAFF, Message.staff_id.is_not(None), Outgoing.state == Delivery.SENT)
        real = or_(real, replied)
    people = _people(case_ids).subquery()
    said = (
        select(people.c.case_id, Message.made_at.label("at"))
        .join(Message, Message.contact_id == people.c.contact_id)
        .outerjoin(Outgoing, Outgoing.id == Message.outgoing_id)
        .where(real)
    )
    sought = select(OutreachContact.case_id, OutreachContact.at.label("at")).where(
        OutreachContact.case_id.in_(case_ids), OutreachContact.result.in_(REACHED)
    )
    # What only one desk reads is not counted: the days are shown to everybody who sees the case.
    recorded = select(SupportRecord.case_id, SupportRecord.began_at.label("at")).where(
        SupportRecord.case_id.in_(case_ids), talks_with((SHARED,))
    )
    every = union_all(said, sought, recorded).subquery()
    found = session.execute(select(every.c.case_id, func.max(every.c.at)).group_by(every.c.case_id))
    return dict(iter(found))


def days_since_contact(session: Session, case_ids: Collection[uuid.UUID], now: datetime) -> dict[uuid.UUID, int | None]:
    """Return for each case how many days of the calendar ago the last real contact was; None where there was none."""
    last, today = last_contacts(session, case_ids), now.astimezone(JAPAN).date()
    return {
        case_id: (today - last[case_id].astimezone(JAPAN).date()).days if case_id in last else None for case_id in case_ids
    }


def _people(case_ids: Collection[uuid.UUID]) -> Select[*tuple[object, ...]]:
    """Return the contacts of each case's person: several where somebody writes in several places."""
    here, there = aliased(SamePerson), aliased(SamePerson)
    of_these = Case.id.in_(case_ids)
    own = select(Case.id.label("case_id"), Case.contact_id.label("contact_id")).where(of_these)
    under = select(Case.id, here.contact_id).join(here, here.person_id == Case.contact_id).where(of_these)
    head = select(Case.id, here.person_id).join(here, here.contact_id == Case.contact_id).where(of_these)
    beside = (
        select(Case.id, there.contact_id)
        .join(here, here.contact_id == Case.contact_id)
        .join(there, there.person_id == here.person_id)
        .where(of_these)
    )
    every = union(own, under, head, beside).subquery()
    return select(every.c.case_id, every.c.contact_id)
