"""Who can be named on a case: the people and desks that may see it, so that nothing is given to somebody who cannot."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework import lanes
from handoff.casework.membership import Member
from handoff.casework.tasks import Doer
from handoff.conversation import staff_names
from handoff.states import NotAllowed
from resources.access import Actor
from resources.desks import Desk
from resources.staff import DeskMembership, Staff

LONGEST_NAME: Final = 80


class NotConcerned(NotAllowed):
    """その人・窓口は、この相談（または所属だけの予定）を見られません。選び直してください。まだ残していません。"""


class NameNeeded(NotAllowed):
    """所属のない人にお願いするときは、だれがするかを80文字までで書いてください。まだ残していません。"""


@dataclass(frozen=True)
class Concerned:
    """The people and desks of a case, and the desks whose own lane the reader writes in."""

    people: dict[uuid.UUID, str]  # by name; the reader comes first
    desks: dict[uuid.UUID, str]
    own: dict[uuid.UUID, str]
    seats: dict[uuid.UUID, frozenset[uuid.UUID]]  # who sits where

    def doer(self, written: str, outside: str, *, lane: str = lanes.SHARED) -> Doer:
        """Return whose a task is, by the choice in a form; raises NotConcerned or NameNeeded."""
        kind, _, key = written.partition(":")
        if kind == "outside":
            if not 0 < len(outside.strip()) <= LONGEST_NAME:
                raise NameNeeded(NameNeeded.__doc__)
            return Doer(outside=outside.strip())
        if not written:
            return Doer()
        person = next((one for one in self.people if kind == "staff" and str(one) == key), None)
        desk = next((one for one in self.desks if kind == "desk" and str(one) == key), None)
        # What only one desk reads is done by that desk or by somebody who sits there.
        places = {desk} if person is None else self.seats.get(person, frozenset())
        if (person is None and desk is None) or (lane != lanes.SHARED and lane not in map(str, places)):
            raise NotConcerned(NotConcerned.__doc__)
        return Doer(staff_id=person, desk_id=desk)


def of_case(session: Session, case: Case, actor: Actor) -> Concerned:
    """Return who can be named on a case: its desk and the agencies on its team, the people there, its owner, and who asks."""
    team = select(Member.desk_id).where(Member.case_id == case.id, Member.joined_at.is_not(None), Member.left_at.is_(None))
    wanted = ({case.desk_id} - {None} or set(actor.desks)) | set(session.scalars(team))
    people: dict[uuid.UUID, str] = {actor.staff_id: actor.name}
    desks: dict[uuid.UUID, str] = {}
    own: dict[uuid.UUID, str] = {}
    seats: dict[uuid.UUID, set[uuid.UUID]] = {}
    sitting = (
        select(Desk, Staff.id, Staff.display_name)
        .outerjoin(DeskMembership, DeskMembership.desk_id == Desk.id)
        .outerjoin(Staff, (Staff.id == DeskMembership.staff_id) & Staff.active)
        .where(or_(Desk.id.in_(wanted | set(actor.desks)), Staff.id == case.owner_id))
        .order_by(Desk.name, Staff.display_name, Staff.id)
    )
    for desk, staff_id, name in session.execute(sitting):
        if desk.id in actor.desks:
            own[desk.id] = desk.name
        if desk.id in wanted and desk.active and (desk.for_violence or not case.walled):
            desks[desk.id] = desk.name
        if staff_id is None:
            continue
        seats.setdefault(staff_id, set()).add(desk.id)
        if desk.id in desks or staff_id == case.owner_id:
            people.setdefault(staff_id, name)
    if case.owner_id is not None and case.owner_id not in people:
        people |= staff_names(session, {case.owner_id})
    return Concerned(people, desks, own, {person: frozenset(at) for person, at in seats.items()})
