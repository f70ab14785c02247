"""Who may come in: passwords, sessions that end by themselves, and invitations that work once."""

from __future__ import annotations

import hashlib
import secrets
import threading
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from resources.db import new_id
from resources.journal import record
from resources.places import NATION
from resources.staff import DeskMembership, Invitation, Role, Staff, StaffRole, StaffSession

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
INVITATION_DAYS = 7
_TRIES = 5
_LONGEST_LOCK = 15
_TOUCH = timedelta(minutes=1)
_DISTINCT = 5
_JAPAN = ZoneInfo("Asia/Tokyo")


class PasswordTooWeak(ValueError):
    """パスワードは12文字以上にしてください（同じ文字のくり返しやメールアドレスそのものは使えません）。"""


class InvitationSpent(ValueError):
    """この招待は使用済みか、期限が過ぎています。招待した人に、新しい招待を頼んでください。"""


class LoginTaken(ValueError):
    """このメールアドレスでは登録できません。招待した人に確かめてください。"""


class TooManyAtOnce(RuntimeError):
    """いま、サインインが混み合っています。1分ほど待って、もう一度お試しください。"""


class Passwords:
    """Makes and checks argon2 hashes; few at a time, because each one takes much memory on purpose."""

    def __init__(self, *, memory_kib: int = 65536, rounds: int = 3, at_once: int = 2, queue: int = 12) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)
        self._working = threading.BoundedSemaphore(at_once)
        self._waiting = threading.BoundedSemaphore(queue)
        self._nobody = ""

    def make(self, password: str) -> str:
        """Return the hash of a new password."""
        with self._working:
            return self._hasher.hash(_plain(password))

    def fits(self, stored: str | None, password: str) -> bool:
        """Whether a password fits; an unknown account (None) costs the same time. Raises TooManyAtOnce."""
        if not self._waiting.acquire(blocking=False):
            raise TooManyAtOnce(TooManyAtOnce.__doc__)
        try:
            with self._working:
                self._nobody = self._nobody or self._hasher.hash(secrets.token_hex(16))
                return self._hasher.verify(stored or self._nobody, _plain(password)) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False
        finally:
            self._waiting.release()


@dataclass(frozen=True)
class SignedIn:
    """A browser somebody is signed in with."""

    session_id: uuid.UUID
    csrf: str
    staff: Staff
    touch: bool  # the moment of last use should be written down again


def known_hash(session: Session, login: str) -> tuple[uuid.UUID | None, str | None]:
    """Return the person of a login and the hash to check a password against, Nones for an unknown one."""
    staff = session.scalars(select(Staff).where(Staff.login == clean_login(login))).first()
    return (staff.id, staff.password_hash) if staff is not None else (None, None)


def enter(
    session: Session, staff_id: uuid.UUID | None, *, fits: bool, checked: str | None, hours: int, now: datetime
) -> str | None:
    """Open a session and return its token, or count the failed try and return None, whatever the reason was.

    `checked` is the hash the password was compared with: a password changed meanwhile does not let anybody in.
    """
    staff = session.get(Staff, staff_id, with_for_update=True) if staff_id else None
    if staff is None:
        # Written down like any other, so that it takes as long, and shows when somebody tries names.
        record(session, "staff.sign_in_refused", municipality=NATION, subject_kind="staff", now=now)
        return None
    if not _may_enter(staff, now) or not fits or staff.password_hash != checked:
        _count_failure(session, staff, now)
        return None
    staff.failed_count, staff.locked_until = 0, None
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            id=new_id(), token_hash=_hash(token), staff_id=staff.id, csrf=secrets.token_urlsafe(24),
            made_at=now, seen_at=now, expires_at=now + timedelta(hours=hours), proved_at=now,
        )
    )
    _write(session, staff, "staff.sign_in", now)
    return token


def recognise(session: Session, token: str, *, idle: timedelta, now: datetime) -> SignedIn | None:
    """Return who is signed in with a token; an expired, idle or disabled one is nobody."""
    found = session.execute(
        select(StaffSession, Staff)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.token_hash == _hash(token))
    ).first()
    if found is None:
        return None
    row, staff = found
    if row.expires_at <= now or row.seen_at + idle <= now or not _is_active(staff, now):
        return None
    return SignedIn(row.id, row.csrf, staff, row.seen_at + _TOUCH <= now)


