"""Places that would have been the answer but for one thing, and why: what a town lacks begins to show here."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import Base
from resources.slots import JAPAN


class Reason(StrEnum):
    """Why a place that fits the words does not fit the person or the hour."""

    AGE = "age"
    AREA = "area"
    HOURS = "hours"
    FULL = "full"
    RESTING = "resting"
    REQUIREMENT = "requirement"


@dataclass(frozen=True)
class Weighed:
    """One entry: what its words alone are worth, and what is left of that by each reason it fails for."""

    id: uuid.UUID
    kind: str
    worth: float
    fails: Mapping[Reason, float]


@dataclass(frozen=True)
class Missed:
    """One entry that was among the best by its words, and the weightiest reason why it is no answer."""

    id: uuid.UUID
    kind: str
    reason: Reason


@dataclass(frozen=True)
class Tally:
    """How often places were missed in a period, by reason, by what it was about, by the kinds that were wanted."""

    reasons: Counter[str]
    topics: Counter[str]
    kinds: Counter[str]


class NearMiss(Base):
    """One place somebody nearly found: a day and codes, no word and no person.

    The id is drawn by lot: one that tells its time would lead back to the message.
    """

    __tablename__ = "near_miss"
    __table_args__ = (Index("ix_near_miss_municipality_code_happened_on", "municipality_code", "happened_on"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=uuid.uuid4)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    happened_on: Mapped[date] = mapped_column()
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    reason: Mapped[Reason] = mapped_column(String(12))
    topics: Mapped[list[str]] = mapped_column(JSON())
    kinds: Mapped[list[str]] = mapped_column(JSON())


def nearest(weighed: Iterable[Weighed], *, most: int, least: float) -> tuple[Missed, ...]:
    """Return those of the best entries by words that fail; one for other streets only where none of its kind serves here."""
    best = sorted(weighed, key=lambda entry: (-entry.worth, entry.id))[:most]
    served = {entry.kind for entry in best if not entry.fails}
    missed = [
        Missed(entry.id, entry.kind, min(entry.fails, key=lambda reason: (entry.fails[reason], reason)))
        for entry in best
        if entry.fails and entry.worth >= least * best[0].worth
    ]
    return tuple(miss for miss in missed if miss.reason is not Reason.AREA or miss.kind not in served)


def record(
    session: Session,
    missed: Iterable[Missed],
    *,
    municipality: str,
    topics: Iterable[str],
    kinds: Iterable[str],
    now: datetime,
) -> None:
    """Write down what a resident nearly found; where no kind was named, that of the place stands for it."""
    about, wanted = sorted(set(topics)), sorted(set(kinds))
    for miss in missed:
        session.add(
            NearMiss(
                municipality_code=municipality,
                happened_on=now.astimezone(JAPAN).date(),
                service_id=miss.id,
                reason=miss.reason,
                topics=about,
                kinds=wanted or [kind for kind in (miss.kind,) if kind],
            )
        )


def tally(session: Session, municipality: str, *, first: date, last: date) -> Tally:
    """Count what was nearly found in a town from one day to another, both included."""
    query = select(NearMiss.reason, NearMiss.topics, NearMiss.kinds).where(
        NearMiss.municipality_code == municipality, NearMiss.happened_on.between(first, last)
    )
    told = Tally(Counter(), Counter(), Counter())
    for reason, topics, kinds in session.execute(query):
        told.reasons[reason] += 1
        told.topics.update(topics)
        told.kinds.update(kinds)
    return told
