"""People around one case for tests of meetings and plans: an owner, a co-ordinator, colleagues, the prefecture."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import consent, moves
from handoff.cases import Case
from handoff.casework import meetings
from handoff.casework.meetings import Meeting, Seated
from handoff.casework.seats import Seat
from handoff.states import Consent
from resources import places
from resources.access import Actor, actor_for
from resources.db import new_id
from resources.desks import Desk
from resources.places import Municipality
from resources.staff import Role, Staff
from tests.desk import HOURS, World

PREFECTURE = "990001"


def furnish(world: World) -> uuid.UUID:
    """Add a second desk, a co-ordinator and the prefecture with a desk and a person; returns the id of a taken case."""
    with world.database.writing() as session:
        places.add(session, PREFECTURE, "みらい県", now=world.now, relay=places.Relay.IN_CHANNEL)
        session.get_one(Municipality, PREFECTURE).level = places.Level.PREFECTURE
        session.get_one(Municipality, world.town).prefecture_code = PREFECTURE
        second = Desk(id=new_id(), municipality_code=world.town, name="障害福祉課", hours=HOURS)
        above = Desk(id=new_id(), municipality_code=PREFECTURE, name="県の窓口", hours=HOURS)
        session.add_all([second, above])
    world.add_person("kyodo", "協働 花子", [Role.COORDINATOR], [])
    world.add_person("shogai", "障害 太郎", [Role.DESK_WORKER], [second.id])
    world.add_person("ken", "県 次郎", [Role.PREFECTURE], [above.id], PREFECTURE)
    case_id = world.open_case("カナリアのことば", name="はな")
    with world.database.writing(world.town) as session:
        moves.take(session, session.get_one(Case, case_id), actor=person(session, world, "yamada"), now=world.now)
    return case_id


def person(session: Session, world: World, name: str) -> Actor:
    """Return somebody as use cases see them."""
    return actor_for(session, session.scalars(select(Staff).where(Staff.id == world.people[name])).one())


def plan(
    session: Session, world: World, case: Case, kind: str, members: Sequence[str | Seat] = (), *, by: str = "kyodo"
) -> Meeting:
    """Plan a meeting with members of staff by name, or seats."""
    seats = [one if isinstance(one, Seat) else Seat(staff_id=world.people[one]) for one in members]
    convener = person(session, world, by)
    return meetings.plan(session, case, kind, world.now, "庁舎", seats, actor=convener, now=world.now)


def seated(session: Session, world: World, meeting: Meeting, name: str, *, sworn: bool = True) -> Seated:
    """Return a meeting as a member comes to it, who has promised secrecy unless told otherwise."""
    found = meetings.find(session, person(session, world, name), meeting.id)
    assert found is not None
    if sworn:
        found.me.confirmed_at = found.me.confirmed_at or world.now
        session.flush()
    return found


def allow(session: Session, world: World, case: Case, *recipients: str, state: Consent = Consent.GIVEN) -> None:
    """Record what the person said about some recipients."""
    for recipient in recipients:
        consent.give(session, case, state, recipient=recipient, means="oral", now=world.now)