def touch(session: Session, session_id: uuid.UUID, *, now: datetime) -> None:
    """Remember that a session was used."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def leave(session: Session, session_id: uuid.UUID) -> None:
    """End one session."""
    session.execute(delete(StaffSession).where(StaffSession.id == session_id))


def invite(
    session: Session,
    *,
    municipality: str,
    role: Role,
    now: datetime,
    desk_id: uuid.UUID | None = None,
    login: str = "",
    invited_by: uuid.UUID | None = None,
) -> str:
    """Return the token of a new one-time invitation, bound to town, role and desk; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        id=new_id(), token_hash=_hash(token), municipality_code=municipality, role=role, desk_id=desk_id,
        login=clean_login(login), invited_by=invited_by, made_at=now, expires_at=now + timedelta(days=INVITATION_DAYS),
    )
    session.add(invitation)
    record(
        session, "staff.invite", municipality=municipality, subject_kind="invitation", subject_id=invitation.id,
        staff_id=invited_by, now=now, detail=role,
    )
    session.flush()
    return token


def invitation(session: Session, token: str, *, now: datetime, to_spend: bool = False) -> Invitation:
    """Return an invitation that can still be used; looking at it changes nothing. Raises InvitationSpent."""
    query = select(Invitation).where(Invitation.token_hash == _hash(token))
    found = session.scalars(query.with_for_update() if to_spend else query).first()
    if found is None or found.used_at is not None or found.expires_at <= now:
        raise InvitationSpent(InvitationSpent.__doc__)
    return found


def checked_password(password: str, login: str) -> str:
    """Return a password that may be used; raises PasswordTooWeak. There are no rules about its composition."""
    plain = _plain(password)
    fits = SHORTEST_PASSWORD <= len(plain) <= LONGEST_PASSWORD and len(set(plain)) >= _DISTINCT
    if not fits or clean_login(plain) == clean_login(login):
        raise PasswordTooWeak(PasswordTooWeak.__doc__)
    return plain


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
                municipality=invited.municipality_code, roles=[Role(invited.role)],
                desks=[invited.desk_id] if invited.desk_id else [], now=now,
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
) -> Staff:
    """Add a person with roles in a town and seats at desks."""
    staff = Staff(
        id=new_id(), login=clean_login(login), display_name=display_name, sender_name=sender_name[:20],
        password_hash=password_hash, made_at=now,
    )
    session.add(staff)
    session.flush()
    session.add_all(
        StaffRole(id=new_id(), staff_id=staff.id, municipality_code=municipality, role=role) for role in roles
    )
    session.add_all(DeskMembership(staff_id=staff.id, desk_id=desk) for desk in desks)
    _write(session, staff, "staff.add", now, municipality)
    session.flush()
    return staff


def disable(session: Session, login: str, now: datetime) -> bool:
    """Shut a person out at once: every session ends, open invitations too; False when the login is unknown."""
    cleaned = clean_login(login)
    session.execute(
        update(Invitation).where(Invitation.login == cleaned, Invitation.used_at.is_(None)).values(expires_at=now)
    )
    staff = session.scalars(select(Staff).where(Staff.login == cleaned)).first()
    if staff is None:
        return False
    staff.active = False
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
    _write(session, staff, "staff.disable", now)
    session.flush()
    return True


def clean_login(login: str) -> str:
    """Return a login in the one form it is kept in."""
    return unicodedata.normalize("NFKC", login).strip().lower()[:120]


def _plain(password: str) -> str:
    # The same password typed on another system may arrive in another Unicode form.
    return unicodedata.normalize("NFKC", password)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _is_active(staff: Staff, now: datetime) -> bool:
    return staff.active and (staff.expires_on is None or now.astimezone(_JAPAN).date() <= staff.expires_on)


def _may_enter(staff: Staff, now: datetime) -> bool:
    return _is_active(staff, now) and (staff.locked_until is None or staff.locked_until <= now)


def _count_failure(session: Session, staff: Staff, now: datetime) -> None:
    # Gentle at first, so that nobody can keep a colleague out for long: 1, 2, 4, 8, then 15 minutes.
    staff.failed_count += 1
    _write(session, staff, "staff.sign_in_refused", now)
    if staff.failed_count >= _TRIES and (staff.locked_until is None or staff.locked_until <= now):
        staff.locked_until = now + timedelta(minutes=min(_LONGEST_LOCK, 2 ** min(4, staff.failed_count - _TRIES)))
        _write(session, staff, "staff.locked", now)


def _write(session: Session, staff: Staff, act: str, now: datetime, municipality: str = "") -> None:
    town = municipality or session.scalars(
        select(StaffRole.municipality_code).where(StaffRole.staff_id == staff.id).order_by(StaffRole.municipality_code)
    ).first()
    record(
        session, act, municipality=town or NATION, subject_kind="staff", subject_id=staff.id, staff_id=staff.id, now=now
    )
