"""A case: one person's matter that stays with us until it ends well, and exactly one owner at a time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Computed,
    Index,
    Integer,
    LargeBinary,
    Select,
    String,
    Uuid,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.casework import membership
from handoff.contacts import ContactPoint, NoPoint
from handoff.receipts import next_receipt
from handoff.same_person import everybody
from handoff.states import CaseState, Consent, Ground, NotAllowed, Outcome, after
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.desks import Desk
from resources.places import Municipality
from resources.sealing import reveal, seal
from resources.staff import DeskMembership, Role, Staff

# How deep the need is, for the order of the queue; a lower figure stands above.
DANGER, TODAY, TROUBLED, ASKING = 0, 1, 2, 3
LAST = "9999-01-01 00:00:00.000000"
_TODAY = frozenset({"immediate_need"})
_TROUBLED = frozenset({"complex", "gap", "bounced", "apply_intent", "third_party", "wide_area"})


class NoChannel(NotAllowed):
    """この相談には、チャットの宛先がありません。電話や訪問で話し、記録に残してください。"""


class Case(Held, Base):
    """One matter of one contact."""

    __tablename__ = "consultation_case"
    __table_args__ = held_args(
        Index("ix_consultation_case_receipt", "custodian", "receipt", unique=True),
        Index("ix_consultation_case_state", "state", "desk_id"),
        Index("ix_consultation_case_need", "need", "waiting_since"),
        Index("ix_consultation_case_owner", "custodian", "owner_id", "desk_id"),
        Index(
            "ix_consultation_case_turn", "custodian", "need", "stands_at", "id",
            sqlite_where=text("state <> 'closed'"), postgresql_where=text("state <> 'closed'"),
        ),
        contact_id="contact",
        point_id="contact_point",
    )  # fmt: skip

    contact_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    # Where the person is answered; a case that came by telephone or visit may have no such place.
    point_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    receipt: Mapped[str] = mapped_column(String(20))
    state: Mapped[CaseState] = mapped_column(String(12), default=CaseState.WAITING)
    ground: Mapped[Ground] = mapped_column(String(16))
    consent: Mapped[Consent] = mapped_column(String(12), default=Consent.UNCONFIRMED)
    route: Mapped[str] = mapped_column(String(12))
    need: Mapped[int] = mapped_column(Integer(), default=ASKING)
    crisis: Mapped[str | None] = mapped_column(String(24))
    crises: Mapped[list[str]] = mapped_column(JSON(), default=list)
    reasons: Mapped[list[str]] = mapped_column(JSON(), default=list)
    topics: Mapped[list[str]] = mapped_column(JSON(), default=list)
    # The resident's own sentence and what was understood (household, words that led to it), for the desk to correct.
    complaint_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    understood_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    # Walled off: only desks made for violence see it, and an owner the person was talking with (handoff.walls).
    walled: Mapped[bool] = mapped_column(default=False)
    desk_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), index=True)
    proposed_desk: Mapped[str | None] = mapped_column(String(12))  # municipal or prefecture, as understood
    routing_rule_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    routing_reason: Mapped[str] = mapped_column(String(200), default="")
    owner_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    earlier_owner_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # whose it was when it ended, until it is taken
    handed_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # who handed it over, until the receiver has opened it
    # A person is in the conversation: the bot is silent. Owner and present are two things.
    present: Mapped[bool] = mapped_column(default=False)
    present_seen_at: Mapped[datetime | None] = mapped_column()
    away_until: Mapped[datetime | None] = mapped_column()  # when the owner said to be back
    absence_told_at: Mapped[datetime | None] = mapped_column()
    opened_at: Mapped[datetime] = mapped_column()
    waiting_since: Mapped[datetime | None] = mapped_column()  # the first message nobody has answered
    # The same for the order of the queue, where what was answered stands last.
    stands_at: Mapped[datetime | None] = mapped_column(
        Computed(f"coalesce(waiting_since, '{LAST}')", persisted=True), deferred=True
    )
    taken_at: Mapped[datetime | None] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column()
    outcome: Mapped[Outcome | None] = mapped_column(String(24))
    closing_asked_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # the first of two persons
    version: Mapped[int] = mapped_column(Integer(), default=1)


class CaseEvent(Held, Base):
    """One thing that happened to a case; codes only, never words."""

    __tablename__ = "case_event"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    at: Mapped[datetime] = mapped_column()
    move: Mapped[str] = mapped_column(String(32))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    detail: Mapped[dict[str, Any]] = mapped_column(JSON(), default=dict)


@lru_cache(maxsize=256)
def visible_to(actor: Actor) -> Select[Case]:
    """Return the one query every list of cases begins with: what this person's desks and role may see.

    A walled case is seen at the desk made for violence that has it, or by all such desks while it has none, by its owner,
    and on its team by whoever was let in by name. Where nobody sits at such a desk it is seen by those who oversee the
    town: nothing waits before nobody's eyes. A case without a desk waits before everybody's.
    """
    desks, for_violence = tuple(actor.desks), tuple(actor.violence_desks)
    overseen = tuple(actor.towns_as(Role.SUPERVISOR, Role.COORDINATOR))
    open_to_me = or_(
        Case.desk_id.in_(desks), Case.owner_id == actor.staff_id, Case.id.in_(membership.seen_by(actor)),
        Case.custodian.in_(overseen), and_(Case.desk_id.is_(None), true() if desks else false()),
    )  # fmt: skip
    walled_to_me = or_(
        Case.desk_id.in_(for_violence),
        Case.owner_id == actor.staff_id,
        Case.id.in_(membership.let_in(actor)),
        and_(Case.desk_id.is_(None), true() if for_violence else false()),
        and_(Case.custodian.in_(overseen), ~_attended()) if overseen else false(),
    )
    return select(Case).where(
        Case.custodian.in_(tuple(actor.custodians)),
        or_(and_(~Case.walled, open_to_me), and_(Case.walled, walled_to_me)),
    )


def find(session: Session, actor: Actor, case_id: uuid.UUID, *, to_change: bool = False) -> Case | None:
    """Return a case this person may see, or None: another town's case does not exist. `to_change` holds it."""
    query = visible_to(actor).where(Case.id == case_id)
    return session.scalars(query.with_for_update() if to_change else query).first()


