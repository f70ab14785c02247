"""Who is there: the people of a desk, who of them may sign in, and who is away for now."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, Uuid, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import Base, new_id
from resources.slots import JAPAN
from resources.staff import DeskMembership, Staff


class Absence(Base):
    """A period of days on which a person is not there, by plan."""

    __tablename__ = "absence"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    starts: Mapped[date] = mapped_column()
    ends: Mapped[date] = mapped_column()


@dataclass(frozen=True)
class Seat:
    """One active person of a desk, and whether this person is there."""

    staff_id: uuid.UUID
    name: str
    present: bool
    back_after: date | None = None  # the last day of a planned absence


def seats(session: Session, desks: Iterable[uuid.UUID], *, now: datetime | None) -> dict[uuid.UUID, list[Seat]]:
    """Return the active people of desks; without a moment, planned absences are not looked at."""
    wanted = list(desks)
    day = now.astimezone(JAPAN).date() if now is not None else None
    query = (
        select(DeskMembership.desk_id, Staff)
        .join(Staff, Staff.id == DeskMembership.staff_id)
        .where(DeskMembership.desk_id.in_(wanted), Staff.active)
        .order_by(Staff.display_name)
    )
    if day is not None:
        query = query.where(or_(Staff.expires_on.is_(None), Staff.expires_on >= day))
    found: dict[uuid.UUID, list[Seat]] = {desk: [] for desk in wanted}
    gone = _gone(session, wanted, day) if day is not None else {}
    for desk, person in session.execute(query):
        here = not person.away and person.id not in gone
        found[desk].append(Seat(person.id, person.display_name, here, gone.get(person.id)))
    return found


def absences(session: Session, desk: uuid.UUID, *, now: datetime) -> list[tuple[Absence, str]]:
    """Return the absences of a desk's people that are not over, with the names."""
    query = (
        select(Absence, Staff.display_name)
        .join(Staff, Staff.id == Absence.staff_id)
        .join(DeskMembership, DeskMembership.staff_id == Staff.id)
        .where(DeskMembership.desk_id == desk, Absence.ends >= now.astimezone(JAPAN).date())
        .order_by(Absence.starts, Staff.display_name)
    )
    return [(absence, name) for absence, name in session.execute(query)]


def _gone(session: Session, desks: list[uuid.UUID], day: date) -> dict[uuid.UUID, date]:
    query = (
        select(Absence.staff_id, Absence.ends)
        .join(DeskMembership, DeskMembership.staff_id == Absence.staff_id)
        .where(DeskMembership.desk_id.in_(desks), Absence.starts <= day, Absence.ends >= day)
    )
    return {row.staff_id: row.ends for row in session.execute(query.order_by(Absence.ends))}
