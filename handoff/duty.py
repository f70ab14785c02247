"""Who acts in a crisis, by day and by night: the table a town fills in before it goes live."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import Base, new_id
from resources.desks import Desk, reading_hours


class Watch(StrEnum):
    """The two halves of the week: when the desk reads, and when it does not."""

    READING_HOURS = "reading_hours"
    OUTSIDE = "outside"

    @property
    def label(self) -> str:
        """The half as staff read it."""
        return {"reading_hours": "開庁時間内", "outside": "夜間・休日"}[self]


class Duty(Base):
    """One cell of the table crisis × hours → who acts; `role` empty means: nobody, and the resident is told so."""

    __tablename__ = "duty"
    __table_args__ = (UniqueConstraint("municipality_code", "crisis", "watch"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    crisis: Mapped[str] = mapped_column(String(24))
    watch: Mapped[Watch] = mapped_column(String(16))
    role: Mapped[str] = mapped_column(String(60), default="")
    way: Mapped[str] = mapped_column(String(120), default="")
    deputy: Mapped[str] = mapped_column(String(60), default="")
    decided_at: Mapped[datetime | None] = mapped_column()
    # Who is alerted, one after the other (rows of alert_contact); the texts above are what people read.
    contact_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    deputy_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    head_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())


def who_acts(session: Session, municipality: str, crisis: str, watch: Watch) -> Duty | None:
    """Return the town's decision for a crisis at these hours; None when it has not decided."""
    query = select(Duty).where(Duty.municipality_code == municipality, Duty.crisis == crisis, Duty.watch == watch)
    return session.scalars(query).first()


def watch_at(session: Session, desk_id: uuid.UUID | None, *, now: datetime) -> Watch:
    """Say which half of the table counts now; where no desk certainly reads, it is the one outside its hours."""
    desk = session.get(Desk, desk_id) if desk_id is not None else None
    reads = desk is not None and reading_hours(session, desk, now=now).is_open
    return Watch.READING_HOURS if reads else Watch.OUTSIDE
