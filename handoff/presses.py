"""One press of a button counts once, however often the form arrives."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from sqlalchemy import String, UniqueConstraint, Uuid, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.cases import Case
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id

_KEY: Final = 64


class Press(Held, Base):
    """A form that arrived, known by the key it carried."""

    __tablename__ = "press"
    __table_args__ = held_args(UniqueConstraint("case_id", "key"), case_id="consultation_case")

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    key: Mapped[str] = mapped_column(String(_KEY))
    staff_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    made_at: Mapped[datetime] = mapped_column()


def first(session: Session, case: Case, key: str, *, actor: Actor, now: datetime) -> bool:
    """Whether a form arrives for the first time; one without a key always does."""
    press = Press(
        id=new_id(), custodian=case.custodian, case_id=case.id, key=key[:_KEY] or new_id().hex,
        staff_id=actor.staff_id, made_at=now,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(press)
    except IntegrityError:
        return False
    return True


def counted(session: Session, case: Case, key: str) -> bool:
    """Whether a form with this key has arrived already."""
    return bool(key) and bool(
        session.scalar(select(exists().where(Press.case_id == case.id, Press.key == key[:_KEY])))
    )
