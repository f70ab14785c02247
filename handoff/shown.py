"""What a resident sees on our own page: their own words, and what has been said to them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import outbox, transcript
from handoff.contacts import ContactPoint
from handoff.inbox import EventState, InboundEvent
from handoff.outbox import Outgoing
from handoff.states import Delivery
from handoff.transcript import Author, Kind, Message

PAGE = 60


@dataclass(frozen=True)
class Shown:
    """One thing on the page: the resident's own words, or the body of a delivery."""

    id: uuid.UUID
    at: datetime
    author: Author
    kind: Kind
    words: str = ""
    body: str = ""


def on_page(session: Session, point: ContactPoint, *, limit: int = PAGE) -> list[Shown]:
    """Return the newest things said at one contact point, oldest first; what was taken back is gone."""
    own = select(Message).where(
        Message.point_id == point.id,
        Message.contact_id == point.contact_id,
        Message.author == Author.RESIDENT,
        Message.withdrawn_at.is_(None),
        Message.words_sealed.is_not(None),
    )
    said = [
        Shown(row.id, row.said_at, Author.RESIDENT, Kind(row.kind), words=transcript.words(session, row))
        for row in session.scalars(own.order_by(Message.id.desc()).limit(limit))
    ]
    heard = select(Outgoing).where(
        Outgoing.point_id == point.id, Outgoing.state == Delivery.SENT, Outgoing.body_sealed.is_not(None)
    )
    said += [
        Shown(row.id, row.made_at, Author(row.author), Kind.TEXT, body=outbox.body(session, row))
        for row in session.scalars(heard.order_by(Outgoing.id.desc()).limit(limit))
    ]
    return sorted(said, key=lambda one: one.id)[-limit:]


def settled(session: Session, account_id: uuid.UUID, lane: bytes, point: ContactPoint | None) -> bool:
    """Whether everything a visitor sent is answered and every answer has arrived."""
    waiting = select(InboundEvent.id).where(
        InboundEvent.account_id == account_id, InboundEvent.lane == lane, InboundEvent.state == EventState.WAITING
    )
    if session.scalars(waiting.limit(1)).first() is not None:
        return False
    if point is None:
        return True
    unsent = select(Outgoing.id).where(
        Outgoing.point_id == point.id, Outgoing.state.in_((Delivery.WAITING, Delivery.SENDING))
    )
    return session.scalars(unsent.limit(1)).first() is None
