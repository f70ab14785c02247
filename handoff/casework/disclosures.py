"""What was told of a case to whom, on what basis, until when: one line each time something leaves its circle."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, LargeBinary, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.cases import Case
from handoff.casework.grounds import LegalGround
from handoff.states import NotAllowed
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal
from resources.slots import JAPAN

CONSENT: Final = "consent"
LONGEST: Final = 300


class NothingTold(NotAllowed):
    """何を伝えたかを一つ以上選び、ことばは300文字までで書いてください。期限は、きょうから後の日にしてください。まだ残していません。"""


class What(StrEnum):
    """What was told."""

    SITUATION = "situation"
    HOUSEHOLD = "household"
    HEALTH = "health"
    MONEY = "money"
    SUPPORT = "support"
    TASK = "task"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What was told, as staff read it."""
        return _LABELS[self]


_LABELS: Final = {
    What.SITUATION: "本人のようす", What.HOUSEHOLD: "世帯・家族", What.HEALTH: "健康・障害", What.MONEY: "収入・債務",
    What.SUPPORT: "これまでの支援", What.TASK: "予定・することがら", What.OTHER: "そのほか",
}  # fmt: skip


class Disclosure(Held, Base):
    """One time something was told in a lane."""

    __tablename__ = "disclosure"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    lane: Mapped[str] = mapped_column(String(48), index=True)
    what: Mapped[list[str]] = mapped_column(JSON(), default=list)
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    basis: Mapped[str] = mapped_column(String(24))  # consent, or the ground the law names
    audience: Mapped[list[str]] = mapped_column(JSON(), default=list)  # ids of the seats
    by: Mapped[uuid.UUID] = mapped_column(Uuid())
    at: Mapped[datetime] = mapped_column()
    expires_on: Mapped[date | None] = mapped_column()  # the last day on which it may be used


@dataclass(frozen=True)
class Told:
    """One line of the log as members read it."""

    row: Disclosure
    what: list[str]
    words: str
    basis: str
    expired: bool


def log(
    session: Session,
    case: Case,
    lane: str,
    what: Sequence[What],
    words: str,
    *,
    ground: LegalGround | None,
    audience: Sequence[uuid.UUID],
    actor: Actor,
    now: datetime,
    expires_on: date | None = None,
) -> Disclosure:
    """Write down what was told in a lane; raises NothingTold."""
    words = words.strip()
    past = expires_on is not None and expires_on < now.astimezone(JAPAN).date()
    if not what or len(words) > LONGEST or past:
        raise NothingTold(NothingTold.__doc__)
    row = Disclosure(
        id=new_id(), custodian=case.custodian, case_id=case.id, lane=lane, what=[one.value for one in what],
        basis=ground.value if ground else CONSENT, audience=[str(one) for one in audience], by=actor.staff_id, at=now,
        expires_on=expires_on,
    )  # fmt: skip
    if words:
        seal(session, row, "words_sealed", words)
    session.add(row)
    session.flush()
    return row


def of_lane(session: Session, case: Case, lane: str, *, now: datetime) -> list[Told]:
    """Return the log of one lane, oldest first; words whose time is over are no longer shown."""
    today = now.astimezone(JAPAN).date()
    query = select(Disclosure).where(Disclosure.case_id == case.id, Disclosure.lane == lane).order_by(Disclosure.id)
    return [_told(session, row, today) for row in session.scalars(query)]


def _told(session: Session, row: Disclosure, today: date) -> Told:
    expired = row.expires_on is not None and row.expires_on < today
    words = "" if expired else reveal(session, row, "words_sealed") or ""
    basis = "本人の同意" if row.basis == CONSENT else LegalGround(row.basis).label
    return Told(row, [What(code).label for code in row.what], words, basis, expired)
