"""What the other side answers: a named person accepts with the day of the first contact, or declines with a reason."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from handoff import contacts, picture
from handoff.casefile import REQUEST_READ, called
from handoff.cases import TROUBLED, Case, complaint, record, understood
from handoff.casework import limits, prefecture_requests, referral_tasks, referrals
from handoff.casework.referrals import Reason, Referral, ReferralState, Share
from handoff.casework.referring import end
from handoff.contacts import Contact
from handoff.moves import only_owner
from handoff.states import CaseState, NotAllowed
from resources import journal
from resources.access import Actor
from resources.dates import day_of, plain
from resources.desks import Desk
from resources.places import Municipality
from resources.sealing import seal

TO_COORDINATOR: Final = 2
PERSON: Final = 40
WORDS: Final = 300
_BOUNCED: Final = "bounced"
_ROUTED: Final = "つなぎの受け入れ"
_FARTHEST: Final = timedelta(days=60)


class NoFirstContact(NotAllowed):
    """最初の連絡をする日を、きょうから60日先までで入れてください。まだ返事は伝わっていません。"""


class NobodyNamed(NotAllowed):
    """引き受ける人の名前を、40文字までで書いてください。まだ返事は伝わっていません。"""


class NoReason(NotAllowed):
    """引き受けられない理由を選んでください。「その他」のときは、ひとこと書いてください。まだ返事は伝わっていません。"""


@dataclass(frozen=True)
class Told:
    """An offer as the other side reads it: what is asked, what was agreed to be told, and nothing else."""

    referral: Referral
    town: str
    desk: str
    desk_phone: str
    words: str
    shares: Mapping[str, str | list[str]]


def of_desks(session: Session, actor: Actor) -> list[Referral]:
    """Return the offers that wait for the answer of somebody's desks, the earliest day first."""
    query = (
        select(Referral, Case)
        .join(Case, (Case.id == Referral.case_id) & (Case.custodian == Referral.custodian))
        .where(Referral.desk_id.in_(tuple(actor.desks)), Referral.state == ReferralState.OFFERED)
    )
    found = session.execute(query.order_by(Referral.answer_by, Referral.id))
    return [referral for referral, case in found if referrals.tellable(session, referral, case)]


def waiting(session: Session, actor: Actor) -> int:
    """Return how many offers wait for somebody's desks."""
    query = (
        select(func.count())
        .select_from(Referral)
        .join(Case, (Case.id == Referral.case_id) & (Case.custodian == Referral.custodian))
        .join(Desk, Desk.id == Referral.desk_id)
        .where(
            Desk.id.in_(tuple(actor.desks)),
            Referral.state == ReferralState.OFFERED,
            Case.state == CaseState.REFERRED,
            or_(~Case.walled, Referral.walled, Desk.for_violence),
        )
    )
    return session.scalar(query) or 0


def find(
    session: Session, actor: Actor, referral_id: uuid.UUID, *, to_change: bool = False
) -> tuple[Referral, Case] | None:
    """Return an offer to somebody's desks with its case, or None: any other does not exist. `to_change` holds them."""
    query = select(Referral).where(Referral.id == referral_id, Referral.desk_id.in_(tuple(actor.desks)))
    referral = session.scalars(query).first()
    if referral is None:
        return None
    if to_change:
        return held(session, referral)
    case = session.scalars(select(Case).where(Case.id == referral.case_id)).one()
    return (referral, case) if referrals.tellable(session, referral, case) else None


def held(session: Session, referral: Referral) -> tuple[Referral, Case] | None:
    """Return an offer that waits for its answer, with its case held until this transaction ends; None for any other."""
    query = select(Case).where(Case.id == referral.case_id).with_for_update()
    case = session.scalars(query.execution_options(populate_existing=True)).one()
    session.refresh(referral)
    return (referral, case) if referrals.tellable(session, referral, case) else None


def told(session: Session, referral: Referral, case: Case) -> Told:
    """Return what the other side may read of a case."""
    contact = session.scalars(select(Contact).where(Contact.id == case.contact_id)).one()
    known: dict[Share, str | list[str]] = {
        Share.NAME: called(session, case),
        Share.PHONE: contacts.phone(session, contact),
        Share.COMPLAINT: complaint(session, case),
        Share.HOUSEHOLD: list(picture.read(understood(session, case)).members),
        Share.TOPICS: picture.topics(case.topics),
    }
    desk = session.get(Desk, referral.from_desk_id) if referral.from_desk_id else None
    town = session.get_one(Municipality, case.custodian)
    return Told(
        referral, town.name, desk.name if desk else "", (desk.phone if desk else "") or town.phone,
        referrals.words(session, referral),
        {share.label: known[share] for share in Share if share in referral.shares and known[share]},
    )  # fmt: skip


def note_reading(session: Session, referral: Referral, *, actor: Actor | None, now: datetime) -> None:
    """Write down that the other side read what was told; `actor` is None for who came by a link."""
    journal.record(
        session, REQUEST_READ, municipality=referral.custodian, subject_kind="case", subject_id=referral.case_id,
        staff_id=actor.staff_id if actor else None, now=now, detail="referral" if actor else "referral_link",
    )  # fmt: skip


