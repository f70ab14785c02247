"""What still has to be said to residents: written first, then sent, and every attempt on record."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, Integer, LargeBinary, String, Uuid, and_, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from handoff.contacts import ContactPoint
from handoff.states import Delivery
from handoff.transcript import Author, Kind, Message
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal


class Outgoing(Held, Base):
    """One delivery to one contact point: up to five bubbles that belong together."""

    __tablename__ = "outgoing"
    __table_args__ = held_args(
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
    # An attempt may have arrived without our hearing of it; the next one is marked （再送）.
    ambiguous: Mapped[bool] = mapped_column(default=False)
    pushed: Mapped[bool] = mapped_column(default=False)
    not_before: Mapped[datetime | None] = mapped_column()
    leased_by: Mapped[str | None] = mapped_column(String(40))
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
    reply_token: str = "",
    reply_until: datetime | None = None,
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
        reply_until=reply_until,
        made_at=now,
    )
    seal(session, outgoing, "body_sealed", body)
    seal(session, outgoing, "reply_token_sealed", reply_token or None)
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
        )
        .values(state=Delivery.WITHDRAWN, reason=reason)
        .execution_options(synchronize_session=False)
    )


def claim(session: Session, *, worker: str, clock: datetime, lease: timedelta) -> Outgoing | None:
    """Take the oldest unsent delivery of a contact point nobody else is sending to, or None."""
    other = aliased(Outgoing)
    unsent = (Delivery.WAITING, Delivery.SENDING)
    free = or_(Outgoing.leased_until.is_(None), Outgoing.leased_until < clock)
    due = or_(Outgoing.not_before.is_(None), Outgoing.not_before <= clock)
    blocked = select(other.id).where(
        other.point_id == Outgoing.point_id,
        other.state.in_(unsent),
        other.id != Outgoing.id,
        or_(other.leased_until >= clock, other.id < Outgoing.id),
    )
    candidate = (
        select(Outgoing)
        .where(Outgoing.state.in_(unsent), free, due, ~blocked.exists())
        .order_by(Outgoing.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    outgoing = session.scalars(candidate).first()
    if outgoing is None:
        return None
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(outgoing.point_id.int % (1 << 62))))
    leased = aliased(Outgoing)
    taken = session.execute(
        update(Outgoing)
        .where(
            Outgoing.id == outgoing.id,
            Outgoing.state.in_(unsent),
            ~select(leased.id)
            .where(and_(leased.point_id == outgoing.point_id, leased.leased_until >= clock, leased.state.in_(unsent)))
            .exists(),
        )
        .values(leased_by=worker, leased_until=clock + lease, state=Delivery.SENDING)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        return None
    session.refresh(outgoing)
    return outgoing


def body(session: Session, outgoing: Outgoing) -> str:
    """Return the bubbles to send, as JSON."""
    return reveal(session, outgoing, "body_sealed") or ""


def reply_token(session: Session, outgoing: Outgoing) -> str:
    """Return the platform's reply token that came with the message answered, empty when there is none."""
    return reveal(session, outgoing, "reply_token_sealed") or ""


def settle(outgoing: Outgoing, state: Delivery, *, now: datetime, reason: str = "") -> None:
    """Record how a delivery ended."""
    outgoing.state, outgoing.reason, outgoing.leased_until = state, reason, None
    outgoing.reply_token_sealed = None
    if state is Delivery.SENT:
        outgoing.sent_at = now


def try_again(outgoing: Outgoing, *, at: datetime, ambiguous: bool, reason: str) -> None:
    """Put a delivery back for another attempt at `at` (the database's time)."""
    outgoing.state, outgoing.leased_until, outgoing.not_before = Delivery.WAITING, None, at
    outgoing.ambiguous = outgoing.ambiguous or ambiguous
    outgoing.reason = reason
