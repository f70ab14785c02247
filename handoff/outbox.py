"""What still has to be said to residents: written first, then sent, and every attempt on record."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, Integer, LargeBinary, String, Uuid, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.contacts import ContactPoint
from handoff.states import Delivery
from handoff.transcript import Author, Kind, Message
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal


class Outgoing(Held, Base):
    """One delivery to one contact point: up to five bubbles that belong together."""

    __tablename__ = "outgoing"
    __table_args__ = held_args(
        Index("ix_outgoing_contact_id_id", "contact_id", "id"),
        Index(
            "ix_outgoing_troubled",
            "custodian",
            "contact_id",
            sqlite_where=text("state IN ('failed', 'held')"),
            postgresql_where=text("state IN ('failed', 'held')"),
        ),
        Index(
            "ix_outgoing_unsent",
            "point_id",
            "id",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
        contact_id="contact",
        point_id="contact_point",
        event_id="inbound_event",
    )
    seal_subject = "contact_id"

    contact_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    point_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    event_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # the message it answers
    author: Mapped[Author] = mapped_column(String(12))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())  # the rendered bubbles, platform-neutral JSON
    # Crisis answers are never withdrawn, never muted, and need no permission of the town.
    crisis: Mapped[bool] = mapped_column(default=False)
    # Must be said even when a newer answer follows: a receipt number, what is kept and who sees it.
    lasting: Mapped[bool] = mapped_column(default=False)
    # Not words but the answer a pressed button waits for.
    callback_id: Mapped[str] = mapped_column(String(120), default="")
    # What the town's relay rule asks: only fixed sentences and directory entries may be said in every channel.
    confidential: Mapped[bool] = mapped_column(default=False)
    state: Mapped[Delivery] = mapped_column(String(12), default=Delivery.WAITING)
    reason: Mapped[str] = mapped_column(String(80), default="")  # a code: why failed, withdrawn or held
    reply_token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    reply_until: Mapped[datetime | None] = mapped_column()
    # Stored before the first attempt: the platform recognises a repeat by it.
    retry_key: Mapped[uuid.UUID] = mapped_column(Uuid(), default=uuid.uuid4)
    attempts: Mapped[int] = mapped_column(Integer(), default=0)
    parts_sent: Mapped[int] = mapped_column(Integer(), default=0)
    # The last attempt may have arrived without our hearing of it.
    ambiguous: Mapped[bool] = mapped_column(default=False)
    # It is said again under other means, so the reader is told （再送）; the same from one repeat to the next.
    marked: Mapped[bool] = mapped_column(default=False)
    pushed: Mapped[bool] = mapped_column(default=False)
    not_before: Mapped[datetime | None] = mapped_column()
    leased_by: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[datetime | None] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()
    sent_at: Mapped[datetime | None] = mapped_column()


@dataclass(frozen=True)
class Bubble:
    """One bubble as the transcript keeps it: its kind and its words."""

    kind: Kind
    words: str


def say(
    session: Session,
    point: ContactPoint,
    *,
    body: str,
    bubbles: Sequence[Bubble],
    author: Author,
    now: datetime,
    staff_id: uuid.UUID | None = None,
    event_id: uuid.UUID | None = None,
    crisis: bool = False,
    confidential: bool = False,
    lasting: bool = False,
    callback_id: str = "",
) -> Outgoing:
    """Write a delivery and the lines of the transcript it will become; the worker sends it."""
    outgoing = Outgoing(
        id=new_id(),
        custodian=point.custodian,
        contact_id=point.contact_id,
        point_id=point.id,
        event_id=event_id,
        author=author,
        staff_id=staff_id,
        crisis=crisis,
        confidential=confidential,
        lasting=lasting,
        callback_id=callback_id,
        made_at=now,
    )
    seal(session, outgoing, "body_sealed", body)
    session.add(outgoing)
    session.flush()
    for bubble in bubbles:
        message = Message(
            id=new_id(),
            custodian=point.custodian,
            contact_id=point.contact_id,
            point_id=point.id,
            outgoing_id=outgoing.id,
            author=author,
            staff_id=staff_id,
            kind=bubble.kind,
            said_at=now,
            made_at=now,
            seen_at=now,
        )
        seal(session, message, "words_sealed", bubble.words)
        session.add(message)
    session.flush()
    return outgoing


def withdraw_unsent(session: Session, contact_id: uuid.UUID, reason: str) -> None:
    """Take back the bot's answers that have not been tried yet: a newer one takes their place."""
    session.execute(
        update(Outgoing)
        .where(
            Outgoing.contact_id == contact_id,
            Outgoing.author == Author.BOT,
            Outgoing.state == Delivery.WAITING,
            Outgoing.attempts == 0,
            ~Outgoing.crisis,
            ~Outgoing.lasting,
        )
        .values(state=Delivery.WITHDRAWN, reason=reason)
        .execution_options(synchronize_session=False)
    )


