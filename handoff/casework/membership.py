"""Which agencies work on a case beside the one that leads it: the desk, its person, since when and until when."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, Integer, LargeBinary, Select, String, Uuid, and_, or_, select, text
from sqlalchemy.orm import Mapped, mapped_column

from resources.access import Actor
from resources.db import Base, Held, held_args


class Member(Held, Base):
    """One agency on one case, from the day it was asked until the day it left."""

    __tablename__ = "case_team"
    __table_args__ = held_args(
        Index(
            "ix_case_team_once", "case_id", "desk_id", unique=True,
            sqlite_where=text("left_at IS NULL"), postgresql_where=text("left_at IS NULL"),
        ),
        case_id="consultation_case",
    )  # fmt: skip
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    desk_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    staff_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), index=True)  # the person the agency named
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary())  # what it does on the case
    recipient: Mapped[str] = mapped_column(String(40))  # as which the person was asked for consent
    ground: Mapped[str | None] = mapped_column(String(20))  # the legal ground, where there was no consent
    # Let into a walled case by name; without it only a desk made for violence sees one.
    let_in: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime] = mapped_column()
    added_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    joined_at: Mapped[datetime | None] = mapped_column()  # None while it has been asked and has not answered
    news_at: Mapped[datetime | None] = mapped_column()  # what it said or did last that the owner has not seen yet
    leave_asked_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    left_at: Mapped[datetime | None] = mapped_column()
    left_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    successor: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # the member that goes on with what it did
    version: Mapped[int] = mapped_column(Integer(), default=1)


def seen_by(actor: Actor) -> Select[uuid.UUID]:
    """Return the cases on whose team one of this person's desks is."""
    return select(Member.case_id).where(Member.left_at.is_(None), Member.desk_id.in_(tuple(actor.desks)))


def let_in(actor: Actor) -> Select[uuid.UUID]:
    """Return the walled cases this person works on: named, or at a desk made for violence."""
    by_name = and_(Member.let_in, Member.staff_id == actor.staff_id)
    return seen_by(actor).where(or_(by_name, Member.desk_id.in_(tuple(actor.violence_desks))))


def with_news() -> Select[uuid.UUID]:
    """Return the cases on which an agency said or did something that the owner has not seen yet."""
    return select(Member.case_id).where(Member.news_at.is_not(None))
