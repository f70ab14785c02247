"""Internal notes on a case: seen by the desk, never by the resident."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import LargeBinary, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.cases import Case, record
from handoff.casework import lanes
from handoff.casework.meeting_members import is_meeting
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal

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


def of_case(session: Session, case: Case, *, actor: Actor) -> list[tuple[Note, str]]:
    """Return the notes of a case this person may read, oldest first, with their words."""
    query = select(Note).where(Note.case_id == case.id, lanes.may_read(Note.lane, actor)).order_by(Note.id)
    return [(note, reveal(session, note, "words_sealed") or "") for note in session.scalars(query)]
