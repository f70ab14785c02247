"""Agreements in which somebody is asked how they are, and what became of each time they were asked."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, Integer, LargeBinary, String, UniqueConstraint, Uuid, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.cases import Case
from handoff.casework.rhythm import WEEK, Rhythm
from resources.db import Base, Held, held_args
from resources.sealing import reveal


class Standing(StrEnum):
    """Where an agreement stands."""

    RUNNING = "running"  # agreed -> running
    ENDED = "ended"  # running -> ended: by a person, with the end agreed, or with the case


class Asked(StrEnum):
    """What became of one check-in."""

    SENT = "sent"  # its time came -> sent
    ANSWERED = "answered"  # sent -> answered: the person was heard in any way
    MISSED = "missed"  # sent -> missed: nothing was heard within the agreed days
    BY_CALL = "by_call"  # its time came, or sent -> by_call: it could not be said in writing, people ask
    SPOKEN = "spoken"  # its time came, or sent -> spoken: somebody was talking with the person just then
    DROPPED = "dropped"  # sent -> dropped: the case has ended

    @property
    def label(self) -> str:
        """The state as staff read it."""
        return _LABELS[self]


_LABELS = {
    Asked.SENT: "返事を待っています", Asked.ANSWERED: "連絡がありました", Asked.MISSED: "返事がありませんでした",
    Asked.BY_CALL: "電話などの予定にしました", Asked.SPOKEN: "話している最中でした", Asked.DROPPED: "相談が終わりました",
}  # fmt: skip


class CheckInPlan(Held, Base):
    """One agreement with one person; one of a case runs at a time."""

    __tablename__ = "check_in_plan"
    __table_args__ = held_args(
        Index(
            "uq_check_in_plan_running", "case_id", unique=True,
            sqlite_where=text("standing = 'running'"), postgresql_where=text("standing = 'running'"),
        ),
        Index(
            "ix_check_in_plan_due", "next_at",
            sqlite_where=text("standing = 'running'"), postgresql_where=text("standing = 'running'"),
        ),
        case_id="consultation_case",
    )  # fmt: skip
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    every: Mapped[int] = mapped_column(Integer())
    weekday: Mapped[int | None] = mapped_column(Integer())
    opens: Mapped[int] = mapped_column(Integer())
    closes: Mapped[int] = mapped_column(Integer())
    first: Mapped[date] = mapped_column()
    until: Mapped[date | None] = mapped_column()
    answer_within: Mapped[int] = mapped_column(Integer())  # days
    agreed_sealed: Mapped[bytes] = mapped_column(LargeBinary())  # how it was agreed
    agreed_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    agreed_at: Mapped[datetime] = mapped_column()
    standing: Mapped[Standing] = mapped_column(String(8), default=Standing.RUNNING)
    next_at: Mapped[datetime | None] = mapped_column()
    misses: Mapped[int] = mapped_column(Integer(), default=0)  # in a row
    ended_at: Mapped[datetime | None] = mapped_column()
    ended_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())

    @property
    def rhythm(self) -> Rhythm:
        """The days and hours that were agreed."""
        return Rhythm(self.every, self.opens, self.closes, self.first, self.until, self.weekday)

    @property
    def weeks(self) -> int | None:
        """How many weeks lie between two check-ins, None where days are counted."""
        return self.every // WEEK if self.weekday is not None else None


class CheckIn(Held, Base):
    """One time somebody was asked; no moment of an agreement comes twice."""

    __tablename__ = "check_in"
    __table_args__ = held_args(
        UniqueConstraint("plan_id", "at"),
        Index("ix_check_in_sent", "state", sqlite_where=text("state = 'sent'"), postgresql_where=text("state = 'sent'")),
        case_id="consultation_case",
        plan_id="check_in_plan",
    )

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    plan_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    at: Mapped[datetime] = mapped_column()  # the moment that was agreed
    made_at: Mapped[datetime] = mapped_column()
    state: Mapped[Asked] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(16), default="")  # a code: why it was not said in writing
    outgoing_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    answer_by: Mapped[datetime] = mapped_column()
    settled_at: Mapped[datetime | None] = mapped_column()

    @property
    def became(self) -> Asked:
        """What became of it, with its words for staff."""
        return Asked(self.state)


def running(session: Session, case: Case) -> CheckInPlan | None:
    """Return the agreement of a case that runs, None where there is none."""
    query = select(CheckInPlan).where(CheckInPlan.case_id == case.id, CheckInPlan.standing == Standing.RUNNING)
    return session.scalars(query).first()


def agreed(session: Session, plan: CheckInPlan) -> str:
    """Return how it was agreed."""
    return reveal(session, plan, "agreed_sealed") or ""


def of_case(session: Session, case: Case, *, limit: int = 20) -> list[CheckIn]:
    """Return the newest check-ins of a case, newest first."""
    query = select(CheckIn).where(CheckIn.case_id == case.id).order_by(CheckIn.made_at.desc(), CheckIn.id.desc())
    return list(session.scalars(query.limit(limit)))
