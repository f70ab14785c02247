"""A new password for somebody who forgot theirs: a link that works once, handed over in person."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ForeignKey, LargeBinary, Uuid, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources import sign_in
from resources.db import Base, new_id
from resources.passwords import clean_login
from resources.staff import Staff

HOURS: Final = 24


class RenewalSpent(ValueError):
    """このリンクは使用済みか、期限が過ぎています。管理者に、新しいリンクを頼んでください。"""


class PasswordRenewal(Base):
    """A link with which one person chooses a new password; only its hash is kept."""

    __tablename__ = "password_renewal"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()


def offer(session: Session, staff: Staff, *, now: datetime) -> str:
    """Return the token of a new link for a person; earlier ones end."""
    end(session, staff.id, now=now)
    token = secrets.token_urlsafe(32)
    session.add(
        PasswordRenewal(
            id=new_id(), token_hash=sign_in.token_hash(token), staff_id=staff.id, made_at=now,
            expires_at=now + timedelta(hours=HOURS),
        )
    )  # fmt: skip
    session.flush()
    return token


def offer_login(session: Session, login: str, *, now: datetime) -> str | None:
    """Return a link's token for the person of a login; None when nobody active has it."""
    staff = session.scalars(select(Staff).where(Staff.login == clean_login(login), Staff.active)).first()
    if staff is None:
        return None
    sign_in.write(session, staff, "staff.renewal_offered", now)
    return offer(session, staff, now=now)


def end(session: Session, staff_id: uuid.UUID, *, now: datetime) -> None:
    """Let no open link of a person work any more."""
    session.execute(
        update(PasswordRenewal)
        .where(PasswordRenewal.staff_id == staff_id, PasswordRenewal.used_at.is_(None), PasswordRenewal.expires_at > now)
        .values(expires_at=now)
    )


def whose(session: Session, token: str, *, now: datetime) -> Staff:
    """Return whose password a link renews; looking changes nothing. Raises RenewalSpent."""
    return _found(session, token, now=now)[1]


def renew(session: Session, token: str, password_hash: str, *, now: datetime) -> Staff:
    """Give a person the new password; every open page of theirs ends, and the second factor stays. Raises RenewalSpent."""
    renewal, staff = _found(session, token, now=now, to_spend=True)
    renewal.used_at = now
    staff.password_hash, staff.failed_count, staff.locked_until = password_hash, 0, None
    sign_in.leave_everywhere(session, staff.id)
    sign_in.write(session, staff, "staff.password_renewed", now)
    session.flush()
    return staff


def _found(session: Session, token: str, *, now: datetime, to_spend: bool = False) -> tuple[PasswordRenewal, Staff]:
    query = select(PasswordRenewal).where(PasswordRenewal.token_hash == sign_in.token_hash(token))
    row = session.scalars(query.with_for_update() if to_spend else query).first()
    staff = session.get(Staff, row.staff_id) if row is not None else None
    if row is None or staff is None or row.used_at is not None or row.expires_at <= now or not sign_in.is_active(staff, now):
        raise RenewalSpent(RenewalSpent.__doc__)
    return row, staff
