"""Changing what colleagues may do: roles and desks of one's own towns, their last day, and ending their access."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from resources import people, renewals, second_factor, sign_in
from resources.access import Actor
from resources.desks import Desk
from resources.journal import record
from resources.people import Person
from resources.staff import DeskMembership, Invitation, Role, Staff, StaffRole


class Refused(ValueError):
    """この変更はできません。まだ何も変えていません。"""


class LastAdministrator(Refused):
    """この人は、この自治体で使えるただ一人の管理者です。先に、ほかの人を管理者にしてください。まだ何も変えていません。"""


class NotOneself(Refused):
    """自分の管理者の役割や利用は、自分では止められません。ほかの管理者に頼んでください。まだ何も変えていません。"""


class NoRenewal(Refused):
    """自分のパスワードは「自分の設定」で変えられます。利用を止めている人には、リンクを渡せません。まだ何も変えていません。"""


class NoRoleLeft(Refused):
    """役割をすべて外すことはできません。使えないようにするときは「利用を止める」を選んでください。まだ何も変えていません。"""


class DeskWithoutRole(Refused):
    """窓口に座る人には、その自治体の役割が要ります。役割も選んでください。まだ何も変えていません。"""


class AlsoElsewhere(Refused):
    """この人は、あなたが管理していない自治体でも働いています。アカウント全体のことは、運用の担当者に頼んでください。まだ何も変えていません。"""


class NotYours(Refused):
    """あなたが管理している自治体の役割と窓口だけを選べます。まだ何も変えていません。"""


class DayPast(Refused):
    """最後の日は、今日かそれより後の日にしてください。まだ何も変えていません。"""


@dataclass(frozen=True)
class Wanted:
    """What somebody is to be in the towns of the administrator."""

    roles: frozenset[tuple[str, Role]]
    desks: frozenset[uuid.UUID]


def settle(session: Session, person: Person, wanted: Wanted, *, actor: Actor, now: datetime) -> None:
    """Give a person exactly these roles and desks in one's own towns."""
    own = people.administered(actor)
    lost, given = person.roles - wanted.roles, wanted.roles - person.roles
    _refuse_foreign(session, wanted, own)
    if not wanted.roles and not person.elsewhere:
        raise NoRoleLeft(NoRoleLeft.__doc__)
    left = {town for town, role in lost if role is Role.ADMINISTRATOR}
    if left and person.staff.id == actor.staff_id:
        raise NotOneself(NotOneself.__doc__)
    _keep_an_administrator(session, person, left, now=now)
    for town, role in lost:
        session.execute(
            delete(StaffRole).where(
                StaffRole.staff_id == person.staff.id, StaffRole.municipality_code == town, StaffRole.role == role
            )
        )
    session.add_all(StaffRole(staff_id=person.staff.id, municipality_code=town, role=role) for town, role in given)
    _seat(session, person, wanted.desks)
    for town in sorted({town for town, _ in lost | given}):
        signs = [f"+{role}" for code, role in sorted(given) if code == town]
        signs += [f"-{role}" for code, role in sorted(lost) if code == town]
        _write(session, person, "people.roles", actor, now, town, " ".join(signs))
    if person.desks != wanted.desks:
        _write(session, person, "people.desks", actor, now, detail=f"{len(person.desks)}>{len(wanted.desks)}")


def end_on(session: Session, person: Person, last_day: date | None, *, actor: Actor, now: datetime) -> None:
    """Set the last day of a person's access, or none."""
    _whole(person)
    if last_day is not None:
        if last_day < sign_in.local_day(now):
            raise DayPast(DayPast.__doc__)
        _keep_an_administrator(session, person, _administers(person), now=now, until=last_day)
    person.staff.expires_on = last_day
    _write(session, person, "people.last_day", actor, now, detail=str(last_day or "none"))


def disable(session: Session, person: Person, *, actor: Actor, now: datetime) -> None:
    """Shut a person out at once."""
    _whole(person)
    if person.staff.id == actor.staff_id:
        raise NotOneself(NotOneself.__doc__)
    _keep_an_administrator(session, person, _administers(person), now=now)
    person.staff.active = False
    renewals.end(session, person.staff.id, now=now)
    sign_in.end_invitations(session, person.staff.login, now)
    sign_in.leave_everywhere(session, person.staff.id)
    _write(session, person, "people.disable", actor, now)


def offer_renewal(session: Session, person: Person, *, actor: Actor, now: datetime) -> str:
    """Return the token of a link with which a person chooses a new password; nobody chooses it for them."""
    _whole(person)
    if person.staff.id == actor.staff_id or not person.comes_in:
        raise NoRenewal(NoRenewal.__doc__)
    _write(session, person, "people.offer_renewal", actor, now)
    return renewals.offer(session, person.staff, now=now)


