"""Residents and volunteers who help: they get no account, and are told just what they need to know."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import JSON, LargeBinary, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import consent, contacts
from handoff.casefile import called
from handoff.cases import Case, complaint, record
from handoff.contacts import Contact
from handoff.help_requests import COMMISSIONER, Share
from handoff.moves import only_owner
from handoff.states import CaseState, Consent, NotAllowed
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.desks import Desk
from resources.sealing import reveal, seal

LONGEST: Final = 500
LONGEST_NAME: Final = 80
OTHER: Final = "other"
# Who may be asked so, by the recipient a record of consent names.
RECIPIENTS: Final = {OTHER: "住民・ボランティア", COMMISSIONER: "民生委員"}


class NeverForViolence(NotAllowed):
    """専用窓口の相談は、住民やボランティアに手伝いを頼めません。何も残していません。"""


class ConsentNeeded(NotAllowed):
    """その人に伝えることへの本人の同意が、まだ記録されていません。同意を確かめてから頼んでください。まだ何も残していません。"""


class NobodyNamed(NotAllowed):
    """手伝う人の名前（80文字まで）と、頼むこと（500文字まで）を書いてください。まだ何も残していません。"""


class NoSuchHelper(NotAllowed):
    """その手伝いは、もう終わったか、見られなくなっています。何も変わっていません。"""


class Helper(Held, Base):
    """One person from the neighbourhood who helps on one case."""

    __tablename__ = "case_helper"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    way_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())  # how they are reached
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    recipient: Mapped[str] = mapped_column(String(40))
    shares: Mapped[list[str]] = mapped_column(JSON(), default=list)
    asked_at: Mapped[datetime] = mapped_column()
    asked_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    ended_at: Mapped[datetime | None] = mapped_column()
    ended_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())


@dataclass(frozen=True)
class Asked:
    """A helper as the desk reads them."""

    helper: Helper
    name: str
    way: str
    words: str

    @property
    def who(self) -> str:
        """As whom they help."""
        return RECIPIENTS[self.helper.recipient]

    @property
    def told(self) -> list[str]:
        """What of the case they may know."""
        return [Share(one).label for one in self.helper.shares]


@dataclass(frozen=True)
class Paper:
    """What is given to a helper, and nothing else."""

    asked: Asked
    agreed: bool  # whether the person still allows it
    name: str
    phone: str
    complaint: str
    desk: Desk | None


def agreed(session: Session, case: Case, recipient: str) -> bool:
    """Whether the person allows that such helpers hear of the case."""
    return consent.latest(session, case, recipient) is Consent.GIVEN


def ask(
    session: Session,
    case: Case,
    name: str,
    words: str,
    *,
    way: str,
    shares: Sequence[Share],
    recipient: str,
    means: str,
    actor: Actor,
    now: datetime,
) -> Helper:
    """Write down whom the desk asks to help; `means` records a consent given just now."""
    only_owner(case, actor)
    name, words, way = name.strip(), words.strip(), way.strip()[:LONGEST_NAME]
    if case.walled:
        raise NeverForViolence(NeverForViolence.__doc__)
    if case.state == CaseState.CLOSED:
        raise NotAllowed(NotAllowed.__doc__)
    if not name or not words or len(name) > LONGEST_NAME or len(words) > LONGEST:
        raise NobodyNamed(NobodyNamed.__doc__)
    if recipient not in RECIPIENTS or not (means in consent.MEANS or agreed(session, case, recipient)):
        raise ConsentNeeded(ConsentNeeded.__doc__)
    if means in consent.MEANS:
        consent.give(
            session, case, Consent.GIVEN, recipient=recipient, scope=("help",), means=means, now=now, by=actor.staff_id
        )
    helper = Helper(
        id=new_id(), custodian=case.custodian, case_id=case.id, recipient=recipient, shares=[one.value for one in shares],
        asked_at=now, asked_by=actor.staff_id,
    )  # fmt: skip
    seal(session, helper, "name_sealed", name)
    seal(session, helper, "words_sealed", words)
    if way:
        seal(session, helper, "way_sealed", way)
    session.add(helper)
    record(session, case, "helper_asked", now=now, staff_id=actor.staff_id)
    session.flush()
    return helper


def end(session: Session, case: Case, helper_id: uuid.UUID, *, actor: Actor, now: datetime) -> None:
    """Say that somebody helps no longer."""
    only_owner(case, actor)
    query = select(Helper).where(Helper.id == helper_id, Helper.case_id == case.id, Helper.ended_at.is_(None))
    helper = session.scalars(query.with_for_update()).first()
    if helper is None:
        raise NoSuchHelper(NoSuchHelper.__doc__)
    helper.ended_at, helper.ended_by = now, actor.staff_id
    record(session, case, "helper_ended", now=now, staff_id=actor.staff_id)


def of_case(session: Session, case: Case) -> list[Asked]:
    """Return who helps on a case, those who still do first."""
    query = select(Helper).where(Helper.case_id == case.id).order_by(Helper.ended_at.is_not(None), Helper.id)
    return [_asked(session, helper) for helper in session.scalars(query)]


def paper(session: Session, case: Case, helper_id: uuid.UUID) -> Paper:
    """Return what one helper may know now; raises NoSuchHelper. What the person no longer allows is left out."""
    query = select(Helper).where(Helper.id == helper_id, Helper.case_id == case.id, Helper.ended_at.is_(None))
    helper = session.scalars(query).first()
    if helper is None or case.walled:
        raise NoSuchHelper(NoSuchHelper.__doc__)
    allowed = agreed(session, case, helper.recipient)
    told = set(helper.shares) if allowed else set()
    contact = session.scalars(select(Contact).where(Contact.id == case.contact_id)).one()
    return Paper(
        _asked(session, helper),
        allowed,
        called(session, case) if Share.NAME in told else "",
        contacts.phone(session, contact) if Share.PHONE in told else "",
        complaint(session, case) if Share.COMPLAINT in told else "",
        session.get(Desk, case.desk_id) if case.desk_id else None,
    )


def _asked(session: Session, helper: Helper) -> Asked:
    return Asked(
        helper, reveal(session, helper, "name_sealed") or "", reveal(session, helper, "way_sealed") or "",
        reveal(session, helper, "words_sealed") or "",
    )  # fmt: skip