def accept(session: Session, referral: Referral, case: Case, first_contact: date | None, *, actor: Actor, now: datetime) -> None:
    """Take on a case that was offered to one's desk: from now on it is this person's, at their desk."""
    first = _checked(first_contact, now)
    giver, desk_id = case.owner_id, case.desk_id
    # A case of violence stays where only the desks made for it, and its owner, see it.
    if not case.walled or referrals.for_violence(session, referral.desk_id):
        desk_id = referral.desk_id
    detail = {"from": str(giver), "to": str(actor.staff_id), "desk": str(referral.desk_id)}
    end(
        session, case, referral, ReferralState.ACCEPTED, "accept", now=now, staff_id=actor.staff_id, detail=detail,
        first_contact_on=first,
    )  # fmt: skip
    _receive(case, desk_id, actor=actor, now=now)
    journal.record(
        session, "case.accept", municipality=case.custodian, subject_kind="case", subject_id=case.id,
        staff_id=actor.staff_id, now=now, detail=str(referral.desk_id),
    )  # fmt: skip
    referral_tasks.for_owner(session, case, referral_tasks.CONTACT, referral, now=now, due_on=first)
    session.flush()


def accept_outside(
    session: Session,
    referral: Referral,
    case: Case,
    person: str,
    first_contact: date | None,
    *,
    actor: Actor | None,
    now: datetime,
) -> None:
    """Note that somebody of an agency outside takes it on; whoever has the case keeps it until they end it.

    `actor` is the owner who was told so, or None where the agency answered by its link.
    """
    if actor is not None:
        only_owner(case, actor)
    person = person.strip()
    if not person or len(person) > PERSON:
        raise NobodyNamed(NobodyNamed.__doc__)
    first = _checked(first_contact, now)
    end(
        session, case, referral, ReferralState.ACCEPTED, "accept", now=now, staff_id=actor.staff_id if actor else None,
        first_contact_on=first,
    )  # fmt: skip
    seal(session, referral, "person_sealed", person)
    referral_tasks.for_owner(session, case, referral_tasks.FIRST_CONTACT, referral, now=now, due_on=first)
    session.flush()


def decline(
    session: Session, referral: Referral, case: Case, reason: str, words: str, *, actor: Actor | None, now: datetime
) -> None:
    """Say no with a reason: the case is worked on by who has it; the second time, and when the town says so, others are asked."""
    words = words.strip()[:WORDS]
    if reason not in list(Reason) or (reason == Reason.OTHER and not words):
        raise NoReason(NoReason.__doc__)
    end(
        session, case, referral, ReferralState.DECLINED, "decline", now=now, staff_id=actor.staff_id if actor else None,
        detail={"reason": reason}, reason=reason,
    )  # fmt: skip
    seal(session, referral, "reason_sealed", words or None)
    times = sum(one.state == ReferralState.DECLINED for one in referrals.declined(session, case))
    if times == TO_COORDINATOR:
        _to_coordinator(session, case, referral, now=now)
    if times >= limits.of_town(session, case.custodian).declines_to_prefecture:
        prefecture_requests.ask(session, case, now=now)
    session.flush()


@dataclass(frozen=True)
class Accepted:
    """Who outside the desks accepted a case, and when they first meet or call the person."""

    by: str
    first_contact: date

    @property
    def sentence(self) -> str:
        """What the account of the end says, to be changed before it is kept."""
        return f"{self.by}が受け入れました（最初の連絡 {plain(self.first_contact)}）。"


def accepted_outside(session: Session, case: Case) -> Accepted | None:
    """Return what a case can end with that an agency outside accepted last, None when none did."""
    query = select(Referral).where(
        Referral.case_id == case.id, Referral.state == ReferralState.ACCEPTED, Referral.desk_id.is_(None)
    )
    last = session.scalars(query.order_by(Referral.id.desc()).limit(1)).first()
    if last is None or last.first_contact_on is None:
        return None
    return Accepted(f"{referrals.to_whom(session, last)}の{referrals.accepted_by(session, last)}さん", last.first_contact_on)


def _receive(case: Case, desk_id: uuid.UUID | None, *, actor: Actor, now: datetime) -> None:
    case.owner_id, case.desk_id, case.handed_by = actor.staff_id, desk_id, None
    case.routing_reason, case.routing_rule_id = _ROUTED, None
    case.present, case.present_seen_at = not actor.away, None if actor.away else now
    case.away_until = case.absence_told_at = case.closing_asked_by = case.outcome = None


def _to_coordinator(session: Session, case: Case, referral: Referral, *, now: datetime) -> None:
    case.reasons = list(dict.fromkeys((*case.reasons, _BOUNCED)))
    case.need = min(case.need, TROUBLED)
    record(session, case, _BOUNCED, now=now)
    referral_tasks.for_coordinator(session, case, referral, now=now)


def _checked(day: date | None, now: datetime) -> date:
    today = day_of(now)
    if day is None or not today <= day <= today + _FARTHEST:
        raise NoFirstContact(NoFirstContact.__doc__)
    return day
