"""What was done on a case, by whom and how: written down in seconds, and corrected without losing what stood there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Integer, LargeBinary, String, UniqueConstraint, Uuid, and_, exists
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from handoff.cases import Case, record
from handoff.casework import lanes
from handoff.states import NotAllowed
from resources import journal
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import seal

LONGEST: Final = 4000
LONGEST_NAME: Final = 80
# Clocks of two machines may differ by this much.
_AHEAD: Final = timedelta(minutes=5)


class NothingWritten(NotAllowed):
    """記録が空です。ひとことでも書いてください。本人につながらなかったときだけ、空のままで残せます。まだ残していません。"""


class RecordTooLong(NotAllowed):
    """記録は4,000文字まで、相手先は80文字までです。短くするか、分けて残してください。まだ残していません。"""


class BadTimes(NotAllowed):
    """日時を確かめてください。これからの日時や、始まりより前の終わりは残せません。まだ残していません。"""


class UnknownMeans(NotAllowed):
    """対応方法と相手先を選んでください。まだ残していません。"""


class NotYourLane(NotAllowed):
    """その所属だけの記録は、その所属の人だけが書けます。だれが読めるかを選び直してください。まだ残していません。"""


class NotAColleague(NotAllowed):
    """その人は、この相談を見られる担当者ではありません。選び直してください。まだ残していません。"""


class CorrectedMeanwhile(NotAllowed):
    """画面を開いたあとに、ほかの人がこの記録を直しました。いまの内容を下に出しました。あなたの直しは、まだ残していません。"""


class NoSuchRecord(NotAllowed):
    """その記録は、見つからないか、見られなくなっています。何も変わっていません。"""


class Means(StrEnum):
    """How something was done, as the standard form words it."""

    PHONE = "phone"
    VISIT = "visit"
    INTERVIEW = "interview"
    OFFICE = "office_meeting"
    PLANNING = "plan_meeting"
    COORDINATION = "support_meeting"
    AGENCIES = "agency_meeting"
    AGENCY_CALL = "agency_call"
    CHAT = "chat"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The means as staff read it."""
        return _MEANS[self]

    @property
    def may_reach(self) -> bool:
        """Whether the resident can be talked with this way."""
        return self in (Means.PHONE, Means.VISIT, Means.INTERVIEW, Means.CHAT, Means.OTHER)


class Party(StrEnum):
    """With whom it was done."""

    RESIDENT = "resident"
    MISSED = "missed"  # the resident was tried and not reached
    OTHER = "other"

    @property
    def label(self) -> str:
        """The party as staff read it."""
        return {"resident": "本人", "missed": "本人（つながらなかった）", "other": "ほかの人・機関"}[self]


_MEANS: Final = {
    Means.PHONE: "電話", Means.VISIT: "訪問・同行", Means.INTERVIEW: "面談", Means.OFFICE: "所内会議",
    Means.PLANNING: "支援調整会議（プラン）", Means.COORDINATION: "支援調整会議（その他）",
    Means.AGENCIES: "他機関との会議", Means.AGENCY_CALL: "他機関との電話・協議", Means.CHAT: "SNS・チャット",
    Means.OTHER: "その他",
}  # fmt: skip


