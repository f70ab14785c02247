"""The key store: the keys of all subjects, each wrapped by a master key, in a database apart from the data."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, Integer, LargeBinary, String, Uuid, cast, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from resources.db import UTCDateTime, new_id


class KeyBase(DeclarativeBase):
    """Tables of the key store, which is never the database of the data."""


class SealingKey(KeyBase):
    """One key of one subject, wrapped by a master key."""

    __tablename__ = "sealing_key"
    __table_args__ = (Index("ix_sealing_key_subject", "subject", "generation", unique=True),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    subject: Mapped[uuid.UUID] = mapped_column(Uuid())
    generation: Mapped[int] = mapped_column(Integer(), default=1)
    custodian: Mapped[str] = mapped_column(String(6))
    master: Mapped[str] = mapped_column(String(32))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary())
    made_at: Mapped[datetime] = mapped_column(UTCDateTime())


def in_hex(column: Any) -> ColumnElement[str]:
    """Return an id as 32 signs on every database: many thousands of ids are read quicker so."""
    return func.replace(cast(column, String(36)), "-", "")