def withdraw(session: Session, deliveries: Sequence[uuid.UUID], reason: str) -> None:
    """Take back deliveries that nobody is sending at this moment: they are not true any more."""
    session.execute(
        update(Outgoing)
        .where(Outgoing.id.in_(deliveries), Outgoing.state == Delivery.WAITING, Outgoing.leased_by.is_(None))
        .values(state=Delivery.WITHDRAWN, reason=reason)
        .execution_options(synchronize_session=False)
    )


def hurry(session: Session, point: ContactPoint) -> None:
    """Let what waits for a better moment go now: the person has just given us the means to answer."""
    session.execute(
        update(Outgoing)
        .where(Outgoing.point_id == point.id, Outgoing.state == Delivery.WAITING, Outgoing.not_before.is_not(None))
        .values(not_before=None)
        .execution_options(synchronize_session=False)
    )


def hurry_account(session: Session, account_id: uuid.UUID, reason: str) -> None:
    """Let go now what an account could not send for this reason: the reason is gone."""
    points = select(ContactPoint.id).where(ContactPoint.account_id == account_id)
    session.execute(
        update(Outgoing)
        .where(Outgoing.point_id.in_(points), Outgoing.state == Delivery.WAITING, Outgoing.reason == reason)
        .values(not_before=None)
        .execution_options(synchronize_session=False)
    )


def body(session: Session, outgoing: Outgoing) -> str:
    """Return the bubbles to send, as JSON."""
    return reveal(session, outgoing, "body_sealed") or ""


def reply_token(session: Session, outgoing: Outgoing) -> str:
    """Return the platform's reply token that came with the message answered, empty when there is none."""
    return reveal(session, outgoing, "reply_token_sealed") or ""


def assign_reply_token(session: Session, outgoing: Outgoing, token: str, *, until: datetime) -> None:
    """Store the reply token a delivery will use, before its first attempt: a repeat must use the same."""
    seal(session, outgoing, "reply_token_sealed", token)
    outgoing.reply_until = until


def change_means(outgoing: Outgoing) -> None:
    """Say the same by other means than the last attempt: if that may have arrived, this one is marked from now on."""
    outgoing.marked, outgoing.ambiguous = outgoing.marked or outgoing.ambiguous, False


def settle(outgoing: Outgoing, state: Delivery, *, now: datetime, reason: str = "") -> None:
    """Record how a delivery ended."""
    outgoing.state, outgoing.reason, outgoing.leased_by, outgoing.leased_until = state, reason, None, None
    outgoing.reply_token_sealed = None
    if state is Delivery.SENT:
        outgoing.sent_at = now


def try_again(outgoing: Outgoing, *, at: datetime, ambiguous: bool, reason: str) -> None:
    """Put a delivery back for another attempt at `at` (the database's time)."""
    outgoing.state, outgoing.leased_by, outgoing.leased_until, outgoing.not_before = Delivery.WAITING, None, None, at
    outgoing.ambiguous = outgoing.ambiguous or ambiguous
    outgoing.reason = reason
