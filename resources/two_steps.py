"""Coming in by two steps: the password first, then the code; between them nothing is open."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from resources import second_factor, sign_in
from resources.db import new_id
from resources.staff import HalfSignIn, Staff

_PATIENCE: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Entered:
    """A right password and where it leads: into the console, or to the page that asks for the code."""

    token: str
    half: bool = False


@dataclass(frozen=True)
class Half:
    """Somebody who stands between the two steps."""

    staff: Staff
    key: str | None  # shown when the telephone is still to be set up


def enter(
    session: Session,
    staff_id: uuid.UUID | None,
    *,
    fits: bool,
    checked: str | None,
    hours: int,
    now: datetime,
    second: bool = False,
) -> Entered | None:
    """Take a checked password: None when it lets nobody in. `second` asks everybody for a code, not only who has one."""
    staff = sign_in.password_given(session, staff_id, fits=fits, checked=checked, now=now)
    if staff is None:
        return None
    if not second and staff.totp_sealed is None:
        return Entered(sign_in.open_session(session, staff, hours=hours, now=now))
    if staff.totp_sealed is None:
        second_factor.offer(session, staff)
    token = secrets.token_urlsafe(32)
    session.add(
        HalfSignIn(
            id=new_id(), token_hash=sign_in.token_hash(token), staff_id=staff.id, made_at=now, expires_at=now + _PATIENCE
        )
    )
    sign_in.write(session, staff, "staff.password_given", now)
    return Entered(token, half=True)


def waiting(session: Session, token: str, *, now: datetime) -> Half | None:
    """Return who stands between the two steps with this token."""
    staff = session.scalars(
        select(Staff)
        .join(HalfSignIn, HalfSignIn.staff_id == Staff.id)
        .where(HalfSignIn.token_hash == sign_in.token_hash(token), HalfSignIn.expires_at > now)
    ).first()
    if staff is None or not sign_in.is_active(staff, now):
        return None
    return Half(staff, second_factor.offered(session, staff) if staff.totp_sealed is None else None)


def complete(session: Session, token: str, code: str, *, hours: int, now: datetime) -> str | None:
    """Take the second step and return the token of the session, or count the failed try and return None."""
    staff = _locked(session, token, now)
    if staff is None:
        return None
    if not sign_in.may_enter(staff, now) or not second_factor.fits(session, staff, code, now=now):
        sign_in.count_failure(session, staff, now)
        return None
    return _arrive(session, staff, token, hours, now)


def set_up(session: Session, token: str, code: str, *, hours: int, now: datetime) -> tuple[str, list[str]] | None:
    """Take the first code of a new telephone; return the session's token and the recovery codes, None when it is wrong."""
    staff = _locked(session, token, now)
    if staff is None or staff.totp_sealed is not None:
        return None
    codes = second_factor.confirm(session, staff, code, now=now) if sign_in.may_enter(staff, now) else None
    if codes is None:
        sign_in.count_failure(session, staff, now)
        return None
    return _arrive(session, staff, token, hours, now), codes


def give_up(session: Session, token: str) -> None:
    """Go back to the beginning."""
    session.execute(delete(HalfSignIn).where(HalfSignIn.token_hash == sign_in.token_hash(token)))


def _locked(session: Session, token: str, now: datetime) -> Staff | None:
    half = waiting(session, token, now=now)
    if half is None:
        return None
    # Two forms of one person come one after the other; the second finds what the first has used up.
    staff = session.get(Staff, half.staff.id, with_for_update=True, populate_existing=True)
    still = waiting(session, token, now=now)
    return staff if still is not None else None


def _arrive(session: Session, staff: Staff, token: str, hours: int, now: datetime) -> str:
    give_up(session, token)
    session.execute(delete(HalfSignIn).where(HalfSignIn.staff_id == staff.id, HalfSignIn.expires_at <= now))
    return sign_in.open_session(session, staff, hours=hours, two_factors=True, now=now)