def open_case(
    session: Session,
    point: ContactPoint | NoPoint,
    *,
    ground: Ground,
    route: str,
    now: datetime,
    desk: Desk | None,
    routing_reason: str,
    routing_rule_id: uuid.UUID | None = None,
    consent: Consent = Consent.UNCONFIRMED,
    crisis: str | None = None,
    crises: Sequence[str] = (),
    reasons: Sequence[str] = (),
    topics: Sequence[str] = (),
    complaint: str = "",
    understood: str = "",
    proposed_desk: str | None = None,
    walled: bool = False,
) -> Case:
    """Open a case, or add what is new to the contact's open one; it is in the database before the resident is told."""
    case = open_of(session, point.contact_id)
    if case is None:
        case = Case(
            id=new_id(), custodian=point.custodian, contact_id=point.contact_id, point_id=point.id,
            receipt=next_receipt(session, point.custodian, now=now), ground=ground, route=route, opened_at=now, crises=[],
            reasons=[], topics=[], walled=walled,
        )  # fmt: skip
        session.add(case)
        session.flush()
        record(session, case, "open", now=now, detail={"ground": ground, "route": route})
    elif desk is not None and case.desk_id != desk.id and case.owner_id is None:
        record(session, case, "reroute", now=now, detail={"desk": str(desk.id)})
    if case.desk_id is None or (case.owner_id is None and desk is not None):
        case.desk_id = desk.id if desk else None
        case.routing_reason, case.routing_rule_id = routing_reason, routing_rule_id
    if crisis and case.crisis != crisis:
        record(session, case, "crisis", now=now, detail={"crisis": crisis})
        case.crisis, case.route, case.ground = crisis, route, ground
    if consent is not Consent.UNCONFIRMED:
        case.consent = consent
    case.crises = _merged(case.crises, crises)
    case.reasons = _merged(case.reasons, reasons)
    case.topics = _merged(case.topics, topics)
    case.need = _need(case)
    case.proposed_desk = proposed_desk or case.proposed_desk
    case.point_id = point.id or case.point_id
    case.waiting_since = case.waiting_since or now
    if complaint and case.complaint_sealed is None:
        seal(session, case, "complaint_sealed", complaint)
    if understood:
        seal(session, case, "understood_sealed", understood)
    session.flush()
    return case


