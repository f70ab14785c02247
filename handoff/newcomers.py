"""People who telephone or come by: a case for them in seconds, and never a second one for somebody we know."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from handoff import alarms, cases, contacts, moves, notes, spoken
from handoff.cases import Case
from handoff.contacts import Contact, NoPoint
from handoff.routing import Route, choose_desk, staffed
from handoff.spoken import Manner, Means
from handoff.states import CaseState, Consent, Ground, NotAllowed
from intents.codes import Crisis, Topic
from resources import journal
from resources.access import Actor
from resources.desks import Desk

BOXES = list(Topic)[:16]
_HERE = "電話・来所を受けた窓口"
_NEXT = "次にすること："


class KeyNeeded(NotAllowed):
    """この画面は古くなっています。「電話・来所を記録」を開き直してください。まだ記録していません。"""


@dataclass(frozen=True)
class Told:
    """What was filled in about somebody who telephoned or came by."""

    means: Means
    words: str
    name: str = ""
    phone: str = ""
    topics: Sequence[Topic] = ()
    crisis: Crisis | None = None
    next_step: str = ""
    mine: bool = True  # who writes it down takes the case


def open_new(session: Session, told: Told, *, key: uuid.UUID, actor: Actor, now: datetime) -> Case:
    """Open a case for somebody we do not know; the same form twice is the same case."""
    if not told.words.strip():
        raise spoken.NothingSaid(spoken.NothingSaid.__doc__)
    contact = _come(session, key, actor, now)
    if contact is None:
        known = cases.latest_of(session, key)
        if known is None:
            raise KeyNeeded(KeyNeeded.__doc__)
        return known
    contacts.name_person(session, contact, told.name.strip()[:40])
    contacts.keep_phone(session, contact, told.phone)
    crises = [told.crisis.value] if told.crisis else []
    topics = [topic.value for topic in told.topics]
    route = _route(session, told, crises, topics, actor)
    case = cases.open_case(
        session, NoPoint(contact.custodian, contact.id), ground=Ground.LIFE_BODY if crises else Ground.REQUEST,
        route="urgent" if crises else "handoff", now=now, desk=route.desk, routing_reason=route.reason,
        routing_rule_id=route.rule_id, consent=Consent.UNCONFIRMED, crisis=crises[0] if crises else None, crises=crises,
        reasons=["person_requested"], topics=topics, complaint=told.words.strip()[: spoken.LONGEST], walled=route.walled,
    )  # fmt: skip
    journal.record(
        session, "case.written_down", municipality=case.custodian, subject_kind="case", subject_id=case.id,
        staff_id=actor.staff_id, now=now, detail=told.means.value,
    )  # fmt: skip
    _write(session, case, told, actor, now, verbatim=True)
    if not told.mine:
        case.waiting_since = now  # spoken with, but nobody has taken it on yet
        if told.crisis is not None:
            alarms.begin(session, case, told.crisis.value, now=now)
    session.flush()
    return case


def add(session: Session, case: Case, told: Told, *, key: str, actor: Actor, now: datetime) -> None:
    """Add a call or visit to the case of somebody we know."""
    contact = session.scalars(select(Contact).where(Contact.id == case.contact_id)).one()
    if told.name.strip() and not contacts.called(session, contact):
        contacts.name_person(session, contact, told.name.strip()[:40])
    if contacts.figures(told.phone) and not contacts.phone(session, contact):
        contacts.keep_phone(session, contact, told.phone)
    if case.state == CaseState.CLOSED:
        cases.reopen(session, case, now=now)
    known = [*case.topics, *(topic.value for topic in told.topics)]
    case.topics = list(dict.fromkeys(known))
    _write(session, case, told, actor, now, key=key)


def _write(
    session: Session, case: Case, told: Told, actor: Actor, now: datetime, *, verbatim: bool = False, key: str = ""
) -> None:
    waited = case.waiting_since
    manner = Manner.OUT if told.means is Means.WENT else Manner.IN
    if spoken.note_down(
        session, case, told.words, means=told.means, manner=manner, actor=actor, now=now, key=key, verbatim=verbatim
    ) is None:
        return
    if told.next_step.strip():
        notes.write(session, case, f"{_NEXT}{told.next_step.strip()[:400]}", actor=actor, now=now)
    if told.mine and case.owner_id is None:
        moves.take(session, case, actor=actor, now=now)
    elif case.owner_id is None:
        case.waiting_since = waited or now


def _come(session: Session, key: uuid.UUID, actor: Actor, now: datetime) -> Contact | None:
    """Add the contact under the id the form came with; None when the form came before."""
    try:
        with session.begin_nested():
            return contacts.come(session, key, actor.home, now=now)
    except IntegrityError:
        return None


def _route(session: Session, told: Told, crises: Sequence[str], topics: Sequence[str], actor: Actor) -> Route:
    route = choose_desk(session, actor.home, crises=crises, reasons=["person_requested"], topics=topics)
    query = select(Desk).where(Desk.id.in_(actor.desks), Desk.municipality_code == actor.home, Desk.active)
    own = [desk for desk in session.scalars(query.order_by(Desk.name)) if staffed(session, desk)]
    if not told.mine or route.walled or not own or (route.desk is not None and route.desk.id in actor.desks):
        return route
    return Route(own[0], None, _HERE, walled=False)
