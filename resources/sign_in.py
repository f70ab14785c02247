"""Who may come in: sessions that end by themselves, tries that are counted, and invitations that work once."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from resources.db import new_id
from resources.journal import record
from resources.passwords import clean_login
from resources.places import NATION
from resources.staff import DeskMembership, HalfSignIn, Invitation, Role, Staff, StaffRole, StaffSession

INVITATION_DAYS = 7
_TRIES = 5
_LONGEST_LOCK = 15
_TOUCH = timedelta(minutes=1)
_JAPAN = ZoneInfo("Asia/Tokyo")


class InvitationSpent(ValueError):
    """この招待は使用済みか、期限が過ぎています。招待した人に、新しい招待を頼んでください。"""


class LoginTaken(ValueError):
    """このメールアドレスでは登録できません。招待した人に確かめてください。"""


@dataclass(frozen=True)
class SignedIn:
    """A browser somebody is signed in with."""

    session_id: uuid.UUID
    csrf: str
    staff: Staff
    touch: bool  # the moment of last use should be written down again
    proved_at: datetime


def known_hash(session: Session, login: str) -> tuple[uuid.UUID | None, str | None]:
    """Return the person of a login and the hash to check a password against, Nones for an unknown one."""
    staff = session.scalars(select(Staff).where(Staff.login == clean_login(login))).first()
    return (staff.id, staff.password_hash) if staff is not None else (None, None)


def password_given(
    session: Session, staff_id: uuid.UUID | None, *, fits: bool, checked: str | None, now: datetime
) -> Staff | None:
    """Return the person whose password was right, or count the failed try and return None, whatever the reason was.

    `checked` is the hash the password was compared with: a password changed meanwhile does not let anybody in.
    """
    staff = session.get(Staff, staff_id, with_for_update=True) if staff_id else None
    if staff is None:
        # Written down like any other, so that it takes as long, and shows when somebody tries names.
        record(session, "staff.sign_in_refused", municipality=NATION, subject_kind="staff", now=now)
        return None
    if not may_enter(staff, now) or not fits or staff.password_hash != checked:
        count_failure(session, staff, now)
        return None
    return staff


def open_session(session: Session, staff: Staff, *, hours: int, now: datetime, two_factors: bool = False) -> str:
    """Open a session for a person who has shown everything that was asked, and return its token."""
    staff.failed_count, staff.locked_until = 0, None
    staff.signed_in_before_at, staff.signed_in_at = staff.signed_in_at, now
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            id=new_id(), token_hash=token_hash(token), staff_id=staff.id, csrf=secrets.token_urlsafe(24), made_at=now,
            seen_at=now, expires_at=now + timedelta(hours=hours), proved_at=now, two_factors=two_factors,
        )
    )  # fmt: skip
    write(session, staff, "staff.sign_in", now)
    return token


def recognise(
    session: Session, token: str, *, idle: timedelta, now: datetime, two_factors: bool = False
) -> SignedIn | None:
    """Return who is signed in with a token; an expired, idle or disabled one is nobody.

    With `two_factors` a session begun with the password alone is nobody's, too.
    """
    found = session.execute(
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.token_hash == token_hash(token))
    ).first()
    if found is None:
        return None
    row, staff = found
    if row.expires_at <= now or row.seen_at + idle <= now or not is_active(staff, now):
        return None
    if two_factors and not row.two_factors:
        return None
    return SignedIn(row.id, row.csrf, staff, row.seen_at + _TOUCH <= now, row.proved_at)


def touch(session: Session, session_id: uuid.UUID, *, now: datetime) -> None:
    """Remember that a session was used."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def leave(session: Session, session_id: uuid.UUID) -> None:
    """End one session."""
    session.execute(delete(StaffSession).where(StaffSession.id == session_id))


def leave_everywhere(session: Session, staff_id: uuid.UUID, *, but: uuid.UUID | None = None) -> None:
    """End all sessions of a person, half begun ones too, except one."""
    ended = delete(StaffSession).where(StaffSession.staff_id == staff_id)
    session.execute(ended.where(StaffSession.id != but) if but else ended)
    session.execute(delete(HalfSignIn).where(HalfSignIn.staff_id == staff_id))


