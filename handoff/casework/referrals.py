"""A case offered to another desk or agency: what is asked, what is told, and what became of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, Integer, LargeBinary, Select, String, Uuid, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import consent
from handoff.cases import Case
from handoff.casework import agency_kinds
from handoff.casework.grounds import LegalGround
from handoff.casework.limits import USUAL
from handoff.conversation import staff_names
from handoff.states import CaseState, Consent, NotAllowed
from resources.access import Actor
from resources.db import Base, Held, held_args
from resources.desks import Desk
from resources.sealing import reveal
from resources.staff import Staff

# Of what a person offered, so much stays on their list.
_LATELY: Final = timedelta(days=42)


class ReferralState(StrEnum):
    """Where an offer stands."""

    OFFERED = "offered"  # -> offered
    ACCEPTED = "accepted"  # offered -> accepted: by a named person, with the day of the first contact
    DECLINED = "declined"  # offered -> declined: with a reason
    WITHDRAWN = "withdrawn"  # offered -> withdrawn: by the owner, or because it may not be told any more
    EXPIRED = "expired"  # offered -> expired: nobody answered

    @property
    def label(self) -> str:
        """The state as staff read it."""
        return _STATES[self]


class Share(StrEnum):
    """What of a case the other side is told beside what is asked."""

    NAME = "name"
    PHONE = "phone"
    COMPLAINT = "complaint"
    HOUSEHOLD = "household"
    TOPICS = "topics"

    @property
    def label(self) -> str:
        """The share as staff read it."""
        return _SHARES[self]


class Reason(StrEnum):
    """Why an offer was declined."""

    FULL = "full"
    NOT_IN_CHARGE = "not_in_charge"
    AREA = "area"
    AGE = "age"
    NO_CAPACITY_NOW = "no_capacity_now"
    NEEDS_OTHER_FIRST = "needs_other_first"
    UNREACHABLE = "unreachable"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The reason as staff read it."""
        return reason_label(self)


_STATES = {
    ReferralState.OFFERED: "返事待ち", ReferralState.ACCEPTED: "受け入れ", ReferralState.DECLINED: "引き受けられない",
    ReferralState.WITHDRAWN: "取り下げ", ReferralState.EXPIRED: "返事なし",
}  # fmt: skip
_SHARES = {
    Share.NAME: "呼び名", Share.PHONE: "電話番号", Share.COMPLAINT: "本人のことば", Share.HOUSEHOLD: "世帯のようす",
    Share.TOPICS: "相談の内容（分類）",
}  # fmt: skip
# How an offer that nobody answered is counted among the reasons.
NO_ANSWER: Final = "no_answer"
_REASONS = {
    Reason.FULL: "定員がいっぱい", Reason.NOT_IN_CHARGE: "担当する制度・仕事ではない", Reason.AREA: "対象の地域ではない",
    Reason.AGE: "対象の年齢ではない", Reason.NO_CAPACITY_NOW: "いまは人手が足りない",
    Reason.NEEDS_OTHER_FIRST: "先に必要な支援がある", Reason.UNREACHABLE: "本人と連絡がとれない", Reason.OTHER: "その他",
    NO_ANSWER: "返事がなかった",
}  # fmt: skip


class NoLongerOpen(NotAllowed):
    """このつなぎは、もう返事がすんでいるか、取り下げられています。あなたの操作では何も変わっていません。"""


class Referral(Held, Base):
    """One offer of one case to one desk or agency."""

    __tablename__ = "referral"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    from_desk_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    from_kind: Mapped[str] = mapped_column(String(48))
    desk_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), index=True)  # None: an agency without an account here
    kind: Mapped[str] = mapped_column(String(48))  # of the desk or of the agency
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    recipient: Mapped[str] = mapped_column(String(40))  # as records of consent name it
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    shares: Mapped[list[str]] = mapped_column(JSON(), default=list)
    ground: Mapped[LegalGround | None] = mapped_column(String(24))
    ground_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    walled: Mapped[bool] = mapped_column(default=False)  # the case was walled off when the person allowed this
    offered_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    offered_at: Mapped[datetime] = mapped_column()
    answer_by: Mapped[date] = mapped_column()
    waits_days: Mapped[int] = mapped_column(Integer(), default=USUAL.offer_days, server_default="14")  # without an answer
    state: Mapped[ReferralState] = mapped_column(String(12), default=ReferralState.OFFERED, index=True)
    answered_at: Mapped[datetime | None] = mapped_column()
    answered_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    person_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())  # who accepted, where they have no account
    first_contact_on: Mapped[date | None] = mapped_column()
    reason: Mapped[str] = mapped_column(String(24), default="")
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    link_opened_at: Mapped[datetime | None] = mapped_column()
    reminded_at: Mapped[datetime | None] = mapped_column()  # the receiving desk, before the day of the answer
    overdue_at: Mapped[datetime | None] = mapped_column()  # the owner was told that the day has passed

    @property
    def standing(self) -> ReferralState:
        """Where the offer stands, with its words for staff."""
        return ReferralState(self.state)

    @property
    def ends_at(self) -> datetime:
        """When the offer ends without an answer."""
        return self.offered_at + timedelta(days=self.waits_days)

    @property
    def reason_label(self) -> str:
        """Why it was declined, as staff read it; empty when it was not."""
        return reason_label(self.reason) if self.reason else ""


