"""What arrived and is not yet answered: stored before the platform is told, taken up one at a time per person."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from resources.db import Base, Held, held_args
from resources.sealing import reveal

TRIES = 3
# How many rows one statement stores: the largest that still fits goes first.
_TOGETHER = (32, 8, 2, 1)
_LATER = ("leased_by", "leased_until", "about")


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
        # New rows go to the end of it: an index by lane would touch a page of its own at each of them.
        Index(
            "ix_inbound_event_waiting",
            "happened_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_inbound_event_held",
            "lane",
            sqlite_where=text("leased_until IS NOT NULL"),
            postgresql_where=text("leased_until IS NOT NULL"),
        ),
        Index(
            "ix_inbound_event_about",
            "about",
            sqlite_where=text("about IS NOT NULL"),
            postgresql_where=text("about IS NOT NULL"),
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
    leased_by: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[datetime | None] = mapped_column()
    trouble: Mapped[str] = mapped_column(String(80), default="")
    # The message an event takes back that has not come yet, or that a set-aside event carries (blinded).
    about: Mapped[bytes | None] = mapped_column(LargeBinary(32))


def accept(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Store events of many requests in one go; one that is already there stays as it is.

    Many rows share a statement: with one statement a row, the writer would stand aside for other threads at each of
    them, which costs an acknowledgement a third of its time.
    """
    connection = session.connection()
    conversions, rest = _conversions(connection.dialect), list(rows)
    for size in _TOGETHER:
        while len(rest) >= size:
            insert = _insert(connection.dialect, size)
            values = [
                convert(row[name]) if convert else row[name] for row in rest[:size] for name, convert in conversions
            ]
            counted = tuple(values) if insert.counted else dict(zip(insert.names, values, strict=True))
            connection.exec_driver_sql(insert.statement, counted)
            del rest[:size]


