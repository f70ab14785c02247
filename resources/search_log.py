"""What residents looked for, without their words: a month, subjects, kinds, the part of the town, and what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Uuid, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import Base, Database
from resources.slots import JAPAN

KEPT_MONTHS: Final = 24
_LONGEST_AREA: Final = 80
_AT_ONCE: Final = 1000


class Choice(StrEnum):
    """What a resident did with an answer."""

    RIGHT = "right"  # said of a place that what stands there is true
    REPORTED = "reported"  # said that it is not
    MORE = "more"
    NEAR = "near"
    PERSON = "person"
    WRONG = "wrong"


# Who looks on has not come to an end with the answer.
_LOOKS_ON: Final = (Choice.MORE, Choice.NEAR)


class SearchLog(Base):
    """One search: no word, no person, no day.

    The id is drawn by lot: one that tells its time would lead back to the message.
    """

    __tablename__ = "search_log"
    __table_args__ = (Index("ix_search_log_municipality_code_month", "municipality_code", "month"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=uuid.uuid4)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    month: Mapped[date] = mapped_column()  # its first day
    topics: Mapped[list[str]] = mapped_column(JSON())
    kinds: Mapped[list[str]] = mapped_column(JSON())
    area: Mapped[str] = mapped_column(String(_LONGEST_AREA), default="")
    hits: Mapped[int] = mapped_column(Integer())  # places that fit, as far as the search looked
    shown: Mapped[list[str]] = mapped_column(JSON())  # the entries at the top of the answer
    lacks: Mapped[list[str]] = mapped_column(JSON())  # why what nearly fitted did not: reasons of near misses
    choice: Mapped[Choice | None] = mapped_column(String(12))


def record(
    session: Session,
    *,
    municipality: str,
    topics: Iterable[str],
    kinds: Iterable[str],
    area: str,
    hits: int,
    shown: Iterable[uuid.UUID],
    lacks: Iterable[str],
    now: datetime,
) -> uuid.UUID:
    """Write a search down; returns the id under which a choice can be added."""
    row = SearchLog(
        id=uuid.uuid4(), municipality_code=municipality, month=month_of(now), topics=sorted(set(topics)),
        kinds=sorted(set(kinds)), area=area[:_LONGEST_AREA], hits=hits, shown=[one.hex for one in shown],
        lacks=sorted(set(lacks)),
    )  # fmt: skip
    session.add(row)
    return row.id


def choose(session: Session, search: uuid.UUID, choice: Choice) -> None:
    """Add what was done with the answer; the first choice stays, unless it only looked on."""
    still_open = or_(SearchLog.choice.is_(None), SearchLog.choice.in_(_LOOKS_ON))
    made = update(SearchLog).where(SearchLog.id == search, still_open).values(choice=choice)
    session.execute(made, execution_options={"synchronize_session": False})


def month_of(now: datetime) -> date:
    """Return the first day of the month it is in Japan."""
    return now.astimezone(JAPAN).date().replace(day=1)


def sweep(database: Database, now: datetime) -> None:
    """Let go of what is older than two years, some at a time."""
    month = month_of(now)
    years, rest = divmod(month.year * 12 + month.month - 1 - KEPT_MONTHS, 12)
    old = select(SearchLog.id).where(SearchLog.month < date(years, rest + 1, 1)).limit(_AT_ONCE)
    while True:
        with database.reading() as session:
            gone = session.scalars(old).all()
        if not gone:
            return
        with database.writing() as session:
            removed = delete(SearchLog).where(SearchLog.id.in_(gone))
            session.execute(removed, execution_options={"synchronize_session": False})
