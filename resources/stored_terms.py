"""The terms of every entry, kept so that a town's index is made anew without reading its words again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Index, LargeBinary, String, Uuid, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from intents import Terms
from resources.db import Base

_AT_ONCE = 500


class StoredTerms(Base):
    """What one entry can be found by, as it was at `last_modified`; without a foreign key, because it can be made anew."""

    __tablename__ = "stored_terms"
    __table_args__ = (Index("ix_stored_terms_municipality_code", "municipality_code"),)

    service_id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True)
    municipality_code: Mapped[str] = mapped_column(String(6))
    last_modified: Mapped[datetime] = mapped_column()
    made_with: Mapped[str] = mapped_column(String(32))  # the vocabulary and the table of kinds they were made with
    packed: Mapped[bytes] = mapped_column(LargeBinary())


@dataclass(frozen=True)
class Found:
    """The terms of an entry and how the names of its quarters sound."""

    last_modified: datetime
    terms: Terms
    sounds: dict[str, str]


def of_town(session: Session, municipality: str, made_with: str) -> dict[uuid.UUID, Found]:
    """Return what is stored of a town's entries; what another vocabulary made is not among it."""
    table = StoredTerms.__table__
    rows = session.execute(
        select(table.c.service_id, table.c.last_modified, table.c.packed).where(
            table.c.municipality_code == municipality, table.c.made_with == made_with
        )
    )
    return {id_: _unpacked(id_, modified, packed) for id_, modified, packed in rows}


def keep(session: Session, municipality: str, made_with: str, made: Iterable[Found], *, gone: Iterable[uuid.UUID]) -> None:
    """Store new terms in place of the old ones, and forget those of entries that are gone."""
    rows = [
        {
            "service_id": uuid.UUID(one.terms.id),
            "municipality_code": municipality,
            "last_modified": one.last_modified,
            "made_with": made_with,
            "packed": _packed(one),
        }
        for one in made
    ]
    old = [*(row["service_id"] for row in rows), *gone]
    for start in range(0, len(old), _AT_ONCE):
        session.execute(delete(StoredTerms).where(StoredTerms.service_id.in_(old[start : start + _AT_ONCE])))
    if rows:
        session.execute(insert(StoredTerms), rows)


def _packed(one: Found) -> bytes:
    terms = one.terms
    return orjson.dumps([terms.name, terms.sound, terms.consults, terms.weights, one.sounds])


def _unpacked(id_: uuid.UUID, modified: datetime, packed: bytes) -> Found:
    name, sound, consults, weights, sounds = orjson.loads(packed)
    return Found(modified, Terms(str(id_), name, sound, consults, weights), sounds)
