"""What residents say of an entry by one press: right, gone, nobody answers; a day and a code, no word and no person."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Uuid, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources import duplicates
from resources.db import Base
from resources.services import Service
from resources.slots import JAPAN


class Said(StrEnum):
    """What is said of an entry."""

    RIGHT = "right"
    GONE = "gone"
    NO_ANSWER = "no_answer"
    OTHERWISE = "otherwise"

    @property
    def label(self) -> str:
        """The report as staff read it."""
        return _LABELS[self]


_LABELS = {
    Said.RIGHT: "合っていた",
    Said.GONE: "もうやっていない",
    Said.NO_ANSWER: "電話がつながらない",
    Said.OTHERWISE: "時間や場所がちがう",
}


class EntryReport(Base):
    """One press under one card.

    The id is drawn by lot: one that tells its time would lead back to the conversation.
    """

    __tablename__ = "entry_report"
    __table_args__ = (Index("ix_entry_report_municipality_code_settled_on", "municipality_code", "settled_on"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=uuid.uuid4)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    said: Mapped[Said] = mapped_column(String(12))
    said_on: Mapped[date] = mapped_column()
    settled_on: Mapped[date | None] = mapped_column()


def record(session: Session, service_id: uuid.UUID, said: Said, *, now: datetime) -> bool:
    """Write a report down; an entry that was merged into another stands for that one. False when there is no such entry."""
    service = session.get(Service, duplicates.standing_for(session, service_id))
    if service is None or not service.visible:
        return False
    said_on = now.astimezone(JAPAN).date()
    session.add(
        EntryReport(municipality_code=service.municipality_code, service_id=service.id, said=said, said_on=said_on)
    )
    session.flush()
    return True


def of_towns(session: Session, towns: frozenset[str]) -> Mapping[uuid.UUID, Counter[Said]]:
    """Return the reports of some towns that nobody has looked into, counted by entry."""
    query = (
        select(EntryReport.service_id, EntryReport.said, func.count())
        .where(EntryReport.municipality_code.in_(towns), EntryReport.settled_on.is_(None))
        .group_by(EntryReport.service_id, EntryReport.said)
    )
    found: dict[uuid.UUID, Counter[Said]] = {}
    forwarded = duplicates.forwarded(session, towns)
    for service_id, said, count in session.execute(query):
        found.setdefault(forwarded.get(service_id, service_id), Counter())[Said(said)] += count
    return found


def of_entry(session: Session, service_id: uuid.UUID) -> Counter[Said]:
    """Return the reports of one entry that nobody has looked into, with those of entries it stands for."""
    query = select(EntryReport.said).where(_open(session, service_id))
    return Counter(Said(said) for said in session.scalars(query))


def settle(session: Session, service_id: uuid.UUID, *, now: datetime) -> None:
    """Say that the reports of an entry were looked into."""
    looked_into = update(EntryReport).where(_open(session, service_id)).values(settled_on=now.astimezone(JAPAN).date())
    session.execute(looked_into, execution_options={"synchronize_session": False})


def _open(session: Session, service_id: uuid.UUID) -> ColumnElement[bool]:
    return EntryReport.service_id.in_(duplicates.stood_for_by(session, service_id)) & EntryReport.settled_on.is_(None)
