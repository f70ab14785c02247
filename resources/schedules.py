"""When a service is open, as rows: the weekly or monthly pattern and the days it rests."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import ForeignKey, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from resources.db import Base, new_id


class Schedule(Base):
    """One slot of hours (HSDS schedule), read and written by resources.hours alone."""

    __tablename__ = "schedule"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    position: Mapped[int] = mapped_column(Integer(), default=0)
    pattern: Mapped[str] = mapped_column(String(120))  # GIF 利用可能日時式, e.g. 24Tu
    anchor: Mapped[date | None] = mapped_column()  # a day on which a fortnightly meeting took place
    opens: Mapped[int | None] = mapped_column(Integer())  # minutes after midnight; none when only the days are known
    closes: Mapped[int | None] = mapped_column(Integer())  # above 1440 when it ends on the next day
    valid_from: Mapped[date | None] = mapped_column()
    valid_to: Mapped[date | None] = mapped_column()
    holidays: Mapped[str] = mapped_column(String(8), default="unknown")


class ServiceClosure(Base):
    """A day or period on which a service rests, or opens with other hours."""

    __tablename__ = "service_closure"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    position: Mapped[int] = mapped_column(Integer(), default=0)
    starts: Mapped[date] = mapped_column()
    ends: Mapped[date] = mapped_column()
    reason: Mapped[str] = mapped_column(Text(), default="")
    opens: Mapped[int | None] = mapped_column(Integer())
    closes: Mapped[int | None] = mapped_column(Integer())
