"""After how many months a town checks each kind of entry again, where it does not follow the table of kinds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources import change_sets
from resources.db import Base

MONTHS: Final = range(1, 17)


class NotACadence(ValueError):
    """確かめる間隔は、1か月から16か月までで決めてください。まだ何も変えていません。"""


class Cadence(Base):
    """The rhythm a town has chosen for one kind of entry."""

    __tablename__ = "cadence"

    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(48), primary_key=True)
    months: Mapped[int] = mapped_column(Integer())
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column()


def of_towns(session: Session, towns: Collection[str]) -> Mapping[tuple[str, str], int]:
    """Return what towns have chosen: (town, kind) -> months."""
    query = select(Cadence.municipality_code, Cadence.kind, Cadence.months)
    rows = session.execute(query.where(Cadence.municipality_code.in_(towns)))
    return {(town, kind): months for town, kind, months in rows}


def choose(session: Session, town: str, kind: str, months: int | None, *, by: str, now: datetime) -> None:
    """Set a town's rhythm for a kind, or go back to that of the table; answers follow at once. Raises NotACadence."""
    chosen = session.get(Cadence, (town, kind))
    if months is None:
        if chosen is not None:
            session.delete(chosen)
    elif months not in MONTHS:
        raise NotACadence(NotACadence.__doc__)
    elif chosen is None:
        session.add(Cadence(municipality_code=town, kind=kind, months=months, by=by, at=now))
    else:
        chosen.months, chosen.by, chosen.at = months, by, now
    session.flush()
    change_sets.bump(session, town)
