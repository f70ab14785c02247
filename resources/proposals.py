"""Places and events that residents and groups propose for the directory, kept until an editor has decided."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, LargeBinary, String, Text, Uuid, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import Base, Database, new_id
from resources.importing.values import clean

# After this, what was decided is deleted; the entry that came of it stays.
KEPT: Final = timedelta(days=90)
# After this, what no editor has looked at is deleted, too.
WAITS: Final = timedelta(days=180)
LONGEST: Final[Mapping[str, int]] = {"name": 100, "held": 300, "place": 300, "whom": 300, "about": 600, "reach": 300}
# So many may come to one town by the public form within an hour; the chat is open beside it.
_MOST_AN_HOUR: Final = 30


class Sort(StrEnum):
    """What is proposed."""

    PLACE = "place"
    EVENT = "event"
    PLAN = "plan"

    @property
    def label(self) -> str:
        """What is proposed, as people read it."""
        return {"place": "続いている場所・集まり", "event": "日が決まった催し", "plan": "これから作りたい場所"}[self]


class State(StrEnum):
    """Where a proposal stands."""

    WAITING = "waiting"  # -> writing, accepted, declined
    WRITING = "writing"  # an editor has it open as a new entry -> waiting, accepted, declined
    ACCEPTED = "accepted"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        """The state as editors read it."""
        return {"waiting": "未確認", "writing": "書いています", "accepted": "載せた", "declined": "見送った"}[self]


class Why(StrEnum):
    """Why a proposal is declined; each has a kind sentence of its own for the person who proposed it."""

    KNOWN = "known"
    UNCLEAR = "unclear"
    CLOSED = "closed"
    BUSINESS = "business"
    NOT_YET = "not_yet"
    ELSEWHERE = "elsewhere"
    PERSONAL = "personal"

    @property
    def label(self) -> str:
        """The reason as editors read it."""
        return _WHY[self]


_WHY: Final[Mapping[Why, str]] = {
    Why.KNOWN: "もう台帳に載っている",
    Why.UNCLEAR: "内容を確かめられない",
    Why.CLOSED: "だれでも来られる場ではない",
    Why.BUSINESS: "営業・勧誘が目的",
    Why.NOT_YET: "まだ始まっていない",
    Why.ELSEWHERE: "この町の外の場所",
    Why.PERSONAL: "個人の家や連絡先が入っている",
}


class TooMany(RuntimeError):
    """いま、受け付けが混み合っています。1時間ほどたってから、もう一度送ってください。書いた内容は下に残っています。"""


class Proposal(Base):
    """One proposal as it was written; who wrote it is not here: the door that heard them knows, and forgets."""

    __tablename__ = "proposal"
    __table_args__ = (Index("ix_proposal_municipality_code_state", "municipality_code", "state"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    sort: Mapped[Sort] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(200))
    held: Mapped[str] = mapped_column(Text(), default="")  # when, in the proposer's words
    dates: Mapped[list[str]] = mapped_column(JSON(), default=list)  # the days of an event that could be read, ISO
    place: Mapped[str] = mapped_column(Text(), default="")
    whom: Mapped[str] = mapped_column(Text(), default="")
    about: Mapped[str] = mapped_column(Text(), default="")
    reach: Mapped[str] = mapped_column(Text(), default="")  # what everybody may read of how to reach the place
    from_chat: Mapped[bool] = mapped_column(default=False)
    receipt_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)  # of the form's secret receipt
    state: Mapped[State] = mapped_column(String(12), default=State.WAITING)
    why: Mapped[Why | None] = mapped_column(String(12))
    sheet_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # the form of the new entry it is open as
    service_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service.id"))
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()

    @property
    def sort_label(self) -> str:
        """What is proposed, as people read it."""
        return Sort(self.sort).label

    @property
    def state_label(self) -> str:
        """Where it stands, as editors read it."""
        return State(self.state).label

    @property
    def why_label(self) -> str:
        """Why it was declined, as editors read it; empty where it was not."""
        return Why(self.why).label if self.why else ""


@dataclass(frozen=True)
class Said:
    """What somebody proposes, in their own words; empty where they said nothing."""

    sort: Sort
    name: str
    held: str = ""
    place: str = ""
    whom: str = ""
    about: str = ""
    reach: str = ""
    dates: tuple[str, ...] = ()


def keep(session: Session, said: Said, *, town: str, now: datetime, receipt: str = "") -> Proposal:
    """Keep a proposal for the editors, without a receipt one from the chat; what comes twice under one receipt is kept once.

    Raises TooMany.
    """
    told = _hash(receipt) if receipt else None
    if told is not None:
        there = session.scalars(select(Proposal).where(Proposal.receipt_hash == told)).first()
        if there is not None:
            return there
        lately = (Proposal.municipality_code == town) & Proposal.receipt_hash.is_not(None)
        count = select(func.count()).select_from(Proposal).where(lately, Proposal.made_at > now - timedelta(hours=1))
        if (session.scalar(count) or 0) >= _MOST_AN_HOUR:
            raise TooMany(TooMany.__doc__)
    words = {field: clean(getattr(said, field))[:most] for field, most in LONGEST.items()}
    proposal = Proposal(
        id=new_id(), municipality_code=town, sort=said.sort, dates=list(said.dates), from_chat=told is None,
        receipt_hash=told, state=State.WAITING, made_at=now, **words,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(proposal)
    except IntegrityError:
        # The same form came twice in one moment; the other one's row is there now.
        return session.scalars(select(Proposal).where(Proposal.receipt_hash == told)).one()
    return proposal


def by_receipt(session: Session, receipt: str) -> Proposal | None:
    """Return what was proposed under a receipt."""
    return session.scalars(select(Proposal).where(Proposal.receipt_hash == _hash(receipt))).first()


def undecided(session: Session, town: str, *, most: int, skip: int = 0) -> list[Proposal]:
    """Return so many of what no editor of a town has decided, the oldest first."""
    query = select(Proposal).where(_undecided(town)).order_by(Proposal.made_at, Proposal.id)
    return list(session.scalars(query.offset(skip).limit(most)))


def count_undecided(session: Session, town: str) -> int:
    """Return how much no editor of a town has decided."""
    return session.scalar(select(func.count()).select_from(Proposal).where(_undecided(town))) or 0


def decided(session: Session, town: str, *, most: int = 100) -> list[Proposal]:
    """Return what was decided lately in a town, the newest first."""
    query = select(Proposal).where(Proposal.municipality_code == town, Proposal.state.in_((State.ACCEPTED, State.DECLINED)))
    return list(session.scalars(query.order_by(Proposal.decided_at.desc(), Proposal.id).limit(most)))


def purge(database: Database, now: datetime) -> None:
    """Delete what was decided 90 days ago, and what has waited for 180 days without any editor looking at it."""
    decided = Proposal.state.in_((State.ACCEPTED, State.DECLINED)) & (Proposal.decided_at < now - KEPT)
    old = decided | (Proposal.state == State.WAITING) & (Proposal.made_at < now - WAITS)
    with database.reading() as session:
        if session.scalars(select(Proposal.id).where(old).limit(1)).first() is None:
            return
    with database.writing() as session:
        session.execute(delete(Proposal).where(old))


def _undecided(town: str) -> ColumnElement[bool]:
    return (Proposal.municipality_code == town) & Proposal.state.in_((State.WAITING, State.WRITING))


def _hash(receipt: str) -> bytes:
    return hashlib.sha256(receipt.encode("utf-8", "replace")).digest()