class SupportRecord(Held, Base):
    """One version of one entry; a correction is a further version, and none is ever changed."""

    __tablename__ = "support_record"
    __table_args__ = held_args(UniqueConstraint("entry_id", "version"), case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    # The id of the first version, or of the call or visit in the conversation that this corrects.
    entry_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    version: Mapped[int] = mapped_column(Integer(), default=1)
    lane: Mapped[str] = mapped_column(String(48), default=lanes.SHARED)
    means: Mapped[Means] = mapped_column(String(16))
    party: Mapped[Party] = mapped_column(String(12))
    began_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()
    staff_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # who did it
    counterpart_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    made_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    made_at: Mapped[datetime] = mapped_column()


@dataclass(frozen=True)
class Written:
    """An entry as somebody filled it in."""

    means: Means
    began_at: datetime
    words: str
    party: Party = Party.RESIDENT
    ended_at: datetime | None = None
    counterpart: str = ""
    staff_id: uuid.UUID | None = None  # who did it; nobody named is who writes


def add(
    session: Session, case: Case, written: Written, *, actor: Actor, now: datetime, lane: str = lanes.SHARED
) -> SupportRecord:
    """Write down what was done; raises what is in the way. Who was reached is not waiting any more."""
    if lane not in own_or_shared(actor):
        raise NotYourLane(NotYourLane.__doc__)
    check(written, now=now)
    first = new_id()
    made = _put(session, case, written, actor=actor, now=now, lane=lane, entry_id=first, version=1, row_id=first)
    if _reached(made) and case.waiting_since is not None and made.began_at >= case.waiting_since:
        case.waiting_since = None
    _tell(session, case, made, "recorded", actor=actor, now=now)
    return made


def put_version(
    session: Session,
    case: Case,
    written: Written,
    *,
    entry_id: uuid.UUID,
    version: int,
    lane: str,
    actor: Actor,
    now: datetime,
) -> SupportRecord:
    """Put a further version of an entry beside what stands there already."""
    check(written, now=now)
    made = _put(session, case, written, actor=actor, now=now, lane=lane, entry_id=entry_id, version=version, row_id=new_id())
    _tell(session, case, made, "record_corrected", actor=actor, now=now)
    return made


def own_or_shared(actor: Actor) -> tuple[str, ...]:
    """Return the lanes of records a person writes, reads and copies: the shared one and their own desks', never a meeting's."""
    return (lanes.SHARED, *(str(desk) for desk in actor.desks))


def talks_with(readable: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition that an entry of these lanes, as it reads now, is a talk with the resident."""
    later = aliased(SupportRecord)
    corrected = exists().where(later.entry_id == SupportRecord.entry_id, later.version > SupportRecord.version)
    return and_(
        SupportRecord.party == Party.RESIDENT, SupportRecord.means.in_([one for one in Means if one.may_reach]),
        SupportRecord.lane.in_(readable), ~corrected.correlate(SupportRecord),
    )  # fmt: skip


def check(written: Written, *, now: datetime) -> None:
    """Raise what is wrong with an entry."""
    if not written.words.strip() and written.party is not Party.MISSED:
        raise NothingWritten(NothingWritten.__doc__)
    if len(written.words.strip()) > LONGEST or len(written.counterpart.strip()) > LONGEST_NAME:
        raise RecordTooLong(RecordTooLong.__doc__)
    ended = written.ended_at or written.began_at
    if ended < written.began_at or ended > now + _AHEAD:
        raise BadTimes(BadTimes.__doc__)


def _put(
    session: Session,
    case: Case,
    written: Written,
    *,
    actor: Actor,
    now: datetime,
    lane: str,
    entry_id: uuid.UUID,
    version: int,
    row_id: uuid.UUID,
) -> SupportRecord:
    # In a meeting the resident may sit at the table; that alone is no talk with them.
    party = written.party if written.means.may_reach else Party.OTHER
    row = SupportRecord(
        id=row_id, custodian=case.custodian, case_id=case.id, entry_id=entry_id, version=version, lane=lane,
        means=written.means, party=party, began_at=written.began_at, ended_at=written.ended_at,
        staff_id=written.staff_id or actor.staff_id, made_by=actor.staff_id, made_at=now,
    )  # fmt: skip
    seal(session, row, "counterpart_sealed", written.counterpart.strip() or None)
    seal(session, row, "words_sealed", written.words.strip())
    session.add(row)
    session.flush()
    return row


def _reached(row: SupportRecord) -> bool:
    return row.party == Party.RESIDENT and Means(row.means).may_reach


def _tell(session: Session, case: Case, row: SupportRecord, move: str, *, actor: Actor, now: datetime) -> None:
    # Everybody who may see the case reads its history: of one desk's own lane it says nothing.
    if row.lane == lanes.SHARED:
        record(session, case, move, now=now, staff_id=actor.staff_id)
    journal.record(
        session, f"case.{move}", municipality=case.custodian, subject_kind="case", subject_id=case.id,
        staff_id=actor.staff_id, now=now, detail=f"{row.entry_id} {row.version}",
    )  # fmt: skip