def invite(
    session: Session,
    *,
    municipality: str,
    role: Role,
    now: datetime,
    desk_id: uuid.UUID | None = None,
    more_desks: Sequence[uuid.UUID] = (),
    login: str = "",
    access_ends_on: date | None = None,
    invited_by: uuid.UUID | None = None,
) -> str:
    """Return the token of a new one-time invitation, bound to town, role and desks; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        id=new_id(), token_hash=token_hash(token), municipality_code=municipality, role=role, desk_id=desk_id,
        more_desks=[str(desk) for desk in more_desks], login=clean_login(login), access_ends_on=access_ends_on,
        invited_by=invited_by, made_at=now, expires_at=now + timedelta(days=INVITATION_DAYS),
    )  # fmt: skip
    session.add(invitation)
    record(
        session, "staff.invite", municipality=municipality, subject_kind="invitation", subject_id=invitation.id,
        staff_id=invited_by, now=now, detail=role,
    )
    session.flush()
    return token


def invitation(session: Session, token: str, *, now: datetime, to_spend: bool = False) -> Invitation:
    """Return an invitation that can still be used; looking at it changes nothing. Raises InvitationSpent."""
    query = select(Invitation).where(Invitation.token_hash == token_hash(token))
    found = session.scalars(query.with_for_update() if to_spend else query).first()
    over = found is not None and found.access_ends_on is not None and found.access_ends_on < local_day(now)
    if found is None or found.used_at is not None or found.expires_at <= now or over:
        raise InvitationSpent(InvitationSpent.__doc__)
    return found


def accept(
    session: Session, token: str, *, login: str, display_name: str, password_hash: str, now: datetime, sender_name: str = ""
) -> Staff:
    """Make the invited person a member of staff; the invitation is spent. Raises InvitationSpent or LoginTaken."""
    invited = invitation(session, token, now=now, to_spend=True)
    login = invited.login or clean_login(login)
    if session.scalars(select(Staff).where(Staff.login == login)).first() is not None:
        raise LoginTaken(LoginTaken.__doc__)
    invited.used_at = now
    try:
        with session.begin_nested():
            return add_staff(
                session, login=login, display_name=display_name, sender_name=sender_name, password_hash=password_hash,
                municipality=invited.municipality_code, roles=[Role(invited.role)], desks=_seats(invited), now=now,
                expires_on=invited.access_ends_on,
            )  # fmt: skip
    except IntegrityError as taken:  # Another invitation for this login was accepted in the same moment.
        raise LoginTaken(LoginTaken.__doc__) from taken


def add_staff(
    session: Session,
    *,
    login: str,
    display_name: str,
    password_hash: str,
    municipality: str,
    roles: Sequence[Role],
    now: datetime,
    desks: Sequence[uuid.UUID] = (),
    sender_name: str = "",
    expires_on: date | None = None,
) -> Staff:
    """Add a person with roles in a town and seats at desks."""
    staff = Staff(
        id=new_id(), login=clean_login(login), display_name=display_name, sender_name=sender_name[:20],
        password_hash=password_hash, expires_on=expires_on, made_at=now,
    )  # fmt: skip
    session.add(staff)
    session.flush()
    session.add_all(
        StaffRole(id=new_id(), staff_id=staff.id, municipality_code=municipality, role=role) for role in roles
    )
    session.add_all(DeskMembership(staff_id=staff.id, desk_id=desk) for desk in desks)
    write(session, staff, "staff.add", now, municipality)
    session.flush()
    return staff


def disable(session: Session, login: str, now: datetime) -> bool:
    """Shut a person out at once: every session ends, open invitations too; False when the login is unknown."""
    cleaned = clean_login(login)
    end_invitations(session, cleaned, now)
    staff = session.scalars(select(Staff).where(Staff.login == cleaned)).first()
    if staff is None:
        return False
    staff.active = False
    leave_everywhere(session, staff.id)
    write(session, staff, "staff.disable", now)
    session.flush()
    return True


def end_invitations(session: Session, login: str, now: datetime) -> None:
    """End what open invitations there are for a login."""
    session.execute(
        update(Invitation).where(Invitation.login == login, Invitation.used_at.is_(None)).values(expires_at=now)
    )


def token_hash(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def local_day(now: datetime) -> date:
    """Return the day it is in Japan."""
    return now.astimezone(_JAPAN).date()


def is_active(staff: Staff, now: datetime) -> bool:
    """Whether a person has access on this day."""
    return staff.active and (staff.expires_on is None or local_day(now) <= staff.expires_on)


def may_enter(staff: Staff, now: datetime) -> bool:
    """Whether a person may come in at this moment."""
    return is_active(staff, now) and (staff.locked_until is None or staff.locked_until <= now)


def count_failure(session: Session, staff: Staff, now: datetime) -> None:
    """Count a wrong password or code; gentle at first, so that nobody can keep a colleague out for long."""
    staff.failed_count += 1
    write(session, staff, "staff.sign_in_refused", now)
    if staff.failed_count >= _TRIES and (staff.locked_until is None or staff.locked_until <= now):
        # 1, 2, 4, 8, then 15 minutes.
        staff.locked_until = now + timedelta(minutes=min(_LONGEST_LOCK, 2 ** min(4, staff.failed_count - _TRIES)))
        write(session, staff, "staff.locked", now)


def write(session: Session, staff: Staff, act: str, now: datetime, municipality: str = "") -> None:
    """Write an act of a person about themselves into the journal."""
    town = municipality or session.scalars(
        select(StaffRole.municipality_code).where(StaffRole.staff_id == staff.id).order_by(StaffRole.municipality_code)
    ).first()
    record(
        session, act, municipality=town or NATION, subject_kind="staff", subject_id=staff.id, staff_id=staff.id, now=now
    )


def _seats(invited: Invitation) -> list[uuid.UUID]:
    return list(dict.fromkeys([*([invited.desk_id] if invited.desk_id else []), *map(uuid.UUID, invited.more_desks)]))
