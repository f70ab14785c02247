"""Receipt numbers: one after the other for each town and day, and none twice, whoever asks at once or is erased later."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import Base
from resources.slots import JAPAN


class ReceiptDay(Base):
    """The last number a town gave out on a day."""

    __tablename__ = "receipt_day"

    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(Integer())


def next_receipt(session: Session, municipality: str, *, now: datetime) -> str:
    """Return the next number; who asks at the same moment waits for this transaction and gets the one after it."""
    day = now.astimezone(JAPAN).date()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(ReceiptDay).values(municipality_code=municipality, day=day, last=1)
    counted = first.on_conflict_do_update(
        index_elements=["municipality_code", "day"], set_={"last": ReceiptDay.last + 1}
    ).returning(ReceiptDay.last)
    return f"R-{day:%y-%m%d}-{session.execute(counted).scalar_one():02d}"