def reopen(session: Session, case: Case, *, now: datetime) -> Case:
    """Put a closed case back into the queue because the resident wrote again."""
    case.state = after(CaseState(case.state), "reopen")
    case.earlier_owner_id, case.owner_id, case.outcome, case.closed_at, case.closing_asked_by = case.owner_id, *[None] * 4
    case.waiting_since = now
    record(session, case, "reopen", now=now)
    return case


def heard(case: Case, *, now: datetime) -> None:
    """Start the waiting clock at the first message nobody has answered."""
    case.waiting_since = case.waiting_since or now
    # Somebody who writes has not been lost, whatever a colleague was asked to confirm.
    case.closing_asked_by = None


def answered(case: Case, *, now: datetime) -> None:
    """Stop the waiting clock: a person replied."""
    case.waiting_since, case.present, case.present_seen_at = None, True, now
    case.away_until = case.absence_told_at = None


def open_of(session: Session, contact_id: uuid.UUID) -> Case | None:
    """Return the contact's case that is not closed, whichever of their conversations it began in."""
    query = select(Case).where(Case.contact_id.in_(everybody(session, contact_id)), Case.state != CaseState.CLOSED)
    return session.scalars(query.order_by(Case.id.desc()).limit(1)).first()


def latest_of(session: Session, contact_id: uuid.UUID) -> Case | None:
    """Return the contact's newest case, closed or not; an open one comes first, a duplicate last."""
    mine = Case.contact_id.in_(everybody(session, contact_id))
    last = (Case.state == CaseState.CLOSED, func.coalesce(Case.outcome, "") == Outcome.DUPLICATE, Case.id.desc())
    return session.scalars(select(Case).where(mine).order_by(*last).limit(1)).first()


def point_of(session: Session, case: Case) -> ContactPoint:
    """Return where the person of a case is answered; raises NoChannel where they only came by telephone or on foot."""
    if case.point_id is None:
        raise NoChannel(NoChannel.__doc__)
    return session.get_one(ContactPoint, case.point_id)


def complaint(session: Session, case: Case) -> str:
    """Return the resident's own sentence."""
    return reveal(session, case, "complaint_sealed") or ""


def understood(session: Session, case: Case) -> str:
    """Return what was understood when the case was opened, as JSON."""
    return reveal(session, case, "understood_sealed") or "{}"


def record(
    session: Session, case: Case, move: str, *, now: datetime, staff_id: uuid.UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Add one event to the history of a case."""
    event = CaseEvent(custodian=case.custodian, case_id=case.id, at=now, move=move, staff_id=staff_id, detail=detail or {})
    session.add(event)


def _attended() -> ColumnElement[bool]:
    """Whether somebody sits at the desk made for violence that has a case, or at one that answers for its town."""
    # It looks at all people, also inside a query that names a person of its own (the owner of the case).
    near = Desk.municipality_code.in_((Municipality.code, Municipality.served_by_code, Municipality.prefecture_code))
    sits = and_(DeskMembership.desk_id == Desk.id, Staff.id == DeskMembership.staff_id, Staff.active)
    return exists().where(
        sits, Desk.for_violence, Desk.active, Municipality.code == Case.custodian,
        or_(Desk.id == Case.desk_id, and_(Case.desk_id.is_(None), near)),
    ).correlate(Case)  # fmt: skip


def _need(case: Case) -> int:
    if case.crisis:
        return DANGER
    if _TODAY & set(case.reasons):
        return TODAY
    return TROUBLED if _TROUBLED & set(case.reasons) else ASKING


def _merged(known: Sequence[str], new: Sequence[str]) -> list[str]:
    return list(dict.fromkeys((*known, *new)))