@dataclass(frozen=True)
class Line:
    """One offer as the page of its case shows it."""

    referral: Referral
    to: str
    kind: str
    contact: str
    words: str
    shares: list[str]
    ground: str
    by: str
    person: str  # who accepted
    why: str  # the words beside a reason


def of_case(session: Session, case: Case) -> list[Line]:
    """Return the offers of a case, the newest first."""
    rows = list(session.scalars(select(Referral).where(Referral.case_id == case.id).order_by(Referral.id.desc())))
    names = staff_names(session, {one.offered_by for one in rows} | {one.answered_by for one in rows})
    return [
        Line(
            one, to_whom(session, one), agency_kinds.label(one.kind), reveal(session, one, "contact_sealed") or "",
            words(session, one), [Share(share).label for share in one.shares], _ground(session, one),
            names.get(one.offered_by, ""), accepted_by(session, one), reveal(session, one, "reason_sealed") or "",
        )
        for one in rows
    ]  # fmt: skip


def open_of(session: Session, case: Case) -> Referral | None:
    """Return the offer of a case that still waits for its answer."""
    if case.state != CaseState.REFERRED:
        return None
    query = select(Referral).where(Referral.case_id == case.id, Referral.state == ReferralState.OFFERED)
    return session.scalars(query.order_by(Referral.id.desc()).limit(1)).first()


def declined(session: Session, case: Case) -> list[Referral]:
    """Return the offers of a case that led nowhere, oldest first: declined, or never answered."""
    nowhere = (ReferralState.DECLINED, ReferralState.EXPIRED)
    query = select(Referral).where(Referral.case_id == case.id, Referral.state.in_(nowhere))
    return list(session.scalars(query.order_by(Referral.id)))


def bounced_ids() -> Select[uuid.UUID]:
    """Return the cases that were declined twice or oftener."""
    query = select(Referral.case_id).where(Referral.state == ReferralState.DECLINED).group_by(Referral.case_id)
    return query.having(func.count() > 1)


def tellable(session: Session, referral: Referral, case: Case) -> bool:
    """Whether the other side may still be told of a case: its answer is awaited and what allowed the telling still holds."""
    if case.state != CaseState.REFERRED or referral.state != ReferralState.OFFERED:
        return False
    guarded = case.walled and not for_violence(session, referral.desk_id)
    if guarded and not referral.walled:
        return False
    agreed = consent.latest(session, case, referral.recipient) is Consent.GIVEN
    return agreed or (referral.ground is not None and not guarded)


def for_violence(session: Session, desk_id: uuid.UUID | None) -> bool:
    """Whether a desk is made for dv and sexual violence."""
    desk = session.get(Desk, desk_id) if desk_id else None
    return desk is not None and desk.for_violence


def to_whom(session: Session, referral: Referral) -> str:
    """Return the name of the desk or agency."""
    if referral.desk_id is None:
        return reveal(session, referral, "name_sealed") or ""
    return session.get_one(Desk, referral.desk_id).name


def words(session: Session, referral: Referral) -> str:
    """Return what is asked."""
    return reveal(session, referral, "words_sealed") or ""


def accepted_by(session: Session, referral: Referral, *, to_resident: bool = False) -> str:
    """Return the name of who accepted, perhaps the one residents see; empty when nobody has."""
    if referral.state != ReferralState.ACCEPTED:
        return ""
    if referral.person_sealed is not None or referral.answered_by is None:
        return reveal(session, referral, "person_sealed") or ""
    staff = session.get_one(Staff, referral.answered_by)
    return staff.sender_name or staff.display_name if to_resident else staff.display_name


def made_by(session: Session, actor: Actor, *, now: datetime) -> list[Referral]:
    """Return what a person offered to desks lately, the newest first: how it stands, also where the case is no longer theirs."""
    query = select(Referral).where(
        Referral.offered_by == actor.staff_id, Referral.desk_id.is_not(None), Referral.offered_at > now - _LATELY
    )
    return list(session.scalars(query.order_by(Referral.id.desc())))


def reason_label(code: str) -> str:
    """Return a reason as staff read it."""
    return next((label for known, label in _REASONS.items() if known == code), code)


def _ground(session: Session, referral: Referral) -> str:
    if referral.ground is None:
        return "本人の同意"
    told = reveal(session, referral, "ground_sealed")
    return f"{LegalGround(referral.ground).label}：{told}" if told else LegalGround(referral.ground).label
