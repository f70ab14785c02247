"""Who is asking: a signed-in person with roles, desks and towns."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from resources.desks import Desk
from resources.places import Level, Municipality
from resources.staff import DeskMembership, Role, Staff, StaffRole


@dataclass(frozen=True)
class Actor:
    """A signed-in person as use cases see them."""

    staff_id: uuid.UUID
    name: str
    roles: frozenset[tuple[str, Role]]
    desks: frozenset[uuid.UUID]
    custodians: frozenset[str]  # whose rows a session of this person may touch at all
    home: str  # the town shown in the head of the page

    def has(self, role: Role, municipality: str | None = None) -> bool:
        """Whether the person has a role, anywhere or in one town."""
        return any(known is role and municipality in (None, town) for town, known in self.roles)

    def towns_as(self, *wanted: Role) -> frozenset[str]:
        """Return the towns in which the person has one of these roles."""
        return frozenset(town for town, role in self.roles if role in wanted)


def actor_for(session: Session, staff: Staff) -> Actor:
    """Return what a person may be, read fresh from the database."""
    roles = frozenset(
        (row.municipality_code, Role(row.role))
        for row in session.scalars(select(StaffRole).where(StaffRole.staff_id == staff.id))
    )
    desks = session.scalars(
        select(Desk).join(DeskMembership, DeskMembership.desk_id == Desk.id).where(DeskMembership.staff_id == staff.id)
    ).all()
    towns = {town for town, _ in roles} | {desk.municipality_code for desk in desks}
    # A desk of the prefecture or of a neighbour takes cases of the towns it serves; those stay the custodians.
    served = session.scalars(
        select(Municipality.code).where(
            Municipality.served_by_code.in_(towns)
            | Municipality.prefecture_code.in_(
                select(Municipality.code).where(Municipality.code.in_(towns), Municipality.level == Level.PREFECTURE)
            )
        )
    )
    custodians = frozenset(towns | set(served)) if desks else frozenset(towns)
    home = min((town for town, _ in roles), default="")
    return Actor(staff.id, staff.display_name, roles, frozenset(desk.id for desk in desks), custodians, home)
