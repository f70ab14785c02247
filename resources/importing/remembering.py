"""Which column of a town's files says what: chosen once by an editor, known again by the headings."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, Uuid, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import Base, new_id
from resources.importing.columns import Choices


class ColumnChoice(Base):
    """What each column of files with certain headings says in one town."""

    __tablename__ = "column_choice"
    __table_args__ = (UniqueConstraint("municipality_code", "signature"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    signature: Mapped[str] = mapped_column(String(64))  # of the headings in their order
    columns: Mapped[dict[str, str]] = mapped_column(JSON())  # number of the column -> field, empty when it is not read
    by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column()


def of_town(session: Session, municipality: str) -> Choices:
    """Return everything a town's editors have chosen."""
    rows = session.scalars(select(ColumnChoice).where(ColumnChoice.municipality_code == municipality))
    return {row.signature: {int(at): name for at, name in row.columns.items()} for row in rows}


def remember(
    session: Session, municipality: str, signature: str, columns: Mapping[int, str], *, by: str, now: datetime
) -> None:
    """Keep a choice for the next file with the same headings."""
    forget(session, municipality, signature)
    kept = {str(at): name for at, name in columns.items()}
    session.add(ColumnChoice(municipality_code=municipality, signature=signature, columns=kept, by=by, made_at=now))



def forget(session: Session, municipality: str, signature: str) -> None:
    """Let the headings be understood as the product understands them by itself."""
    mine = ColumnChoice.municipality_code == municipality
    session.execute(delete(ColumnChoice).where(mine, ColumnChoice.signature == signature))
