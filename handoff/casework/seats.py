"""The seats of a meeting: who may be asked to it, who promised secrecy, who left."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from handoff import cases, consent
from handoff.cases import Case
from handoff.casework import grounds
from handoff.casework.meeting_kinds import Kind
from handoff.casework.meeting_members import MeetingMember, lane_of
from handoff.history import RECIPIENTS
from handoff.states import Consent, NotAllowed
from resources.access import GRANTS, Actor, Permission, actor_for
from resources.db import new_id
from resources.places import Level, Municipality
from resources.sealing import reveal, seal
from resources.staff import DeskMembership, Staff, StaffRole

LONGEST: Final = 60
# Whom a record of consent names for people without an account.
OUTSIDE: Final = tuple(code for code in RECIPIENTS if code != consent.DESK)


class ConsentMissing(NotAllowed):
    """この会議で伝えるには、本人の同意が要ります。同意の記録がない相手がいるため、何も伝えていません。"""


class ConsentUnclear(NotAllowed):
    """だれに伝えてよいか、どう確かめたかの両方を選んでください。同意は、まだ記録していません。"""


class NoSuchMember(NotAllowed):
    """選んだ人は、この会議に呼べません（登録がないか、もう出席者に入っています）。何も変わっていません。"""


class OutsideUnclear(NotAllowed):
    """外部の人は、名前と所属（60文字まで）と、どこの人かの両方を入れてください。何も変わっていません。"""


class NeverShownToMore(NotAllowed):
    """専用窓口だけが見られる相談です。いま見られる人のほかは、会議に呼べません。何も伝えていません。"""


class ConvenerStays(NotAllowed):
    """招集した人は、出席者から外せません。何も変わっていません。"""


@dataclass(frozen=True)
class Seat:
    """Somebody to be asked: a member of staff, or a person outside and whom consent must name for them."""

    staff_id: uuid.UUID | None = None
    outside: str = ""
    recipient: str = ""


def candidates(session: Session, case: Case) -> list[Staff]:
    """Return who may be asked: people of the case's town, of its prefecture and of whoever serves it, by name."""
    town = session.get_one(Municipality, case.custodian)
    above = [code for code in (town.prefecture_code, town.served_by_code) if code]
    here = StaffRole.municipality_code == town.code
    # People of other places reach a town's rows through a desk of theirs that serves it.
    near = StaffRole.municipality_code.in_(above) & StaffRole.staff_id.in_(select(DeskMembership.staff_id))
    holds = select(StaffRole.staff_id).where(StaffRole.role.in_(GRANTS[Permission.CONSULT]), or_(here, near))
    found = session.scalars(select(Staff).where(Staff.id.in_(holds), Staff.active).order_by(Staff.display_name, Staff.id))
    return [one for one in found if not case.walled or _sees(session, case, actor_for(session, one))]


def check(
    session: Session, case: Case, kind: Kind, wanted: Sequence[Seat], *, means: str, actor: Actor, now: datetime
) -> list[Seat]:
    """Return the seats with the recipient consent must name for each; raises before anything is changed.

    With `means`, the person just said that these people may be told: that is recorded for whom it was lacking.
    """
    known = {one.id: one for one in candidates(session, case)}
    chosen = {one.staff_id for one in wanted if one.staff_id}
    if not chosen <= set(known):
        raise (NeverShownToMore(NeverShownToMore.__doc__) if case.walled else NoSuchMember(NoSuchMember.__doc__))
    seats = [_checked(session, case, one, known) for one in wanted]
    if means in consent.MEANS:
        for code in missing(session, case, kind, {seat.recipient for seat in seats}):
            allow(session, case, code, means, actor=actor, now=now)
    require(session, case, kind, {seat.recipient for seat in seats})
    return seats


def allow(session: Session, case: Case, recipient: str, means: str, *, actor: Actor, now: datetime) -> None:
    """Record that the person allows a recipient to be told in a meeting."""
    consent.give(
        session, case, Consent.GIVEN, recipient=recipient, scope=("meeting",), means=means, now=now, by=actor.staff_id
    )


