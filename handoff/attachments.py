"""Photos, voices and files that residents send: expected when they are heard of, fetched at once, kept under lock."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    Uuid,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.transcript import Kind, Message
from resources.db import Base, Held, held_args, new_id
from resources.sealing import Place, Sealer, reveal, seal

_MB: Final = 1024 * 1024
LARGEST: Final = {Kind.IMAGE: 10 * _MB, Kind.VOICE: 10 * _MB, Kind.FILE: 20 * _MB}
MOST_A_DAY, LARGEST_DAY = 30, 100 * _MB
# A writer of SQLite is held for one part at a time, so that answers never wait for a photo.
PART: Final = 1 * _MB
SMALL: Final = 0  # the number of the part that holds the small picture
# A photo's own bytes stand in the parts after it.
FIRST: Final = 1
_DAY: Final = timedelta(hours=24)


class FileState(StrEnum):
    """Where a file stands."""

    WAITING = "waiting"  # heard of -> waiting
    STORED = "stored"  # waiting -> stored
    REFUSED = "refused"  # waiting -> refused: too large, too many, or of a kind that is not opened here
    GONE = "gone"  # waiting -> gone: no longer to be had; stored -> gone: taken back


class Attachment(Held, Base):
    """One photo, voice or file of one message."""

    __tablename__ = "attachment"
    __table_args__ = held_args(
        UniqueConstraint("message_id"),
        Index("ix_attachment_contact_id_made_at", "contact_id", "made_at"),
        Index(
            "ix_attachment_waiting",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        contact_id="contact",
        message_id="message",
        account_id="account",
    )
    seal_subject = "contact_id"

    contact_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    message_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    kind: Mapped[Kind] = mapped_column(String(12))
    state: Mapped[FileState] = mapped_column(String(12), default=FileState.WAITING)
    reason: Mapped[str] = mapped_column(String(24), default="")  # a code: why refused or gone
    handle_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())  # what the platform calls it
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    media: Mapped[str] = mapped_column(String(80), default="")  # as recognised by its bytes, never as it was named
    size: Mapped[int] = mapped_column(Integer(), default=0)
    width: Mapped[int | None] = mapped_column(Integer())
    height: Mapped[int | None] = mapped_column(Integer())
    attempts: Mapped[int] = mapped_column(Integer(), default=0)
    leased_by: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[datetime | None] = mapped_column()  # also the pause until the next attempt
    made_at: Mapped[datetime] = mapped_column()
    settled_at: Mapped[datetime | None] = mapped_column()
    told_at: Mapped[datetime | None] = mapped_column()  # when the resident was told that it did not arrive


class AttachmentPart(Held, Base):
    """One piece of a file, sealed."""

    __tablename__ = "attachment_part"
    __table_args__ = held_args(
        UniqueConstraint("attachment_id", "number"), contact_id="contact", attachment_id="attachment"
    )
    seal_subject = "contact_id"

    contact_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    attachment_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    number: Mapped[int] = mapped_column(Integer())
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary())


@dataclass(frozen=True)
class Sealed:
    """One piece, sealed before any transaction begins."""

    id: uuid.UUID
    number: int
    content: bytes


@dataclass(frozen=True)
class Found:
    """What a file turned out to be."""

    media: str
    content: bytes
    small: bytes = b""
    width: int | None = None
    height: int | None = None


def expect(session: Session, message: Message, account_id: uuid.UUID, *, handle: str, name: str, now: datetime) -> Attachment:
    """Note that a message brought something to fetch; over a day's measure it is refused at once."""
    known = of_message(session, message.id)
    if known is not None:
        return known
    row = Attachment(
        id=new_id(), custodian=message.custodian, contact_id=message.contact_id, message_id=message.id,
        account_id=account_id, kind=message.kind, made_at=now,
    )  # fmt: skip
    seal(session, row, "handle_sealed", handle)
    seal(session, row, "name_sealed", name or None)
    if _today(session, row, func.count(), now) >= MOST_A_DAY:
        refuse(row, "too_many", now=now)
    session.add(row)
    session.flush()
    return row


def room(session: Session, row: Attachment, *, now: datetime) -> int:
    """Return how many bytes may still come from this person today, and for this kind."""
    left = LARGEST_DAY - _today(session, row, func.coalesce(func.sum(Attachment.size), 0), now)
    return max(0, min(LARGEST[Kind(row.kind)], left))


def anything_waits(session: Session, *, clock: datetime) -> bool:
    """Whether there is something to fetch now."""
    return session.scalars(select(Attachment.id).where(*_free(clock)).limit(1)).first() is not None


def claim(session: Session, *, worker: str, clock: datetime, lease: timedelta, limit: int) -> list[Attachment]:
    """Take what may be fetched now, oldest first; `clock` is the database's own time."""
    query = select(Attachment).where(*_free(clock)).order_by(Attachment.id).limit(limit)
    rows = list(session.scalars(query.with_for_update(skip_locked=True)))
    for row in rows:
        row.leased_by, row.leased_until, row.attempts = worker, clock + lease, row.attempts + 1
    session.flush()
    return rows


def hold(session: Session, attachment_id: uuid.UUID, *, worker: str) -> Attachment | None:
    """Return a file that is still ours to fetch, locked; None when it was taken back, or over by another worker."""
    query = select(Attachment).where(
        Attachment.id == attachment_id, Attachment.leased_by == worker, Attachment.state == FileState.WAITING
    )
    return session.scalars(query.with_for_update()).first()


