"""Internal notes on a case: seen by the desk, never by the resident."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import LargeBinary, String, Uuid, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.cases import Case, record
from handoff.casework import lanes
from handoff.casework.meeting_members import is_meeting
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal
from resources.staff import Staff

SHARED = lanes.SHARED


class Note(Held, Base):
    """One internal note; `lane` says who may read it: the shared lane, or one desk's own."""

    __tablename__ = "note"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    lane: Mapped[str] = mapped_column(String(40), default=SHARED)  # "shared", the id of a desk, or a meeting
    staff_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    made_at: Mapped[datetime] = mapped_column()


def write(session: Session, case: Case, words: str, *, actor: Actor, now: datetime, lane: str = SHARED) -> Note:
    """Keep a note on a case."""
    note = Note(id=new_id(), custodian=case.custodian, case_id=case.id, lane=lane, staff_id=actor.staff_id, made_at=now)
    seal(session, note, "words_sealed", words)
    session.add(note)
    # The history of a case is read by all who see the case: nothing in it may hint at a meeting.
    if not is_meeting(lane):
        record(session, case, "note", now=now, staff_id=actor.staff_id, detail={"lane": lane})
    session.flush()
    return note


@dataclass(frozen=True)
class NoteLine:
    """One internal note, ready to be read."""

    at: datetime
    who: str
    words: str
    shared: bool


@dataclass(frozen=True)
class Notes:
    """The newest notes of a case, oldest first, and how many there are."""

    lines: list[NoteLine]
    count: int

    @property
    def earlier(self) -> int:
        """How many are not among them."""
        return self.count - len(self.lines)


def of_case(session: Session, case: Case, *, actor: Actor, limit: int | None = None) -> Notes:
    """Return the notes of a case this person may read, with their words: all, or the newest `limit`."""
    query = (
        select(Note, Staff.display_name, func.count().over())
        .join(Staff, Staff.id == Note.staff_id)
        .where(Note.case_id == case.id, lanes.may_read(Note.lane, actor))
        .order_by(Note.id.desc())
        .limit(limit)
    )
    rows = session.execute(query).all()[::-1]
    lines = [
        NoteLine(note.made_at, who, reveal(session, note, "words_sealed") or "", note.lane == SHARED) for note, who, _ in rows
    ]
    return Notes(lines, rows[0][2] if rows else 0)
