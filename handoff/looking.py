"""Who has a case on the screen right now, and who is typing: for information, never a lock."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, UniqueConstraint, Uuid, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.cases import Case, find
from resources.access import Actor, actor_for
from resources.db import EVERYWHERE, Base, Database, Held, held_args, new_id
from resources.staff import Staff

# Pages give a sign this often; two missed ones and the person counts as gone.
EVERY: Final = timedelta(seconds=20)
_GONE: Final = timedelta(seconds=45)
_TYPES: Final = timedelta(seconds=25)
_OLD: Final = timedelta(hours=1)


class Looking(Held, Base):
    """One person with one case on the screen."""

    __tablename__ = "looking"
    __table_args__ = held_args(UniqueConstraint("case_id", "staff_id"), case_id="consultation_case")

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    staff_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    seen_at: Mapped[datetime] = mapped_column(index=True)
    typing_until: Mapped[datetime | None] = mapped_column()


@dataclass(frozen=True)
class Looker:
    """A colleague who looks at the case too."""

    name: str
    typing: bool


def look(session: Session, case: Case, *, actor: Actor, now: datetime, typing: bool = False) -> None:
    """Note that somebody looks; written at most every 20 seconds unless they begin or stop typing."""
    query = select(Looking).where(Looking.case_id == case.id, Looking.staff_id == actor.staff_id)
    known = session.scalars(query).first()
    until = now + _TYPES if typing else None
    if known is None:
        row = Looking(
            id=new_id(), custodian=case.custodian, case_id=case.id, staff_id=actor.staff_id, seen_at=now, typing_until=until
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            pass  # The same person's other tab was faster; that says the same.
        return
    typed = known.typing_until is not None and known.typing_until > now
    if typed != typing or known.seen_at + EVERY <= now + timedelta(seconds=1):
        known.seen_at, known.typing_until = now, until


def looks(actor: Actor, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the marks of colleagues who look now."""
    return Looking.staff_id != actor.staff_id, Looking.seen_at > now - _GONE


def lookers(session: Session, case: Case, *, actor: Actor, now: datetime) -> list[Looker]:
    """Return the colleagues who look at a case now, those only who may see it, by name."""
    here = select(Looking).where(Looking.case_id == case.id, *looks(actor, now))
    found = []
    for row in session.scalars(here):
        staff = session.get(Staff, row.staff_id)
        if staff is not None and staff.active and find(session, actor_for(session, staff), case.id) is not None:
            found.append(Looker(staff.display_name, row.typing_until is not None and row.typing_until > now))
    return sorted(found, key=lambda one: one.name)


def told(colleagues: list[Looker]) -> str:
    """Return the sentence in the head of the page, empty when nobody else looks."""
    names = "、".join(f"{one.name}さん{'（入力中）' if one.typing else ''}" for one in colleagues)
    return f"いま見ている人：{names}" if names else ""


def sweep(database: Database, now: datetime) -> None:
    """Let go of who looked an hour ago."""
    with database.reading(EVERYWHERE) as session:
        if session.scalars(select(Looking.id).where(Looking.seen_at < now - _OLD).limit(1)).first() is None:
            return
    with database.writing(EVERYWHERE) as session:
        session.execute(delete(Looking).where(Looking.seen_at < now - _OLD).execution_options(synchronize_session=False))