def claim(session: Session, *, worker: str, clock: datetime, lease: timedelta) -> InboundEvent | None:
    """Take what happened first, of a person whose events nobody else is working on, or None.

    `clock` is the database's own time: leases are compared across processes.
    """
    other = aliased(InboundEvent)
    held = select(other.id).where(other.lane == InboundEvent.lane, _waiting(other), other.leased_until >= clock)
    candidate = (
        select(InboundEvent)
        .where(_waiting(InboundEvent), ~held.exists())
        .order_by(InboundEvent.happened_at, InboundEvent.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    event = session.scalars(candidate).first()
    if event is None or not _alone(session, event, clock):
        return None
    event.leased_by, event.leased_until, event.attempts = worker, clock + lease, event.attempts + 1
    session.flush()
    return event


def hold(session: Session, event_id: uuid.UUID, *, worker: str) -> InboundEvent | None:
    """Return the event for its one turn, locked; None when another worker has taken it over meanwhile."""
    ours = and_(InboundEvent.id == event_id, InboundEvent.leased_by == worker)
    held = select(InboundEvent).where(ours, _waiting(InboundEvent))
    return session.scalars(held.with_for_update()).first()


def finish(event: InboundEvent) -> None:
    """Mark an event answered; its content now lives in the transcript, only the key against repeats stays."""
    event.state, event.payload_sealed, event.leased_by, event.leased_until = EventState.DONE, None, None, None


def set_aside(event: InboundEvent, trouble: str) -> None:
    """Park an event that cannot be read, with its content, where the desk sees it."""
    event.state, event.trouble, event.leased_by, event.leased_until = EventState.SET_ASIDE, trouble, None, None


def release(event: InboundEvent, *, until: datetime | None = None, blameless: bool = False) -> None:
    """Give an event back for another try, at once or after `until`; `blameless` when it was not the event's fault."""
    event.leased_by, event.leased_until = None, until
    if blameless:
        event.attempts = max(0, event.attempts - 1)


def payload(session: Session, event: InboundEvent) -> str:
    """Return the stored event as the platform sent it."""
    return reveal(session, event, "payload_sealed") or ""


def put_aside(session: Session, *, limit: int = 200) -> list[InboundEvent]:
    """Return the events that could not be read, newest first, for the desk."""
    query = select(InboundEvent).where(InboundEvent.state == EventState.SET_ASIDE)
    return list(session.scalars(query.order_by(InboundEvent.id.desc()).limit(limit)))


def of_message(session: Session, about: bytes, lane: bytes) -> list[InboundEvent]:
    """Return the events of one sender that concern a message by its blinded platform id."""
    return list(session.scalars(select(InboundEvent).where(InboundEvent.about == about, InboundEvent.lane == lane)))


def release_all(session: Session, *, worker: str, clock: datetime, blameless: bool) -> None:
    """Give back what one worker held when it failed; each failure makes the pause longer."""
    held = select(InboundEvent).where(InboundEvent.leased_by == worker, _waiting(InboundEvent))
    for event in session.scalars(held.with_for_update()):
        release(event, until=clock + timedelta(seconds=event.attempts), blameless=blameless)


def anything_waits(session: Session) -> bool:
    """Whether there is an event to work on."""
    return session.scalars(select(InboundEvent.id).where(_waiting(InboundEvent)).limit(1)).first() is not None


def oldest_waiting(session: Session) -> datetime | None:
    """Return when the oldest unanswered event arrived."""
    return session.scalar(select(func.min(InboundEvent.received_at)).where(_waiting(InboundEvent)))


def _alone(session: Session, event: InboundEvent, clock: datetime) -> bool:
    """Whether nobody works on this person's events; several processes may ask at once only on PostgreSQL."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    # Our look passed over what others had locked; by our lock one of them may have taken an event of this person.
    lane = int.from_bytes(event.lane[:8], "big", signed=True)
    if not session.scalar(select(func.pg_try_advisory_xact_lock(lane))):
        return False
    earlier = or_(
        InboundEvent.happened_at < event.happened_at,
        and_(InboundEvent.happened_at == event.happened_at, InboundEvent.id < event.id),
    )
    ahead = select(InboundEvent.id).where(
        InboundEvent.lane == event.lane, _waiting(InboundEvent), or_(InboundEvent.leased_until >= clock, earlier)
    )
    return session.scalars(ahead.limit(1)).first() is None


def _waiting(events: Any) -> ColumnElement[bool]:
    # Written into the statement as a constant, so that the partial index serves it.
    found: ColumnElement[bool] = events.state == bindparam(None, "waiting", literal_execute=True)
    return found


@dataclass(frozen=True)
class _Insert:
    """One statement for so many rows; its values are counted or named, as the driver wants it."""

    statement: str
    names: tuple[str, ...]
    counted: bool


@lru_cache(maxsize=16)
def _insert(dialect: Dialect, size: int) -> _Insert:
    table = InboundEvent.__table__
    assert isinstance(table, Table)
    insert = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    columns = [column for column in table.c if column.name not in _LATER]
    rows = [{one.name: bindparam(f"{one.name}_{at}", None, one.type) for one in columns} for at in range(size)]
    once = insert(table).values(rows).on_conflict_do_nothing(index_elements=["account_id", "event_key"])
    compiled = once.compile(dialect=dialect)
    # Both ways the values go row by row, and within a row in the order of the table's columns.
    names = tuple(f"{one.name}_{at}" for at in range(size) for one in columns)
    return _Insert(str(compiled), names, compiled.positiontup is not None)


@lru_cache(maxsize=4)
def _conversions(dialect: Dialect) -> list[tuple[str, Callable[[Any], Any] | None]]:
    """Return how each column's value becomes what the driver takes."""
    columns = [column for column in InboundEvent.__table__.c if column.name not in _LATER]
    return [(one.name, one.type.dialect_impl(dialect).bind_processor(dialect)) for one in columns]
