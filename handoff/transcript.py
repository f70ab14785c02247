"""What was said, by whom, and whether it arrived."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, String, Uuid, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.contacts import ContactPoint, NoPoint
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal, sealer


class Author(StrEnum):
    """Who said it."""

    RESIDENT = "resident"
    BOT = "bot"
    STAFF = "staff"
    SYSTEM = "system"


class Kind(StrEnum):
    """What kind of thing was said."""

    TEXT = "text"
    IMAGE = "image"
    LOCATION = "location"
    STICKER = "sticker"
    VOICE = "voice"
    FILE = "file"
    CARD = "card"
    CHOICE = "choice"
    SYSTEM = "system"
    # Not in writing: what was said by telephone, at the desk, or at the person's home.
    CALL = "call"
    CAME = "came"
    WENT = "went"
    MET = "met"


class Message(Held, Base):
    """One thing said in a conversation, with its words sealed."""

    __tablename__ = "message"
    __table_args__ = held_args(
        Index("ix_message_contact_id_id", "contact_id", "id"),
        Index(
            "ix_message_unseen",
            "custodian",
            "contact_id",
            sqlite_where=text("seen_at IS NULL AND author = 'resident'"),
            postgresql_where=text("seen_at IS NULL AND author = 'resident'"),
        ),
        contact_id="contact",
        point_id="contact_point",
        event_id="inbound_event",
        outgoing_id="outgoing",
    )
    seal_subject = "contact_id"

    contact_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    point_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # none where it was said by telephone or on a visit
    event_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    outgoing_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), index=True)
    author: Mapped[Author] = mapped_column(String(12))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    kind: Mapped[Kind] = mapped_column(String(12), default=Kind.TEXT)
    manner: Mapped[str] = mapped_column(String(12), default="")  # of a call or visit: in, out or missed
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    # The platform's own message id, blinded: unsend and edits name a message by it.
    platform_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    crisis: Mapped[str | None] = mapped_column(String(24))
    said_at: Mapped[datetime] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()
    seen_at: Mapped[datetime | None] = mapped_column()  # when a person at the desk first saw it
    edited_at: Mapped[datetime | None] = mapped_column()
    withdrawn_at: Mapped[datetime | None] = mapped_column()  # the resident took it back
    erased_at: Mapped[datetime | None] = mapped_column()


def hear(
    session: Session,
    point: ContactPoint,
    words: str,
    *,
    kind: Kind,
    said_at: datetime,
    now: datetime,
    event_id: uuid.UUID | None = None,
    platform_id: str = "",
) -> Message:
    """Write down what a resident said."""
    message = Message(
        id=new_id(),
        custodian=point.custodian,
        contact_id=point.contact_id,
        point_id=point.id,
        event_id=event_id,
        author=Author.RESIDENT,
        kind=kind,
        said_at=said_at,
        made_at=now,
    )
    seal(session, message, "words_sealed", words)
    if platform_id:
        message.platform_index = platform_index(session, point.custodian, point.account_id, platform_id)
    session.add(message)
    session.flush()
    return message


def note(session: Session, point: ContactPoint | NoPoint, words: str, *, now: datetime) -> Message:
    """Write a line of the desk's own into the conversation ("山田さんが受けました"); it is not sent."""
    message = Message(
        id=new_id(),
        custodian=point.custodian,
        contact_id=point.contact_id,
        point_id=point.id,
        author=Author.SYSTEM,
        kind=Kind.SYSTEM,
        said_at=now,
        made_at=now,
        seen_at=now,
    )
    seal(session, message, "words_sealed", words)
    session.add(message)
    session.flush()
    return message


def words(session: Session, message: Message) -> str:
    """Return what was said; empty when it was erased."""
    return reveal(session, message, "words_sealed") or ""


def find_by_platform_id(session: Session, point: ContactPoint, platform_id: str) -> Message | None:
    """Return the resident's message that a platform calls by this id."""
    index = platform_index(session, point.custodian, point.account_id, platform_id)
    query = select(Message).where(Message.contact_id == point.contact_id, Message.platform_index == index)
    return session.scalars(query).first()


def recent(session: Session, *contacts: uuid.UUID, limit: int = 50, before: uuid.UUID | None = None) -> list[Message]:
    """Return the newest messages of a person's contacts, oldest first; `before` pages backwards by key."""
    query = select(Message).where(Message.contact_id.in_(contacts))
    if before is not None:
        query = query.where(Message.id < before)
    return list(session.scalars(query.order_by(Message.id.desc()).limit(limit)))[::-1]


def revise(session: Session, message: Message, words: str, *, now: datetime) -> None:
    """Replace the words of a message by what the resident made of them."""
    seal(session, message, "words_sealed", words)
    message.edited_at = now


def erase(session: Session, message: Message, *, now: datetime) -> None:
    """Remove the words of a message for good; that something was said stays."""
    message.words_sealed, message.erased_at = None, now


def platform_index(session: Session, custodian: str, account_id: uuid.UUID, platform_id: str) -> bytes:
    """Return the fingerprint by which a platform's message id is found again without being readable."""
    return sealer(session).blind(custodian, f"message:{account_id.hex}", platform_id)
