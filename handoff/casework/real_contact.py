"""When somebody last really talked with the person of a case: a reply that arrived, a call, a visit, a try that reached them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from handoff.cases import Case, CaseEvent
from handoff.casework.outreach import REACHED, OutreachContact
from handoff.casework.records import SupportRecord, own_or_shared, talks_with
from handoff.outbox import Outgoing
from handoff.same_person import SamePerson
from handoff.spoken import Manner
from handoff.spoken import Means as Spoken
from handoff.states import Delivery
from handoff.transcript import Author, Message
from resources.access import Actor


def latest(session: Session, found: Sequence[Case], *, actor: Actor) -> dict[uuid.UUID, datetime]:
    """Return when the person of each case was last talked with, as far as this person may read; five statements in all."""
    contacts, cases = {case.contact_id for case in found}, {case.id for case in found}
    if not cases:
        return {}
    heads = _heads(session, contacts)
    said: dict[uuid.UUID, datetime] = {}
    for contact_id, at in [*_talked(session, set(heads)), *_delivered(session, set(heads))]:
        head = heads[contact_id]
        said[head] = max(at, said.get(head, at))
    known = {case.id: said[heads[case.contact_id]] for case in found if heads[case.contact_id] in said}
    for case_id, at in [*_recorded(session, cases, actor), *_reached(session, cases)]:
        known[case_id] = max(at, known.get(case_id, at))
    return known


def _heads(session: Session, contacts: set[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return under which contact each of these, and whoever else is the same person, is read."""
    mine = select(SamePerson.person_id).where(SamePerson.contact_id.in_(contacts))
    links = session.execute(
        select(SamePerson.contact_id, SamePerson.person_id).where(
            or_(SamePerson.person_id.in_(contacts), SamePerson.person_id.in_(mine))
        )
    )
    heads = {contact_id: contact_id for contact_id in contacts}
    for contact_id, person_id in links:
        heads |= {contact_id: person_id, person_id: person_id}
    return heads


def _talked(session: Session, contacts: set[uuid.UUID]) -> Iterable[Any]:
    missed = Message.manner == Manner.MISSED
    spoken = and_(Message.kind.in_([one.value for one in Spoken]), ~missed, Message.erased_at.is_(None))
    return _newest(session, Message.contact_id, Message.said_at, Message.contact_id.in_(contacts), spoken)


def _delivered(session: Session, contacts: set[uuid.UUID]) -> Iterable[Any]:
    arrived = and_(Outgoing.author == Author.STAFF, Outgoing.staff_id.is_not(None), Outgoing.state == Delivery.SENT)
    return _newest(session, Outgoing.contact_id, Outgoing.sent_at, Outgoing.contact_id.in_(contacts), arrived)


def _recorded(session: Session, cases: set[uuid.UUID], actor: Actor) -> Iterable[Any]:
    talked = select(SupportRecord.case_id, SupportRecord.began_at.label("at")).where(
        SupportRecord.case_id.in_(cases), talks_with(own_or_shared(actor))
    )
    met = select(OutreachContact.case_id, OutreachContact.at).where(
        OutreachContact.case_id.in_(cases), OutreachContact.result.in_(REACHED)
    )
    both = union_all(talked, met).subquery()
    return _newest(session, both.c.case_id, both.c.at)


def _reached(session: Session, cases: set[uuid.UUID]) -> Iterable[Any]:
    return _newest(session, CaseEvent.case_id, CaseEvent.at, CaseEvent.case_id.in_(cases), CaseEvent.move == "reached")


def _newest(session: Session, of: Any, at: Any, *which: ColumnElement[bool]) -> Iterable[Any]:
    return session.execute(select(of, func.max(at)).where(*which).group_by(of)).all()
