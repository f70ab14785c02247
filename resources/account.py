"""What people settle for themselves: their names, their password, their telephone, and where they are signed in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from resources import second_factor, sign_in
from resources.staff import Staff, StaffSession

LONGEST_NAME: Final = 40
LONGEST_SENDER: Final = 20


class NameMissing(ValueError):
    """お名前を入れてください。まだ何も変えていません。"""


class NameTooLong(ValueError):
    """お名前は40文字まで、住民に見せる名前は20文字までです。まだ何も変えていません。"""


class NotYou(ValueError):
    """いまのパスワードが違うようです。まだ何も変えていません。続けて間違えると、しばらく受け付けられなくなります。"""


class NoFactor(ValueError):
    """2段階の確認がまだ設定されていません。先に設定してください。"""


class CodeWrong(ValueError):
    """コードを確かめられませんでした。アプリにいま出ている6桁の数字を入れてください。"""


@dataclass(frozen=True)
class OpenSession:
    """One browser in which a person is signed in."""

    id: uuid.UUID
    begun_at: datetime
    seen_at: datetime


def me(session: Session, staff_id: uuid.UUID, *, to_change: bool = False) -> Staff:
    """Return one's own row."""
    return session.get_one(Staff, staff_id, with_for_update=True if to_change else None)


def rename(session: Session, staff: Staff, *, display_name: str, sender_name: str, now: datetime) -> None:
    """Change the name colleagues see and the one residents see."""
    shown, sender = " ".join(display_name.split()), " ".join(sender_name.split())
    if not shown:
        raise NameMissing(NameMissing.__doc__)
    if len(shown) > LONGEST_NAME or len(sender) > LONGEST_SENDER:
        raise NameTooLong(NameTooLong.__doc__)
    if (staff.display_name, staff.sender_name) != (shown, sender):
        staff.display_name, staff.sender_name = shown, sender
        sign_in.write(session, staff, "staff.names", now)


def proven(session: Session, staff: Staff, *, fits: bool, checked: str | None, now: datetime) -> bool:
    """Whether somebody signed in gave the right password once more; a wrong one counts like one at the door."""
    if not sign_in.may_enter(staff, now) or not fits or staff.password_hash != checked:
        sign_in.count_failure(session, staff, now)
        return False
    staff.failed_count = 0
    return True


def prove(session: Session, staff: Staff, session_id: uuid.UUID, *, now: datetime) -> None:
    """Remember that the password was just given in this browser."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(proved_at=now))
    sign_in.write(session, staff, "staff.proved", now)


def change_password(session: Session, staff: Staff, password_hash: str, *, here: uuid.UUID, now: datetime) -> None:
    """Take a new password; every other browser is signed out."""
    staff.password_hash = password_hash
    sign_in.leave_everywhere(session, staff.id, but=here)
    sign_in.write(session, staff, "staff.password", now)


def leave_elsewhere(session: Session, staff: Staff, *, here: uuid.UUID, now: datetime) -> None:
    """Sign out everywhere but in this browser."""
    sign_in.leave_everywhere(session, staff.id, but=here)
    sign_in.write(session, staff, "staff.left_elsewhere", now)


def open_sessions(session: Session, staff: Staff, *, now: datetime, idle_since: datetime) -> list[OpenSession]:
    """Return where a person is signed in, last used first."""
    query = select(StaffSession).where(
        StaffSession.staff_id == staff.id, StaffSession.expires_at > now, StaffSession.seen_at > idle_since
    )
    rows = session.scalars(query.order_by(StaffSession.seen_at.desc(), StaffSession.id))
    return [OpenSession(row.id, row.made_at, row.seen_at) for row in rows]


def confirm_telephone(session: Session, staff: Staff, code: str, *, here: uuid.UUID, now: datetime) -> list[str]:
    """Take a new telephone and return fresh recovery codes; raises CodeWrong."""
    codes = second_factor.confirm(session, staff, code, now=now)
    if codes is None:
        raise CodeWrong(CodeWrong.__doc__)
    session.execute(update(StaffSession).where(StaffSession.id == here).values(two_factors=True))
    return codes


def renew_codes(session: Session, staff: Staff, *, now: datetime) -> list[str]:
    """Return ten new recovery codes in place of the old ones; raises NoFactor."""
    if staff.totp_sealed is None:
        raise NoFactor(NoFactor.__doc__)
    return second_factor.renew_codes(session, staff, now=now)
