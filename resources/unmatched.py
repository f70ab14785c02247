"""Messages nobody understood, or for which nothing was found: masked and sealed, for those who keep the directory."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Index, LargeBinary, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import EVERYWHERE, Base, Database, Held, held_args
from resources.sealing import Unreadable, reveal, seal
from resources.slots import JAPAN

KEPT_DAYS: Final = 30
MOST: Final = 300
LONGEST: Final = 120
_AT_ONCE: Final = 1000
_LONGEST_NAME: Final = 120


class Why(StrEnum):
    """Why a message has come here."""

    UNHEARD = "unheard"
    NOTHING = "nothing"

    @property
    def label(self) -> str:
        """The reason as staff read it."""
        return "聞き取れなかった" if self is Why.UNHEARD else "合う場所がなかった"


class Outcome(StrEnum):
    """What became of a message."""

    WORD = "word"
    ENTRY = "entry"
    ASIDE = "aside"

    @property
    def label(self) -> str:
        """The outcome as staff read it."""
        return {Outcome.WORD: "町のことばに足しました", Outcome.ENTRY: "新しい項目を作りはじめました"}.get(self, "片づけました")


class AlreadyDone(RuntimeError):
    """ほかの人が先に片づけました。このメッセージの文は、もう消えています。"""


class Unmatched(Held, Base):
    """One message; when it is done its words are gone, and who did it stays until the row goes too.

    The id is drawn by lot, and the key belongs to the town: neither leads back to whoever wrote.
    """

    __tablename__ = "unmatched_message"
    __table_args__ = held_args(Index("ix_unmatched_message_custodian_said_on", "custodian", "said_on"))
    seal_subject = "key_of_town"

    said_on: Mapped[date] = mapped_column()
    why: Mapped[Why] = mapped_column(String(12))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    outcome: Mapped[Outcome | None] = mapped_column(String(12))
    done_by: Mapped[str] = mapped_column(String(_LONGEST_NAME), default="")
    done_at: Mapped[datetime | None] = mapped_column()

    @property
    def key_of_town(self) -> uuid.UUID:
        """The subject of the key with which a town's messages are sealed."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"uketome:unmatched:{self.custodian}")


@dataclass(frozen=True)
class Message:
    """One message that waits."""

    id: uuid.UUID
    town: str
    said_on: date
    why: Why
    words: str


def keep(session: Session, words: str, *, town: str, why: Why, now: datetime) -> None:
    """Keep a message whose personal words were masked before."""
    row = Unmatched(id=uuid.uuid4(), custodian=town, said_on=now.astimezone(JAPAN).date(), why=why)
    seal(session, row, "words_sealed", words if len(words) <= LONGEST else words[: LONGEST - 1] + "…")
    session.add(row)


def waiting(session: Session, town: str) -> list[Message]:
    """Return the messages of a town that wait, the newest first, as many as a person can look through."""
    query = select(Unmatched).where(Unmatched.custodian == town, Unmatched.outcome.is_(None))
    rows = session.scalars(query.order_by(Unmatched.said_on.desc(), Unmatched.id).limit(MOST))
    return [told for row in rows if (told := message(session, row)) is not None]


def find(session: Session, message_id: uuid.UUID, *, towns: Collection[str]) -> Unmatched | None:
    """Return one message of some towns, done or not."""
    query = select(Unmatched).where(Unmatched.id == message_id, Unmatched.custodian.in_(towns))
    return session.scalars(query).first()


def message(session: Session, row: Unmatched) -> Message | None:
    """Return a message that can be read; None when it is done, or its key is gone."""
    try:
        words = reveal(session, row, "words_sealed")
    except Unreadable:
        return None
    return Message(row.id, row.custodian, row.said_on, Why(row.why), words) if words else None


def finish(
    session: Session, first: uuid.UUID, *others: uuid.UUID, town: str, outcome: Outcome, by: str, now: datetime
) -> None:
    """Say what became of a message and of others like it, and let go of their words; raises AlreadyDone for the first."""
    if not _finish(session, [first], town, outcome, by, now):
        raise AlreadyDone(AlreadyDone.__doc__)
    if others:
        _finish(session, others, town, outcome, by, now)


def _finish(session: Session, ids: Sequence[uuid.UUID], town: str, outcome: Outcome, by: str, now: datetime) -> int:
    # One conditional statement decides who was first.
    open_ones = (Unmatched.id.in_(ids)) & (Unmatched.custodian == town) & Unmatched.outcome.is_(None)
    done = update(Unmatched).where(open_ones).values(outcome=outcome, done_by=by[:_LONGEST_NAME], done_at=now, words_sealed=None)
    found = session.scalars(done.returning(Unmatched.id), execution_options={"synchronize_session": False})
    return len(found.all())


def sweep(database: Database, now: datetime) -> None:
    """Let go of messages that nobody looked at in time, and of what is left of those that are done."""
    before = now.astimezone(JAPAN).date() - timedelta(days=KEPT_DAYS)
    old = select(Unmatched.id).where(Unmatched.said_on < before).limit(_AT_ONCE)
    while True:
        with database.reading(EVERYWHERE) as session:
            gone = session.scalars(old).all()
        if not gone:
            return
        with database.writing(EVERYWHERE) as session:
            removed = delete(Unmatched).where(Unmatched.id.in_(gone))
            session.execute(removed, execution_options={"synchronize_session": False})
