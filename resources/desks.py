"""The desks that take consultations: which town, which hours, for what, and who sits there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, Integer, String, Uuid, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import Base, new_id
from resources.hours import Closure, Opening, Slot, opening, parse_hours

YEAR_END = "year_end"


class Desk(Base):
    """One consultation desk of a municipality or prefecture."""

    __tablename__ = "desk"
    __table_args__ = (Index("ix_desk_municipality_code_name", "municipality_code", "name", unique=True),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(48), default="")  # a kind of the directory, e.g. self_reliance_desk
    phone: Mapped[str] = mapped_column(String(40), default="")
    hours: Mapped[str] = mapped_column(String(400), default="")  # the notation of resources.hours.parse_hours
    closed_at_year_end: Mapped[bool] = mapped_column(default=True)
    # A desk made for dv and sexual violence: cases of these kinds are seen here and nowhere else until the resident chose.
    for_violence: Mapped[bool] = mapped_column(default=False)
    # Minutes of opening time within which the desk means to answer, by need; what is missing is as everywhere.
    answer_within: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    capacity: Mapped[int | None] = mapped_column(Integer())  # of cases that wait or are worked on
    # Where cases go when nobody is there, and when it is full.
    fallback_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("desk.id"))
    overflow_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("desk.id"))
    active: Mapped[bool] = mapped_column(default=True)
    # Under whose name its replies arrive unless somebody chooses otherwise: person or desk.
    speaks_as: Mapped[str] = mapped_column(String(8), default="person", server_default="person")


class DeskClosure(Base):
    """A day or period on which a desk is closed, or the whole town's desks when no desk is named."""

    __tablename__ = "desk_closure"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"), index=True)
    desk_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("desk.id"))
    starts: Mapped[date] = mapped_column()
    ends: Mapped[date] = mapped_column()
    reason: Mapped[str] = mapped_column(String(80), default="")


def closures(session: Session, desk: Desk) -> tuple[Closure, ...]:
    """Return the dated closures that concern a desk."""
    query = select(DeskClosure).where(DeskClosure.municipality_code == desk.municipality_code)
    return tuple(
        Closure(row.starts, row.ends, row.reason)
        for row in session.scalars(query)
        if row.desk_id in (None, desk.id)
    )


def with_closures(session: Session, which: ColumnElement[bool]) -> list[tuple[Desk, tuple[Closure, ...]]]:
    """Return desks with the dated closures that concern each, in one statement."""
    concerns = and_(
        DeskClosure.municipality_code == Desk.municipality_code,
        or_(DeskClosure.desk_id.is_(None), DeskClosure.desk_id == Desk.id),
    )
    found: Sequence[tuple[Desk, DeskClosure | None]] = [
        (desk, row) for desk, row in session.execute(select(Desk, DeskClosure).outerjoin(DeskClosure, concerns).where(which))
    ]
    days: dict[uuid.UUID, list[Closure]] = {desk.id: [] for desk, _ in found}
    for desk, row in found:
        if row is not None:
            days[desk.id].append(Closure(row.starts, row.ends, row.reason))
    return [(desk, tuple(days[desk.id])) for desk in {desk.id: desk for desk, _ in found}.values()]


def slots(desk: Desk) -> tuple[Slot, ...]:
    """Return the desk's weekly hours."""
    return parse_hours(desk.hours)


def reading_hours(session: Session, desk: Desk, *, now: datetime) -> Opening:
    """Say whether somebody reads at this desk now, and when next."""
    return opening(slots(desk), now=now, closures=closures(session, desk), year_end_closed=desk.closed_at_year_end)


def desk_reading(session: Session, desk_id: uuid.UUID, *, now: datetime) -> tuple[Desk, Opening]:
    """Return a desk, and whether somebody reads there now, and when next; in one statement."""
    (desk, closed), *_ = with_closures(session, Desk.id == desk_id)
    return desk, opening(slots(desk), now=now, closures=closed, year_end_closed=desk.closed_at_year_end)


def of_town(session: Session, municipality: str) -> list[Desk]:
    """Return the active desks of a town by name."""
    query = select(Desk).where(Desk.municipality_code == municipality, Desk.active)
    return list(session.scalars(query.order_by(Desk.name)))
