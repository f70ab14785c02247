"""Who is asking, and what a person of their roles may do: one table for every page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from resources.desks import Desk
from resources.places import Level, Municipality
from resources.staff import DeskMembership, Role, Staff, StaffRole


class Permission(StrEnum):
    """What a page asks of the person who opens it."""

    ANYONE = "anyone"  # sign-in and invitation: nothing about a person is shown
    SIGNED_IN = "signed_in"
    CONSULT = "consult"  # read and work on the cases of one's own desks
    HELP = "help"  # read and answer what one is asked to do as a 民生委員
    EDIT_DIRECTORY = "edit_directory"
    GAPS = "gaps"  # what a town lacks, as figures; the cases behind them only for who sees them anyway
    FIGURES = "figures"  # the counts of one's own towns, small ones too
    SET_UP = "set_up"  # desks, hours, routing, duty, canned replies and sentences of one's own towns
    ADMINISTER = "administer"  # people and channels of one's own towns


# The one permission table. Which cases a person sees on a page is decided again by handoff.cases.visible_to.
GRANTS: Final[dict[Permission, frozenset[Role]]] = {
    Permission.SIGNED_IN: frozenset(Role),
    Permission.CONSULT: frozenset(
        {Role.DESK_WORKER, Role.COORDINATOR, Role.SUPERVISOR, Role.STAND_IN, Role.PREFECTURE}
    ),
    Permission.HELP: frozenset({Role.COMMISSIONER}),
    Permission.EDIT_DIRECTORY: frozenset({Role.DIRECTORY_EDITOR, Role.COORDINATOR, Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Permission.GAPS: frozenset(
        {
            Role.DESK_WORKER, Role.COORDINATOR, Role.SUPERVISOR, Role.STAND_IN, Role.PREFECTURE, Role.DIRECTORY_EDITOR,
            Role.ADMINISTRATOR,
        }
    ),
    Permission.FIGURES: frozenset({Role.COORDINATOR, Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Permission.SET_UP: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Permission.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}


@dataclass(frozen=True)
class Actor:
    """A signed-in person as use cases see them."""

    staff_id: uuid.UUID
    name: str
    roles: frozenset[tuple[str, Role]]
    desks: frozenset[uuid.UUID]
    custodians: frozenset[str]  # whose rows a session of this person may touch at all
    home: str  # the town shown in the head of the page
    violence_desks: frozenset[uuid.UUID] = frozenset()  # those of the desks that are made for dv and sexual violence
    sender_name: str = ""  # the name residents see
    home_name: str = ""
    desk_names: tuple[str, ...] = ()
    away: bool = False  # left the desk for a while

    def has(self, role: Role, municipality: str | None = None) -> bool:
        """Whether the person has a role, anywhere or in one town."""
        return any(known is role and municipality in (None, town) for town, known in self.roles)

    def towns_as(self, *wanted: Role) -> frozenset[str]:
        """Return the towns in which the person has one of these roles."""
        return frozenset(town for town, role in self.roles if role in wanted)

    def may(self, permission: Permission) -> bool:
        """Whether the person may open pages that ask for this."""
        return permission is Permission.ANYONE or any(role in GRANTS[permission] for _, role in self.roles)


def actor_for(session: Session, staff: Staff) -> Actor:
    """Return what a person may be, read fresh from the database."""
    held = session.execute(
        select(StaffRole.role, Municipality.code, Municipality.name)
        .join(Municipality, Municipality.code == StaffRole.municipality_code)
        .where(StaffRole.staff_id == staff.id)
    ).all()
    names = {code: name for _, code, name in held}
    desks = session.scalars(
        select(Desk).join(DeskMembership, DeskMembership.desk_id == Desk.id).where(DeskMembership.staff_id == staff.id)
    ).all()
    towns = set(names) | {desk.municipality_code for desk in desks}
    home = min(names, default="")
    return Actor(
        staff.id,
        staff.display_name,
        frozenset((code, Role(role)) for role, code, _ in held),
        frozenset(desk.id for desk in desks),
        frozenset(towns | _served_by(session, towns)) if desks else frozenset(towns),
        home,
        frozenset(desk.id for desk in desks if desk.for_violence),
        staff.sender_name or staff.display_name[:20],
        names.get(home, ""),
        tuple(sorted(desk.name for desk in desks)),
        staff.away,
    )


def _served_by(session: Session, towns: set[str]) -> set[str]:
    # A desk of the prefecture or of a neighbour takes cases of the towns it serves; those stay the custodians.
    prefectures = select(Municipality.code).where(
        Municipality.code.in_(towns), Municipality.level == Level.PREFECTURE
    )
    served = select(Municipality.code).where(
        Municipality.served_by_code.in_(towns) | Municipality.prefecture_code.in_(prefectures)
    )
    return set(session.scalars(served))
