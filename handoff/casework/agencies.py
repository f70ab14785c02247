"""Which agencies may be asked to work on a case, and as whom the person was asked for consent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import consent
from handoff.cases import Case
from handoff.casework import grounds
from handoff.casework.grounds import LegalGround
from handoff.history import RECIPIENTS
from handoff.states import Consent
from resources.access import GRANTS, Permission
from resources.desks import Desk
from resources.places import Municipality
from resources.staff import DeskMembership, Staff, StaffRole

TOWN, COUNCIL, SCHOOL, PREFECTURE, OTHER = "town", "council", "school", "prefecture", "other"
_COUNCIL_KIND = "social_welfare_council"


@dataclass(frozen=True)
class Agency:
    """A desk that may see a case of this town, with the people who work there."""

    desk: Desk
    people: list[Staff]
    recipients: tuple[str, ...]  # as whom it may be told something
    place: str  # its town where that is another one


def of_town(session: Session, case: Case) -> list[Agency]:
    """Return the agencies of the town, of the neighbour that serves it and of the prefecture where somebody works."""
    town = session.get_one(Municipality, case.custodian)
    codes = [code for code in (town.code, town.served_by_code, town.prefecture_code) if code]
    may = select(StaffRole.staff_id).where(StaffRole.role.in_(GRANTS[Permission.CONSULT]))
    query = (
        select(Desk, Staff, Municipality.name)
        .join(DeskMembership, DeskMembership.desk_id == Desk.id)
        .join(Staff, Staff.id == DeskMembership.staff_id)
        .join(Municipality, Municipality.code == Desk.municipality_code)
        .where(Desk.municipality_code.in_(codes), Desk.active, Staff.active, Staff.id.in_(may))
        .order_by(Desk.name, Desk.id, Staff.display_name, Staff.id)
    )
    found: dict[uuid.UUID, Agency] = {}
    for desk, person, place in session.execute(query):
        shown = place if desk.municipality_code != town.code else ""
        found.setdefault(desk.id, Agency(desk, [], _recipients(town, desk), shown)).people.append(person)
    return sorted(found.values(), key=lambda one: codes.index(one.desk.municipality_code))


def require(session: Session, case: Case, recipient: str, ground: LegalGround | None) -> None:
    """Pass when an agency may be told of a case; raises MayNotBeTold.

    Who said yes to the desk said yes to the sections of the town hall too (connecting.ask_consent), until they say otherwise.
    """
    if recipient == TOWN and standing(session, case)[TOWN] is Consent.GIVEN:
        return
    grounds.require(session, case, recipient, ground)


def standing(session: Session, case: Case) -> dict[str, Consent]:
    """Return what the person said about each kind of agency."""
    said = {one: consent.latest(session, case, one) for one in (TOWN, COUNCIL, SCHOOL, PREFECTURE, OTHER)}
    # An answer that was taken back is an answer, too.
    if TOWN not in {row.recipient for row in consent.answers(session, case)}:
        said[TOWN] = Consent(case.consent)
    return said


def label(recipient: str) -> str:
    """Return a kind of agency as staff read it."""
    return RECIPIENTS[recipient]


def _recipients(town: Municipality, desk: Desk) -> tuple[str, ...]:
    if desk.kind == _COUNCIL_KIND:
        return (COUNCIL,)
    if desk.municipality_code == town.code:
        return (TOWN, COUNCIL, SCHOOL, OTHER)
    return (PREFECTURE,) if desk.municipality_code == town.prefecture_code else (COUNCIL, SCHOOL, OTHER)
