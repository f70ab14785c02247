"""What takes place on a few days only, as rows: events, their dates, and how many people come; no name of anybody."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from resources.db import Base, new_id


class Event(Base):
    """One event of a town: at a place of the directory, or somewhere else."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_municipality_code", "municipality_code"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    service_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text(), default="")
    place: Mapped[str] = mapped_column(Text(), default="")  # where, when it is not where the entry is
    eligibility: Mapped[str] = mapped_column(Text(), default="")
    fee: Mapped[str] = mapped_column(Text(), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    takes_sign_ups: Mapped[bool] = mapped_column(Boolean(), default=False)
    made_at: Mapped[datetime] = mapped_column()
    made_by: Mapped[str] = mapped_column(String(120))
    last_modified: Mapped[datetime] = mapped_column()


class EventDate(Base):
    """One day of an event; without a capacity everybody fits in."""

    __tablename__ = "event_date"
    __table_args__ = (Index("ix_event_date_municipality_code_starts_at", "municipality_code", "starts_at"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id"), index=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    starts_at: Mapped[datetime] = mapped_column()
    ends_at: Mapped[datetime] = mapped_column()
    capacity: Mapped[int | None] = mapped_column(Integer())
    cancelled_at: Mapped[datetime | None] = mapped_column()
    cancelled_by: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(Text(), default="")
    told_at: Mapped[datetime | None] = mapped_column()  # when those who had signed up were told that it is cancelled


class SignUp(Base):
    """How many people come with one resident.

    `origin` is a keyed fingerprint made by whoever knows the resident; it tells two presses of one from those of two, and is let
    go once the day is over. The id is drawn by lot: one that tells its time would lead back to the conversation.
    """

    __tablename__ = "sign_up"
    __table_args__ = (UniqueConstraint("event_date_id", "origin"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=uuid.uuid4)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    event_date_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event_date.id"), index=True)
    origin: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    people: Mapped[int] = mapped_column(Integer())
    said_on: Mapped[date] = mapped_column()
