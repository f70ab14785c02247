"""Messages no program could read: they stay before the desk's eyes until a person has looked."""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from handoff import inbox, troubles
from handoff.accounts import Account, Platform
from handoff.cases import Case, visible_to
from handoff.contacts import ContactPoint
from handoff.inbox import EventState, InboundEvent
from handoff.same_person import SamePerson
from resources import journal
from resources.access import GRANTS, Actor, Permission

_LONGEST = 4000


@dataclass(frozen=True)
class Unread:
    """One message set aside, without its content."""

    id: uuid.UUID
    at: datetime
    account: str
    trouble: str


def waiting(session: Session, actor: Actor, *, limit: int = 50) -> list[Unread]:
    """Return what could not be read in the towns where this person works at a desk, oldest first."""
    found = session.execute(_visible(actor).order_by(InboundEvent.received_at, InboundEvent.id).limit(limit)).all()
    return [Unread(event.id, event.happened_at, _name(account), troubles.event(event.trouble)) for event, account in found]


def count(session: Session, actor: Actor) -> int:
    """Return how many messages are set aside."""
    return int(session.scalar(_visible(actor).with_only_columns(func.count())) or 0)


def find(session: Session, actor: Actor, event_id: uuid.UUID, *, to_change: bool = False) -> InboundEvent | None:
    """Return one message set aside, or None when it is not this person's to see. `to_change` holds it."""
    query = _visible(actor).where(InboundEvent.id == event_id)
    return session.scalars(query.with_for_update(of=InboundEvent) if to_change else query).first()


def note_reading(session: Session, event: InboundEvent, *, actor: Actor, now: datetime) -> None:
    """Write down who looks at the content; committed before it is shown."""
    _record(session, event, "event.read", actor, now)


def content(session: Session, event: InboundEvent) -> str:
    """Return the message as the platform sent it, laid out for reading."""
    raw = inbox.payload(session, event)
    # What is not JSON is shown as it came.
    with suppress(ValueError, RecursionError):
        raw = json.dumps(json.loads(raw), ensure_ascii=False, indent=2)
    return raw[:_LONGEST]


def try_once_more(session: Session, event: InboundEvent, *, actor: Actor, now: datetime) -> None:
    """Let the machine try again, after a repair."""
    event.state, event.attempts, event.trouble = EventState.WAITING, 0, ""
    _record(session, event, "event.retry", actor, now)


def settle(session: Session, event: InboundEvent, *, actor: Actor, now: datetime) -> None:
    """A person has read it and acted: it leaves the list and its content is dropped."""
    inbox.finish(event)
    _record(session, event, "event.settled", actor, now)


@lru_cache(maxsize=256)
def _visible(actor: Actor) -> Select[*tuple[Any, ...]]:
    towns = tuple(actor.towns_as(*GRANTS[Permission.CONSULT]))
    walled = exists().where(
        ContactPoint.account_id == InboundEvent.account_id,
        ContactPoint.address_index == InboundEvent.lane,
        or_(
            Case.contact_id == ContactPoint.contact_id,
            exists().where(SamePerson.contact_id == ContactPoint.contact_id, SamePerson.person_id == Case.contact_id),
        ),
        Case.walled,
        Case.id.not_in(visible_to(actor).with_only_columns(Case.id).correlate(None)),
    )
    joined = and_(Account.id == InboundEvent.account_id, Account.custodian == InboundEvent.custodian)
    return (
        select(InboundEvent, Account)
        .select_from(InboundEvent)
        .join(Account, joined)
        .where(InboundEvent.state == EventState.SET_ASIDE, InboundEvent.custodian.in_(towns), ~walled)
    )


def _name(account: Account) -> str:
    return f"{Platform(account.platform).label}（{account.name}）"


def _record(session: Session, event: InboundEvent, act: str, actor: Actor, now: datetime) -> None:
    journal.record(
        session, act, municipality=event.custodian, subject_kind="event", subject_id=event.id,
        staff_id=actor.staff_id, now=now,
    )  # fmt: skip
