"""Which delivery goes next: to each person one at a time, in the order in which things were said."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from handoff.outbox import Outgoing
from handoff.states import Delivery


def claim(session: Session, *, holder: str, clock: datetime, lease: timedelta, limit: int = 1) -> list[Outgoing]:
    """Take the oldest unsent delivery of up to `limit` contact points that nobody else is sending to.

    `holder` names this one claim of one worker. A delivery that an earlier holder had begun when it died may have
    arrived: it comes back as ambiguous; one that was only held comes back as it was.
    """
    other = aliased(Outgoing)
    ahead = select(other.id).where(
        other.point_id == Outgoing.point_id,
        _unsent(other),
        other.id != Outgoing.id,
        or_(other.leased_until >= clock, other.id < Outgoing.id),
    )
    free = or_(Outgoing.leased_until.is_(None), Outgoing.leased_until < clock)
    due = or_(Outgoing.not_before.is_(None), Outgoing.not_before <= clock)
    heads = (
        select(Outgoing)
        .where(_unsent(Outgoing), free, due, ~ahead.exists())
        # By time, not by id: an order by id would make SQLite walk through everything ever sent.
        .order_by(Outgoing.made_at, Outgoing.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = [outgoing for outgoing in session.scalars(heads) if _alone(session, outgoing, clock)]
    for outgoing in taken:
        lend(outgoing, holder=holder, until=clock + lease)
    session.flush()
    return taken


def lend(outgoing: Outgoing, *, holder: str, until: datetime) -> None:
    """Give a delivery to one holder for an attempt."""
    if outgoing.state == Delivery.SENDING and not outgoing.pushed:
        outgoing.ambiguous = True
    outgoing.state, outgoing.leased_by, outgoing.leased_until = Delivery.WAITING, holder, until
    outgoing.attempts += 1


def hand_back(outgoing: Outgoing) -> None:
    """Give a delivery back untried."""
    outgoing.leased_by, outgoing.leased_until = None, None
    outgoing.attempts -= 1


def begin(session: Session, deliveries: Sequence[uuid.UUID], *, holder: str, until: datetime) -> list[Outgoing]:
    """Note that the call with these deliveries may leave from now on, and return them; empty when it must not.

    It must not when one of them was withdrawn or has another holder by now: then the rest is given back at once.
    """
    rows = held(session, deliveries, holder=holder)
    if len(rows) < len(deliveries):
        for row in rows:
            hand_back(row)
        return []
    for row in rows:
        row.state, row.leased_until = Delivery.SENDING, until
    return rows


def behind(session: Session, outgoing: Outgoing) -> list[Outgoing]:
    """Return what waits behind a claimed delivery at the same contact point, oldest first, locked.

    Nobody else sends there while the first one is claimed, so all of it is free.
    """
    later = select(Outgoing).where(
        Outgoing.point_id == outgoing.point_id, _unsent(Outgoing), Outgoing.id > outgoing.id
    )
    return list(session.scalars(later.order_by(Outgoing.id).limit(10).with_for_update(skip_locked=True)))


def held_back(session: Session, *, limit: int = 200) -> list[Outgoing]:
    """Return deliveries kept because the town had not chosen where they may be said, oldest first."""
    query = select(Outgoing).where(Outgoing.state == Delivery.HELD).order_by(Outgoing.id).limit(limit)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def held(session: Session, deliveries: Sequence[uuid.UUID], *, holder: str) -> list[Outgoing]:
    """Return those of the deliveries that this holder still has, oldest first and locked."""
    query = select(Outgoing).where(Outgoing.id.in_(deliveries), Outgoing.leased_by == holder, _unsent(Outgoing))
    return list(session.scalars(query.order_by(Outgoing.id).with_for_update()))


def anything_due(session: Session, *, clock: datetime) -> bool:
    """Whether a delivery may be claimable now; cheap, so that an idle worker need not write."""
    due = or_(Outgoing.not_before.is_(None), Outgoing.not_before <= clock)
    free = or_(Outgoing.leased_until.is_(None), Outgoing.leased_until < clock)
    return session.scalars(select(Outgoing.id).where(_unsent(Outgoing), due, free).limit(1)).first() is not None


def _alone(session: Session, outgoing: Outgoing, clock: datetime) -> bool:
    """Whether nobody sends to this contact point; several processes may ask at once only on PostgreSQL."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    # The random end of a UUIDv7: its beginning is the time and would clash for people who came together.
    key = outgoing.point_id.int & ((1 << 62) - 1)
    if not session.scalar(select(func.pg_try_advisory_xact_lock(key))):
        return False
    leased = select(Outgoing.id).where(
        Outgoing.point_id == outgoing.point_id, _unsent(Outgoing), Outgoing.leased_until >= clock
    )
    return session.scalars(leased.limit(1)).first() is None


def _unsent(deliveries: Any) -> ColumnElement[bool]:
    # Written into the statement as constants, so that the partial index serves it.
    unsent = bindparam(None, ["waiting", "sending"], String(), expanding=True, literal_execute=True)
    found: ColumnElement[bool] = deliveries.state.in_(unsent)
    return found
