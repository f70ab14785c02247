"""A case goes from one owner to a colleague or to another desk, with the reason, and never to where nobody sits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff import notes
from handoff.cases import Case, CaseEvent, record
from handoff.moves import NotYours
from handoff.presence import is_present
from handoff.states import CaseState, NotAllowed, after
from resources import journal
from resources.access import GRANTS, Actor, Permission
from resources.desks import Desk
from resources.places import Municipality
from resources.staff import DeskMembership, Role, Staff, StaffRole

LONGEST: Final = 400
_REASON: Final = "引き継ぎ"
# What changes who has a case: the newest of these tells a person who came too late what happened.
_CHANGES: Final = ("take", "return", "hand_over", "pass_on", "close", "reopen", "refer", "accept", "decline", "join")


class CannotReceive(NotAllowed):
    """その窓口・その人には渡せません。この相談を見てよい、職員のいる窓口だけに渡せます。何も変わっていません。"""


class ReasonNeeded(NotAllowed):
    """引き継ぐ理由を一文で書いてください。受け取る人が最初に読みます。まだ引き継いでいません。"""


class OwnerIsThere(NotAllowed):
    """担当者が在席しています。引き継ぎは担当者本人に頼んでください。何も変わっていません。"""


class MovedOn(NotAllowed):
    """この画面を開いたあとに、相談の担当が変わりました。あなたの操作では何も変わっていません。"""


@dataclass(frozen=True)
class Receiver:
    """A desk that may receive a case, with the people there."""

    desk: Desk
    people: list[Staff]
    here: bool  # the case is at this desk already


def receivers(session: Session, case: Case, *, walled: bool | None = None) -> list[Receiver]:
    """Return the desks that may see a case and where somebody works, with those people but not the owner.

    `walled` says otherwise than the case whether only the desks made for violence are meant.
    """
    found = []
    for desk in _desks(session, case, case.walled if walled is None else walled):
        people = _people(session, desk)
        others = [person for person in people if person.id != case.owner_id]
        if people and (others or desk.id != case.desk_id):
            found.append(Receiver(desk, others, desk.id == case.desk_id))
    return found


def may_hand_over(case: Case, actor: Actor, *, now: datetime) -> bool:
    """Whether somebody may hand a case over: its owner, or who oversees the town while the owner is absent."""
    if case.state != CaseState.TAKEN or case.owner_id is None:
        return False
    return case.owner_id == actor.staff_id or (_oversees(case, actor) and not is_present(case, now=now))


def hand_over(
    session: Session,
    case: Case,
    reason: str,
    *,
    desk_id: uuid.UUID,
    to: uuid.UUID | None,
    seen: int,
    actor: Actor,
    now: datetime,
) -> Case:
    """Give a case to a desk, or to one person there; the sentence that says why stays as a note.

    `seen` is the version of the case on the giver's screen: who comes too late is refused and changes nothing.
    """
    if case.version != seen:
        raise MovedOn(MovedOn.__doc__)
    _allowed(case, actor, now)
    if not reason.strip():
        raise ReasonNeeded(ReasonNeeded.__doc__)
    at = next((one for one in receivers(session, case) if one.desk.id == desk_id), None)
    person = next((one for one in at.people if one.id == to), None) if at else None
    if at is None or (person is None and (to is not None or at.here)):
        raise CannotReceive(CannotReceive.__doc__)
    move, giver = "hand_over" if person else "pass_on", case.owner_id
    there = person is not None and not person.away
    moved = session.execute(
        update(Case)
        .where(Case.id == case.id, Case.version == seen, Case.owner_id == giver)
        .values(
            state=after(CaseState(case.state), move), owner_id=to, desk_id=desk_id, handed_by=actor.staff_id,
            routing_reason=case.routing_reason if at.here else _REASON,
            routing_rule_id=case.routing_rule_id if at.here else None,
            # The receiver has a while to open it before the machine counts them as away.
            present=there, present_seen_at=now if there else None, away_until=None, absence_told_at=None,
            waiting_since=case.waiting_since if person else case.waiting_since or now,
            closing_asked_by=None, outcome=None, version=Case.version + 1,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    session.refresh(case)
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise MovedOn(MovedOn.__doc__)
    detail = {"desk": str(desk_id), "from": str(giver)} | ({"to": str(to)} if to else {})
    record(session, case, move, now=now, staff_id=actor.staff_id, detail=detail)
    notes.write(session, case, reason.strip()[:LONGEST], actor=actor, now=now)
    journal.record(
        session, f"case.{move}", municipality=case.custodian, subject_kind="case", subject_id=case.id,
        staff_id=actor.staff_id, now=now, detail=str(to or desk_id),
    )  # fmt: skip
    return case


def opened(case: Case, actor: Actor) -> None:
    """Take the mark of a hand-over away once the receiver has opened the case."""
    received = case.owner_id == actor.staff_id if case.owner_id else case.desk_id in actor.desks
    if case.handed_by not in (None, actor.staff_id) and received:
        case.handed_by = None


def last_change(session: Session, case: Case) -> CaseEvent | None:
    """Return what last changed who has a case."""
    query = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.move.in_(_CHANGES))
    return session.scalars(query.order_by(CaseEvent.id.desc()).limit(1)).first()


def _allowed(case: Case, actor: Actor, now: datetime) -> None:
    if case.owner_id == actor.staff_id:
        return
    if not _oversees(case, actor):
        raise NotYours(NotYours.__doc__)
    if is_present(case, now=now):
        raise OwnerIsThere(OwnerIsThere.__doc__)


def _oversees(case: Case, actor: Actor) -> bool:
    return case.custodian in actor.towns_as(Role.SUPERVISOR, Role.COORDINATOR)


def _desks(session: Session, case: Case, walled: bool) -> list[Desk]:
    town = session.get_one(Municipality, case.custodian)
    codes = [code for code in (town.code, town.served_by_code, town.prefecture_code) if code]
    query = select(Desk).where(Desk.municipality_code.in_(codes), Desk.active)
    if walled:
        query = query.where(Desk.for_violence)
    found = session.scalars(query.order_by(Desk.name, Desk.id))
    return sorted(found, key=lambda desk: codes.index(desk.municipality_code))


def _people(session: Session, desk: Desk) -> list[Staff]:
    may = select(StaffRole.staff_id).where(StaffRole.role.in_(GRANTS[Permission.CONSULT]))
    query = (
        select(Staff)
        .join(DeskMembership, DeskMembership.staff_id == Staff.id)
        .where(DeskMembership.desk_id == desk.id, Staff.active, Staff.id.in_(may))
    )
    return list(session.scalars(query.order_by(Staff.display_name, Staff.id)))
