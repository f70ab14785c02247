"""Whether a person is in the conversation right now: then the bot is silent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from handoff.cases import Case, open_of, record
from handoff.moves import only_owner
from handoff.states import CaseState
from resources.access import Actor
from resources.desks import Desk, reading_hours
from resources.slots import JAPAN
from resources.staff import Staff

# Without a sign of life from the desk's page for this long, the owner counts as away.
STALE: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class Presence:
    """Who is responsible for a conversation, whether they are in it, and when they return if not."""

    owner_name: str = ""  # the name residents may read; empty when nobody has taken the case
    present: bool = False
    away_returns_at: datetime | None = None  # None while present, or when nobody knows
    absence_told: bool = False  # the resident has been told of this absence

    @property
    def away(self) -> bool:
        """Whether somebody is responsible but not in the conversation."""
        return bool(self.owner_name) and not self.present


def person_present(session: Session, contact_id: uuid.UUID, *, now: datetime) -> Presence:
    """Say who is in a contact's conversation; asked again right before anything is sent."""
    case = open_of(session, contact_id)
    if case is None or case.owner_id is None or case.state not in (CaseState.TAKEN, CaseState.REFERRED):
        return Presence()
    owner = session.get_one(Staff, case.owner_id)
    name = owner.sender_name or owner.display_name[:20]
    if is_present(case, now=now):
        return Presence(name, True)
    return Presence(name, False, _returns_at(session, case, now), case.absence_told_at is not None)


def is_present(case: Case, *, now: datetime) -> bool:
    """Whether the owner of a case was seen in the conversation lately."""
    return case.present and case.present_seen_at is not None and case.present_seen_at + STALE > now


def absence_told(session: Session, contact_id: uuid.UUID, *, now: datetime) -> None:
    """Remember that the resident was told of this absence, so that it is said once."""
    case = open_of(session, contact_id)
    if case is not None:
        case.absence_told_at = now


def heartbeat(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """Note that the owner's page is open and in use."""
    if case.owner_id == actor.staff_id and case.present:
        if not is_present(case, now=now):
            case.absence_told_at = None
        case.present_seen_at = now


def step_away(
    session: Session, case: Case, *, actor: Actor, now: datetime, returns_at: datetime | None = None
) -> None:
    """The owner leaves the conversation for a while: the bot helps with places and emergencies meanwhile."""
    only_owner(case, actor)
    case.present, case.away_until, case.absence_told_at = False, returns_at, None
    record(session, case, "away", now=now, staff_id=actor.staff_id)


def come_back(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """The owner is in the conversation again: the bot falls silent."""
    only_owner(case, actor)
    case.present, case.present_seen_at, case.away_until, case.absence_told_at = True, now, None, None
    record(session, case, "back", now=now, staff_id=actor.staff_id)


def next_reading(session: Session, case: Case, *, now: datetime) -> datetime | None:
    """Return when the case's desk reads again after today: for an owner who leaves for the day."""
    desk = session.get(Desk, case.desk_id) if case.desk_id else None
    if desk is None:
        return None
    midnight = now.astimezone(JAPAN).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    hours = reading_hours(session, desk, now=midnight)
    return midnight if hours.is_open else hours.next


def _returns_at(session: Session, case: Case, now: datetime) -> datetime | None:
    if case.away_until is not None and case.away_until > now:
        return case.away_until
    desk = session.get(Desk, case.desk_id) if case.desk_id else None
    if desk is None:
        return None
    hours = reading_hours(session, desk, now=now)
    # While the desk reads, nobody knows when exactly the owner returns; outside its hours, not before it opens.
    return None if hours.is_open else hours.next
