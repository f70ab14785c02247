"""Two conversations of one person become one: read together, answered where they wrote last, and separable again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import cases, contacts, conversation, finding
from handoff.accounts import Account, Platform
from handoff.cases import Case, record, visible_to
from handoff.casework import carrying, endings
from handoff.casework.endings import Details
from handoff.contacts import Contact, ContactPoint
from handoff.conversation import Line
from handoff.finding import Wanted
from handoff.moves import only_owner
from handoff.rows import Row
from handoff.same_person import SamePerson, everybody, person_of
from handoff.states import CaseState, NotAllowed, Outcome, after
from handoff.transcript import Author, Message
from resources import journal
from resources.access import Actor
from resources.db import new_id

_LAST = 6
SPOKEN = "電話・来所"


class CannotJoin(NotAllowed):
    """この二つはまとめられません。同じ町の、あなたが両方見られる、同じ扱いの相談だけをまとめられます。何も変わっていません。"""


class TakenElsewhere(NotAllowed):
    """もう一方の相談は、ほかの担当者が受けています。先に引き継いでもらってください。何も変わっていません。"""


class NotJoined(NotAllowed):
    """この会話は、もう分けられています。何も変わっていません。"""


@dataclass(frozen=True)
class Side:
    """One of two conversations as they are shown side by side before they are put together."""

    case: Case
    name: str
    channels: list[str]
    lines: list[Line]

    @property
    def state(self) -> str:
        """Where the case stands, in words."""
        return CaseState(self.case.state).label


@dataclass(frozen=True)
class Joined:
    """A conversation that was put together with this one."""

    contact_id: uuid.UUID
    channels: list[str]
    receipt: str  # of the case that ended as a duplicate, empty when there was none
    who: str
    at: datetime


@dataclass(frozen=True)
class Way:
    """A place where the person can be answered."""

    point_id: uuid.UUID
    platform: str
    reachable: bool


def candidates(session: Session, case: Case, words: str, *, actor: Actor, now: datetime) -> list[Row]:
    """Return the cases found by receipt or name that may be of the same person."""
    own = set(everybody(session, case.contact_id))
    found = finding.find(session, actor, Wanted(words=words.strip()), now=now) if words.strip() else []
    return [row for row in found if row.case.contact_id not in own and row.case.custodian == case.custodian]


def side(session: Session, case: Case) -> Side:
    """Return one conversation for comparing: its name, where it is held, and what was said last."""
    contact = session.scalars(select(Contact).where(Contact.id == case.contact_id)).one()
    people = everybody(session, case.contact_id)
    lines = [line for line in conversation.lines(session, case, limit=20) if line.side is not Author.SYSTEM]
    return Side(case, contacts.called(session, contact), _channels(session, people), lines[-_LAST:])


def join(session: Session, case: Case, other: Case, *, actor: Actor, now: datetime) -> None:
    """Read another conversation under this case from now on; its own open case ends as a duplicate of this one."""
    only_owner(case, actor)
    mine, theirs = everybody(session, case.contact_id), everybody(session, other.contact_id)
    if set(mine) & set(theirs) or not _alike(session, case, [*mine, *theirs], actor):
        raise CannotJoin(CannotJoin.__doc__)
    second = cases.open_of(session, other.contact_id)
    if second is not None and second.owner_id not in (None, actor.staff_id):
        raise TakenElsewhere(TakenElsewhere.__doc__)
    for link in session.scalars(select(SamePerson).where(SamePerson.person_id == theirs[0])):
        link.person_id = mine[0]
    session.add(
        SamePerson(
            id=new_id(), custodian=case.custodian, contact_id=theirs[0], person_id=mine[0],
            closed_case_id=second.id if second else None, staff_id=actor.staff_id, made_at=now,
        )
    )  # fmt: skip
    if second is not None:
        _end(session, second, case, actor, now)
        _take_over(case, second)
        carrying.carry(session, second, case)
    _written(session, case, "linked", theirs[0], actor, now)


def part(session: Session, case: Case, contact_id: uuid.UUID, *, actor: Actor, now: datetime) -> None:
    """Separate two conversations again; a case that had ended as a duplicate waits again."""
    only_owner(case, actor)
    query = select(SamePerson).where(
        SamePerson.contact_id == contact_id, SamePerson.person_id == person_of(session, case.contact_id)
    )
    link = session.scalars(query.with_for_update()).first()
    if link is None:
        raise NotJoined(NotJoined.__doc__)
    second = session.scalars(select(Case).where(Case.id == link.closed_case_id)).first() if link.closed_case_id else None
    session.delete(link)
    session.flush()
    if second is not None and second.state == CaseState.CLOSED and second.outcome == Outcome.DUPLICATE:
        cases.reopen(session, second, now=now)
    left = everybody(session, case.contact_id)
    here = select(ContactPoint.id).where(ContactPoint.contact_id.in_(left)).order_by(ContactPoint.id)
    known = list(session.scalars(here))
    if case.point_id not in known:
        case.point_id = known[0] if known else None
    _written(session, case, "unlinked", contact_id, actor, now)


def joined(session: Session, case: Case) -> list[Joined]:
    """Return the conversations put together with that of a case."""
    if len(everybody(session, case.contact_id)) == 1:
        return []
    query = select(SamePerson).where(SamePerson.person_id == person_of(session, case.contact_id)).order_by(SamePerson.id)
    links = list(session.scalars(query))
    names = conversation.staff_names(session, {link.staff_id for link in links})
    closed = select(Case.id, Case.receipt).where(Case.id.in_([link.closed_case_id for link in links if link.closed_case_id]))
    receipts = dict(iter(session.execute(closed)))
    return [
        Joined(
            link.contact_id, _channels(session, [link.contact_id]),
            receipts.get(link.closed_case_id, "") if link.closed_case_id else "", names.get(link.staff_id, ""), link.made_at,
        )
        for link in links
    ]  # fmt: skip


def ways(session: Session, case: Case) -> list[Way]:
    """Return where the person can be answered, the place they wrote from last first."""
    people = everybody(session, case.contact_id)
    last = _last_written(session, people) if len(people) > 1 else None
    found = conversation.places(session, case)
    ordered = sorted(found, key=lambda row: (row[0].id == last, row[0].id == case.point_id), reverse=True)
    return [Way(point.id, Platform(account.platform).label, point.reachable) for point, account in ordered]


def _last_written(session: Session, people: list[uuid.UUID]) -> uuid.UUID | None:
    said = (Message.contact_id.in_(people), Message.author == Author.RESIDENT, Message.point_id.is_not(None))
    return session.scalars(select(Message.point_id).where(*said).order_by(Message.id.desc()).limit(1)).first()


def _alike(session: Session, case: Case, people: list[uuid.UUID], actor: Actor) -> bool:
    # All their cases, ended ones too: what one of them hides from somebody must not be read through the other.
    every = select(Case.id, Case.walled, Case.custodian).where(Case.contact_id.in_(people))
    known = session.execute(every).all()
    seen = set(session.scalars(visible_to(actor).where(Case.contact_id.in_(people)).with_only_columns(Case.id)))
    alike = all(walled == case.walled and town == case.custodian for _, walled, town in known)
    return alike and {key for key, _, _ in known} <= seen


def _end(session: Session, second: Case, case: Case, actor: Actor, now: datetime) -> None:
    second.state, second.version = after(CaseState(second.state), "join"), second.version + 1
    second.outcome, second.closed_at, second.present = Outcome.DUPLICATE, now, False
    second.closing_asked_by = second.away_until = second.absence_told_at = None
    endings.write_down(session, second, Outcome.DUPLICATE, Details(same_as=case.receipt), by=actor.staff_id, now=now)
    record(session, second, "join", now=now, staff_id=actor.staff_id, detail={"into": str(case.id)})


def _take_over(case: Case, second: Case) -> None:
    since = [one for one in (case.waiting_since, second.waiting_since) if one is not None]
    case.waiting_since, second.waiting_since = min(since, default=None), None
    case.need = min(case.need, second.need)
    case.crisis = case.crisis or second.crisis
    case.crises = list(dict.fromkeys((*case.crises, *second.crises)))
    case.reasons = list(dict.fromkeys((*case.reasons, *second.reasons)))
    case.topics = list(dict.fromkeys((*case.topics, *second.topics)))
    case.point_id = case.point_id or second.point_id


def _channels(session: Session, people: list[uuid.UUID]) -> list[str]:
    query = select(Account.platform).join(ContactPoint, ContactPoint.account_id == Account.id)
    found = session.scalars(query.where(ContactPoint.contact_id.in_(people)).order_by(ContactPoint.id))
    return list(dict.fromkeys(Platform(one).label for one in found)) or [SPOKEN]


def _written(session: Session, case: Case, move: str, contact_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    record(session, case, move, now=now, staff_id=actor.staff_id, detail={"contact": str(contact_id)})
    journal.record(
        session, f"case.{move}", municipality=case.custodian, subject_kind="case", subject_id=case.id,
        staff_id=actor.staff_id, now=now, detail=str(contact_id),
    )  # fmt: skip
    session.flush()