def enable(session: Session, person: Person, *, actor: Actor, now: datetime) -> None:
    """Let a person in again."""
    _whole(person)
    person.staff.active = True
    person.staff.failed_count, person.staff.locked_until = 0, None
    _write(session, person, "people.enable", actor, now)


def sign_out(session: Session, person: Person, *, actor: Actor, now: datetime) -> None:
    """End every session of a person, for a telephone or computer that was lost."""
    sign_in.leave_everywhere(session, person.staff.id)
    _write(session, person, "people.sign_out", actor, now)


def reset_factor(session: Session, person: Person, *, actor: Actor, now: datetime) -> None:
    """Forget a person's telephone, so that they set a new one up at the next sign-in."""
    _whole(person)
    if person.staff.id == actor.staff_id:
        raise NotOneself(NotOneself.__doc__)
    second_factor.reset(session, person.staff)
    _write(session, person, "people.reset_factor", actor, now)


def invite(
    session: Session, *, town: str, role: Role, desks: Collection[uuid.UUID], login: str, last_day: date | None,
    actor: Actor, now: datetime,
) -> str:  # fmt: skip
    """Return the token of an invitation to one of one's own towns; raises NotYours or DayPast."""
    _refuse_foreign(session, Wanted(frozenset({(town, role)}), frozenset(desks)), frozenset({town}))
    if town not in people.administered(actor):
        raise NotYours(NotYours.__doc__)
    if last_day is not None and last_day < sign_in.local_day(now):
        raise DayPast(DayPast.__doc__)
    return sign_in.invite(
        session, municipality=town, role=role, more_desks=sorted(desks), login=login, access_ends_on=last_day,
        invited_by=actor.staff_id, now=now,
    )  # fmt: skip


def withdraw(session: Session, invitation_id: uuid.UUID, *, actor: Actor, now: datetime) -> bool:
    """End an invitation nobody has accepted yet; False when there is none in one's own towns."""
    row = session.scalars(
        select(Invitation)
        .where(Invitation.id == invitation_id, Invitation.municipality_code.in_(people.administered(actor)))
        .with_for_update()
    ).first()
    if row is None:
        return False
    if row.used_at is None and row.expires_at > now:
        row.expires_at = now
        record(
            session, "staff.invitation_withdrawn", municipality=row.municipality_code, subject_kind="invitation",
            subject_id=row.id, staff_id=actor.staff_id, now=now,
        )  # fmt: skip
    return True


def _refuse_foreign(session: Session, wanted: Wanted, own: frozenset[str]) -> None:
    towns = {town for town, _ in wanted.roles}
    seats = session.scalars(select(Desk.municipality_code).where(Desk.id.in_(wanted.desks))).all()
    if not towns <= own or len(seats) != len(wanted.desks) or not set(seats) <= own:
        raise NotYours(NotYours.__doc__)
    if not set(seats) <= towns:
        raise DeskWithoutRole(DeskWithoutRole.__doc__)


def _seat(session: Session, person: Person, desks: frozenset[uuid.UUID]) -> None:
    session.execute(
        delete(DeskMembership).where(
            DeskMembership.staff_id == person.staff.id, DeskMembership.desk_id.in_(person.desks - desks)
        )
    )
    session.add_all(DeskMembership(staff_id=person.staff.id, desk_id=desk) for desk in desks - person.desks)


def _whole(person: Person) -> None:
    if person.elsewhere:
        raise AlsoElsewhere(AlsoElsewhere.__doc__)


def _administers(person: Person) -> set[str]:
    return {town for town, role in person.roles if role is Role.ADMINISTRATOR}


def _keep_an_administrator(
    session: Session, person: Person, towns: set[str], *, now: datetime, until: date | None = None
) -> None:
    # Somebody else must be there when this person no longer is.
    if not person.comes_in:
        return
    last = until or sign_in.local_day(now) - timedelta(days=1)
    for town in sorted(towns):
        others = select(Staff.id).join(StaffRole, StaffRole.staff_id == Staff.id)
        others = others.where(StaffRole.municipality_code == town, StaffRole.role == Role.ADMINISTRATOR, Staff.active)
        others = others.where(Staff.id != person.staff.id, or_(Staff.expires_on.is_(None), Staff.expires_on > last))
        if session.scalars(others).first() is None:
            raise LastAdministrator(LastAdministrator.__doc__)


def _write(
    session: Session, person: Person, act: str, actor: Actor, now: datetime, town: str = "", detail: str = ""
) -> None:
    own = sorted(people.administered(actor))
    towns = sorted({code for code, _ in person.roles}) or own
    record(
        session, act, municipality=town or towns[0], subject_kind="staff", subject_id=person.staff.id,
        staff_id=actor.staff_id, now=now, detail=detail,
    )  # fmt: skip