def add(session: Session, case: Case, meeting_id: uuid.UUID, seat: Seat, *, actor: Actor, now: datetime) -> MeetingMember:
    """Give somebody who was checked a seat."""
    member = MeetingMember(
        id=new_id(), custodian=case.custodian, case_id=case.id, meeting_id=meeting_id, lane=lane_of(meeting_id),
        staff_id=seat.staff_id, recipient=seat.recipient, asked_by=actor.staff_id, asked_at=now,
    )  # fmt: skip
    if seat.outside:
        seal(session, member, "outside_sealed", seat.outside)
    session.add(member)
    return member


def ask(
    session: Session,
    case: Case,
    kind: Kind,
    meeting_id: uuid.UUID,
    seat: Seat,
    *,
    actor: Actor,
    now: datetime,
    means: str = "",
) -> MeetingMember:
    """Ask one more person to a meeting; `means` as in `check`."""
    if seat.staff_id and seat.staff_id in {member.staff_id for member in of_meeting(session, meeting_id)}:
        raise NoSuchMember(NoSuchMember.__doc__)
    checked = check(session, case, kind, [seat], means=means, actor=actor, now=now)[0]
    return add(session, case, meeting_id, checked, actor=actor, now=now)


def remove(session: Session, meeting_id: uuid.UUID, member_id: uuid.UUID, *, actor: Actor, now: datetime) -> None:
    """Take somebody out: from now on they read nothing of the meeting."""
    member = next((one for one in of_meeting(session, meeting_id) if one.id == member_id), None)
    if member is None:
        raise NoSuchMember(NoSuchMember.__doc__)
    if member.staff_id == actor.staff_id:
        raise ConvenerStays(ConvenerStays.__doc__)
    member.left_at = now


def of_meeting(session: Session, meeting_id: uuid.UUID) -> list[MeetingMember]:
    """Return who sits in a meeting now, in the order they were asked."""
    query = select(MeetingMember).where(MeetingMember.meeting_id == meeting_id, MeetingMember.left_at.is_(None))
    return list(session.scalars(query.order_by(MeetingMember.id)))


def outside(session: Session, member: MeetingMember) -> str:
    """Return the name and body of a member without an account."""
    return reveal(session, member, "outside_sealed") or ""


def missing(session: Session, case: Case, kind: Kind, recipients: Collection[str]) -> list[str]:
    """Return the recipients for whom a meeting of this kind lacks consent, as records of consent name them."""
    if not kind.needs_consent:
        return []
    named = [code for code in RECIPIENTS if code in recipients]
    return [code for code in named if consent.latest(session, case, code) is not Consent.GIVEN]


def require(session: Session, case: Case, kind: Kind, recipients: Collection[str]) -> None:
    """Pass when all these recipients may be told; raises ConsentMissing with those who may not."""
    lacking = missing(session, case, kind, recipients)
    if lacking:
        raise ConsentMissing(f"{ConsentMissing.__doc__}（同意の記録がない相手：{'、'.join(RECIPIENTS[one] for one in lacking)}）")
    for recipient in filter(None, recipients):
        grounds.require(session, case, recipient, kind.ground)


def _checked(session: Session, case: Case, seat: Seat, known: dict[uuid.UUID, Staff]) -> Seat:
    if seat.staff_id is None:
        name = " ".join(seat.outside.split())
        if not name or len(name) > LONGEST or seat.recipient not in OUTSIDE:
            raise OutsideUnclear(OutsideUnclear.__doc__)
        return Seat(outside=name, recipient=seat.recipient)
    person = actor_for(session, known[seat.staff_id])
    if _sees(session, case, person):
        return replace(seat, recipient="")
    if case.custodian not in person.custodians:
        raise NoSuchMember(NoSuchMember.__doc__)
    return replace(seat, recipient=_recipient(session, case, person))


def _sees(session: Session, case: Case, person: Actor) -> bool:
    return cases.find(session, person, case.id) is not None


def _recipient(session: Session, case: Case, person: Actor) -> str:
    towns = {town for town, _ in person.roles}
    if case.custodian in towns:
        return "town"
    above = select(Municipality.code).where(Municipality.code.in_(towns), Municipality.level == Level.PREFECTURE)
    return "prefecture" if session.scalars(above).first() else "other"
