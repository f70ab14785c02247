"""The book in which every sensitive act is written: who, what, when, and never the words themselves."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import AppendOnly, Base, new_id


class JournalEntry(AppendOnly, Base):
    """One act."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_subject", "subject_kind", "subject_id", "at"),
        Index("ix_journal_entry_municipality_code_at", "municipality_code", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime] = mapped_column()
    staff_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    act: Mapped[str] = mapped_column(String(48))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    detail: Mapped[str] = mapped_column(String(200), default="")  # codes only
    chain: Mapped[bytes | None] = mapped_column(LargeBinary(32))


def record(
    session: Session,
    act: str,
    *,
    municipality: str,
    subject_kind: str,
    now: datetime,
    subject_id: uuid.UUID | None = None,
    staff_id: uuid.UUID | None = None,
    detail: str = "",
) -> None:
    """Write one act; `detail` holds codes, never words of a person."""
    session.add(
        JournalEntry(
            municipality_code=municipality,
            at=now,
            staff_id=staff_id,
            act=act,
            subject_kind=subject_kind,
            subject_id=subject_id,
            detail=detail,
        )
    )
