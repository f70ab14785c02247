"""What arrived and is not yet answered: stored before the platform is told, taken up one at a time per person."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, Integer, LargeBinary, String, UniqueConstraint, Uuid, and_, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from resources.db import Base, Held, held_args
from resources.sealing import reveal

TRIES = 3


class EventState(StrEnum):
    """Where an inbound event stands."""

    WAITING = "waiting"  # accepted -> waiting
    DONE = "done"  # waiting -> done, together with its answer
    SET_ASIDE = "set_aside"  # waiting -> set_aside: could not be read; shown at the desk


class InboundEvent(Held, Base):
    """One event of a platform, stored once; its content is dropped when it has become a message."""

    __tablename__ = "inbound_event"
    __table_args__ = held_args(
        UniqueConstraint("account_id", "event_key"),
        Index(
            "ix_inbound_event_waiting",
            "lane",
            "happened_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        account_id="account",
    )
    seal_subject = "account_id"

    account_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    event_key: Mapped[str] = mapped_column(String(80))
    lane: Mapped[bytes] = mapped_column(LargeBinary(32))
    happened_at: Mapped[datetime] = mapped_column()
    received_at: Mapped[datetime] = mapped_column()
    payload_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    state: Mapped[EventState] = mapped_column(String(12), default=EventState.WAITING)
    attempts: Mapped[int] = mapped_column(Integer(), default=0)
    leased_by: Mapped[str | None] = mapped_column(String(40))
    leased_until: Mapped[datetime | None] = mapped_column()
    trouble: Mapped[str] = mapped_column(String(80), default="")


def claim(session: Session, *, worker: str, clock: datetime, lease: timedelta) -> InboundEvent | None:
    """Take the oldest event of a person whose events nobody else is working on, or None.

    `clock` is the database's own time: leases are compared across processes.
    """
    other = aliased(InboundEvent)
    free = or_(InboundEvent.leased_until.is_(None), InboundEvent.leased_until < clock)
    before = or_(
        other.leased_until >= clock,
        other.happened_at < InboundEvent.happened_at,
        and_(other.happened_at == InboundEvent.happened_at, other.id < InboundEvent.id),
    )
    blocked = select(other.id).where(
        other.lane == InboundEvent.lane, other.state == EventState.WAITING, other.id != InboundEvent.id, before
    )
    candidate = (
        select(InboundEvent)
        .where(InboundEvent.state == EventState.WAITING, free, ~blocked.exists())
        .order_by(InboundEvent.received_at, InboundEvent.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    event = session.scalars(candidate).first()
    if event is None:
        return None
    if session.get_bind().dialect.name == "postgresql":
        # Another worker may have taken a later event of the same person between our look and our claim.
        session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(event.lane[:8], "big", signed=True))))
    leased = aliased(InboundEvent)
    taken = session.execute(
        update(InboundEvent)
        .where(
            InboundEvent.id == event.id,
            InboundEvent.state == EventState.WAITING,
            ~select(leased.id)
            .where(leased.lane == event.lane, leased.state == EventState.WAITING, leased.leased_until >= clock)
            .exists(),
        )
        .values(leased_by=worker, leased_until=clock + lease, attempts=InboundEvent.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        return None
    session.refresh(event)
    return event


def finish(event: InboundEvent) -> None:
    """Mark an event answered; its content now lives in the transcript, only the key against repeats stays."""
    event.state, event.payload_sealed, event.leased_until = EventState.DONE, None, None


def set_aside(event: InboundEvent, trouble: str) -> None:
    """Park an event that cannot be read, with its content, where the desk sees it."""
    event.state, event.trouble, event.leased_until = EventState.SET_ASIDE, trouble, None


def release(event: InboundEvent) -> None:
    """Give an event back for another try."""
    event.leased_by, event.leased_until = None, None


def payload(session: Session, event: InboundEvent) -> str:
    """Return the stored event as the platform sent it."""
    return reveal(session, event, "payload_sealed") or ""


def oldest_waiting(session: Session) -> datetime | None:
    """Return when the oldest unanswered event arrived."""
    query = select(func.min(InboundEvent.received_at)).where(InboundEvent.state == EventState.WAITING)
    return session.scalar(query)