def handle(session: Session, row: Attachment) -> str:
    """Return what the platform calls it."""
    return reveal(session, row, "handle_sealed") or ""


def seal_parts(sealer: Sealer, custodian: str, contact_id: uuid.UUID, found: Found) -> list[Sealed]:
    """Seal a file piece by piece; this takes time, so it is done outside every transaction."""
    pieces = [(SMALL, found.small)] if found.small else []
    starts = range(0, len(found.content), PART)
    pieces += [(FIRST + at, found.content[start : start + PART]) for at, start in enumerate(starts)]
    ids = [new_id() for _ in pieces]
    return [
        Sealed(part, number, sealer.seal(_place(custodian, contact_id, part), piece))
        for part, (number, piece) in zip(ids, pieces, strict=True)
    ]


def write_part(session: Session, row: Attachment, part: Sealed) -> None:
    """Keep one piece; one that an earlier attempt left there gives way."""
    _drop(session, AttachmentPart.attachment_id == row.id, AttachmentPart.number == part.number)
    session.add(
        AttachmentPart(
            id=part.id, custodian=row.custodian, contact_id=row.contact_id, attachment_id=row.id,
            number=part.number, content_sealed=part.content,
        )
    )  # fmt: skip
    session.flush()


def finish(session: Session, row: Attachment, found: Found, *, parts: Sequence[Sealed], now: datetime) -> None:
    """Let the desk see it: from now on it is whole."""
    numbers = [part.number for part in parts]
    _drop(session, AttachmentPart.attachment_id == row.id, AttachmentPart.number.not_in(numbers))
    row.media, row.size, row.width, row.height = found.media, len(found.content), found.width, found.height
    _settle(row, FileState.STORED, "", now)


def refuse(row: Attachment, reason: str, *, now: datetime) -> None:
    """Do not keep it; the desk reads why."""
    _settle(row, FileState.REFUSED, reason, now)


def lose(row: Attachment, reason: str, *, now: datetime) -> None:
    """It is no longer to be had."""
    _settle(row, FileState.GONE, reason, now)


def try_again(row: Attachment, *, at: datetime, blameless: bool = False) -> None:
    """Give it back for another attempt."""
    row.leased_by, row.leased_until = None, at
    if blameless:
        row.attempts = max(0, row.attempts - 1)


def drop_parts(session: Session, row: Attachment) -> None:
    """Remove what an attempt left behind."""
    _drop(session, AttachmentPart.attachment_id == row.id)


def take_back(session: Session, message: Message, *, erase: bool, now: datetime) -> None:
    """Follow a message its sender took back: nothing is fetched any more; what is erased with it is gone for good."""
    row = of_message(session, message.id)
    if row is None or (row.state == FileState.STORED and not erase):
        return
    drop_parts(session, row)
    row.name_sealed = None if erase else row.name_sealed
    row.media, row.size, row.width, row.height = "", 0, None, None
    lose(row, "taken_back", now=now)


def of_message(session: Session, message_id: uuid.UUID) -> Attachment | None:
    """Return what a message brought."""
    return session.scalars(select(Attachment).where(Attachment.message_id == message_id)).first()


def told_lately(session: Session, row: Attachment, *, now: datetime) -> bool:
    """Whether the person was told within the last hour that something of theirs did not arrive for the same reason."""
    lately = select(Attachment.id).where(
        Attachment.contact_id == row.contact_id, Attachment.reason == row.reason, Attachment.told_at > now - timedelta(hours=1)
    )
    return session.scalars(lately.limit(1)).first() is not None


def content(session: Session, sealer: Sealer, row: Attachment, *, small: bool = False) -> bytes:
    """Return the file, or its small picture; raises Unreadable."""
    wanted = AttachmentPart.number == SMALL if small else AttachmentPart.number >= FIRST
    parts = session.scalars(
        select(AttachmentPart).where(AttachmentPart.attachment_id == row.id, wanted).order_by(AttachmentPart.number)
    )
    return b"".join(
        sealer.open_bytes(_place(row.custodian, row.contact_id, part.id), part.content_sealed) for part in parts
    )


def _settle(row: Attachment, state: FileState, reason: str, now: datetime) -> None:
    row.state, row.reason, row.settled_at = state, reason, now
    row.handle_sealed, row.leased_by, row.leased_until = None, None, None


def _free(clock: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        # Written into the statement as a constant, so that the partial index serves it.
        Attachment.state == bindparam(None, "waiting", literal_execute=True),
        or_(Attachment.leased_until.is_(None), Attachment.leased_until < clock),
    )  # fmt: skip


def _today(session: Session, row: Attachment, figure: ColumnElement[int], now: datetime) -> int:
    mine = select(figure).where(
        Attachment.contact_id == row.contact_id, Attachment.made_at > now - _DAY, Attachment.reason != "too_many"
    )
    return int(session.scalar(mine) or 0)


def _drop(session: Session, *which: ColumnElement[bool]) -> None:
    session.execute(delete(AttachmentPart).where(*which).execution_options(synchronize_session=False))


def _place(custodian: str, contact_id: uuid.UUID, part_id: uuid.UUID) -> Place:
    return Place(custodian, contact_id, AttachmentPart.__tablename__, "content_sealed", part_id)
