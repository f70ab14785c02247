"""The people of the towns somebody administers: who they are there, and nobody of any other town."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from resources import sign_in
from resources.access import Actor
from resources.desks import Desk
from resources.journal import JournalEntry
from resources.places import Municipality
from resources.staff import DeskMembership, Invitation, Role, Staff, StaffRole

PAGE = 50


@dataclass(frozen=True)
class Town:
    """A town somebody administers, with its desks."""

    code: str
    name: str
    desks: tuple[Desk, ...]


@dataclass(frozen=True)
class Person:
    """A person as an administrator of some of their towns sees them: the roles and desks of these towns only."""

    staff: Staff
    roles: frozenset[tuple[str, Role]]
    desks: frozenset[uuid.UUID]
    elsewhere: bool  # has roles or desks in towns the administrator does not administer
    comes_in: bool  # neither disabled nor past the last day

    @property
    def mark(self) -> str:
        """What the page was made from: a form sent from an older page is known by it."""
        roles = sorted(f"{town}:{role}" for town, role in self.roles)
        state = (roles, sorted(map(str, self.desks)), str(self.staff.expires_on), self.staff.active, self.factor)
        return hashlib.sha256(repr(state).encode()).hexdigest()[:16]

    @property
    def factor(self) -> bool:
        """Whether a telephone is set up."""
        return self.staff.totp_sealed is not None


def administered(actor: Actor) -> frozenset[str]:
    """Return the towns whose people somebody looks after."""
    return actor.towns_as(Role.ADMINISTRATOR)


def towns(session: Session, actor: Actor) -> list[Town]:
    """Return these towns with their desks, those at rest too."""
    rows = session.scalars(
        select(Municipality).where(Municipality.code.in_(administered(actor))).order_by(Municipality.code)
    ).all()
    desks: dict[str, list[Desk]] = defaultdict(list)
    query = select(Desk).where(Desk.municipality_code.in_([row.code for row in rows]))
    for desk in session.scalars(query.order_by(Desk.name)):
        desks[desk.municipality_code].append(desk)
    return [Town(row.code, row.name, tuple(desks[row.code])) for row in rows]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the one condition every list of people begins with: a role or a seat in a town of the administrator."""
    own = administered(actor)
    roles = select(StaffRole.staff_id).where(StaffRole.municipality_code.in_(own))
    seats = select(DeskMembership.staff_id).join(Desk).where(Desk.municipality_code.in_(own))
    return or_(Staff.id.in_(roles), Staff.id.in_(seats))


def listed(session: Session, actor: Actor, *, sought: str, after: int, now: datetime) -> tuple[list[Person], int]:
    """Return a page of people by name, from a position on, and how many there are."""
    query = select(Staff).where(visible_to(actor))
    for word in sought.split():
        named = Staff.display_name.contains(word, autoescape=True)
        query = query.where(or_(named, Staff.login.contains(word.lower(), autoescape=True)))
    ids = session.scalars(query.with_only_columns(Staff.id).order_by(Staff.display_name, Staff.id)).all()
    return _persons(session, actor, ids[after : after + PAGE], now), len(ids)


def find(session: Session, actor: Actor, staff_id: uuid.UUID, *, now: datetime, to_change: bool = False) -> Person | None:
    """Return one person, None for nobody and for people of other towns alike."""
    known = session.scalars(select(Staff.id).where(visible_to(actor), Staff.id == staff_id)).first()
    if known is None:
        return None
    if to_change:
        # First the towns, in order, then the person: two administrators come one after the other.
        codes = select(StaffRole.municipality_code).where(StaffRole.staff_id == staff_id)
        _lock(session, select(Municipality).where(Municipality.code.in_(codes)).order_by(Municipality.code))
        _lock(session, select(Staff).where(Staff.id == staff_id))
    return next(iter(_persons(session, actor, [staff_id], now)), None)


def last_change(session: Session, actor: Actor, staff_id: uuid.UUID) -> str:
    """Return the name of who changed a person's access last, nothing when that was nobody else."""
    acts = select(JournalEntry).where(JournalEntry.subject_kind == "staff", JournalEntry.subject_id == staff_id)
    acts = acts.where(
        JournalEntry.act.startswith("people."), JournalEntry.municipality_code.in_(administered(actor))
    )
    entry = session.scalars(acts.order_by(JournalEntry.at.desc(), JournalEntry.id.desc()).limit(1)).first()
    if entry is None or entry.staff_id in (None, actor.staff_id):
        return ""
    return session.scalars(select(Staff.display_name).where(Staff.id == entry.staff_id)).first() or ""


def open_invitations(session: Session, actor: Actor, *, now: datetime) -> list[Invitation]:
    """Return what invitations to these towns can still be accepted, newest first."""
    query = select(Invitation).where(
        Invitation.municipality_code.in_(administered(actor)), Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    return list(session.scalars(query.order_by(Invitation.made_at.desc(), Invitation.id)))


def _persons(session: Session, actor: Actor, ids: Sequence[uuid.UUID], now: datetime) -> list[Person]:
    own, seats = administered(actor), _seats(session, ids)
    roles: dict[uuid.UUID, set[tuple[str, Role]]] = defaultdict(set)
    for row in session.scalars(select(StaffRole).where(StaffRole.staff_id.in_(ids))):
        roles[row.staff_id].add((row.municipality_code, Role(row.role)))
    known = {staff.id: staff for staff in session.scalars(select(Staff).where(Staff.id.in_(ids)))}
    return [
        Person(
            known[one],
            frozenset((town, role) for town, role in roles[one] if town in own),
            frozenset(desk for desk, town in seats[one] if town in own),
            _foreign((town for town, _ in roles[one]), own) or _foreign((town for _, town in seats[one]), own),
            sign_in.is_active(known[one], now),
        )
        for one in ids
        if one in known
    ]


def _seats(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, set[tuple[uuid.UUID, str]]]:
    seats: dict[uuid.UUID, set[tuple[uuid.UUID, str]]] = defaultdict(set)
    query = select(DeskMembership.staff_id, Desk.id, Desk.municipality_code).join(Desk)
    for staff_id, desk_id, town in session.execute(query.where(DeskMembership.staff_id.in_(ids))):
        seats[staff_id].add((desk_id, town))
    return seats


def _foreign(found: Iterable[str], own: frozenset[str]) -> bool:
    return any(town not in own for town in found)


def _lock(session: Session, query: Select[Any]) -> None:
    session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
