"""The people at the desks: who they are, what they may do, and where they sit."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column

from resources.db import Base, new_id


class Role(StrEnum):
    """What a person is in a town; a person may have several."""

    DESK_WORKER = "desk_worker"
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    STAND_IN = "stand_in"
    DIRECTORY_EDITOR = "directory_editor"
    COMMISSIONER = "commissioner"
    PREFECTURE = "prefecture"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role as staff read it."""
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.DESK_WORKER: "相談員",
    Role.COORDINATOR: "多機関協働",
    Role.SUPERVISOR: "責任者",
    Role.STAND_IN: "応援",
    Role.DIRECTORY_EDITOR: "資源台帳の編集",
    Role.COMMISSIONER: "民生委員",
    Role.PREFECTURE: "都道府県",
    Role.ADMINISTRATOR: "管理者",
}


class Staff(Base):
    """One person who signs in."""

    __tablename__ = "staff"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(String(120), unique=True)  # an e-mail address, lower case
    display_name: Mapped[str] = mapped_column(String(40))
    # The name residents see; never more than LINE's 20 characters.
    sender_name: Mapped[str] = mapped_column(String(20), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    totp_last_step: Mapped[int | None] = mapped_column()
    # A key that was shown and not yet confirmed by a code made with it.
    totp_offered_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    active: Mapped[bool] = mapped_column(default=True)
    expires_on: Mapped[date | None] = mapped_column()
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column()
    away: Mapped[bool] = mapped_column(default=False)
    signed_in_at: Mapped[datetime | None] = mapped_column()
    signed_in_before_at: Mapped[datetime | None] = mapped_column()  # the time before that, to be compared by the person
    made_at: Mapped[datetime] = mapped_column()


class StaffRole(Base):
    """A role of a person in one town or prefecture."""

    __tablename__ = "staff_role"
    __table_args__ = (UniqueConstraint("staff_id", "municipality_code", "role"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    role: Mapped[Role] = mapped_column(String(20))


class DeskMembership(Base):
    """A person sits at a desk; several desks a person, several people a desk."""

    __tablename__ = "desk_membership"

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"), primary_key=True)


class Invitation(Base):
    """A one-time link that lets a new person choose a password; bound to town, role and desks."""

    __tablename__ = "invitation"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    role: Mapped[Role] = mapped_column(String(20))
    desk_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("desk.id"))
    more_desks: Mapped[list[str]] = mapped_column(JSON(), default=list, server_default="[]")
    access_ends_on: Mapped[date | None] = mapped_column()  # the last day of the person who accepts
    login: Mapped[str] = mapped_column(String(120), default="")
    invited_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()


class StaffSession(Base):
    """A signed-in browser; only the token's hash is kept."""

    __tablename__ = "staff_session"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column()
    seen_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    proved_at: Mapped[datetime] = mapped_column()  # when the password was last given, for sensitive acts
    two_factors: Mapped[bool] = mapped_column(default=False, server_default=false())  # a code was given, too


class HalfSignIn(Base):
    """A browser from which the right password came and the code has not yet: it opens nothing."""

    __tablename__ = "half_sign_in"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()


class RecoveryCode(Base):
    """A code on paper that opens the door once, for the day the telephone is lost; only its hash is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()
