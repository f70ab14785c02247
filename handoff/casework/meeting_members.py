"""Who sits in a meeting: nobody else reads anything of it, whatever their role or tier."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from sqlalchemy import LargeBinary, Select, String, Uuid, select
from sqlalchemy.orm import Mapped, mapped_column

from resources.access import Actor
from resources.db import Base, Held, held_args

_PREFIX: Final = "meeting:"


class MeetingMember(Held, Base):
    """One seat of a meeting: a member of staff of any town or tier, or somebody without an account."""

    __tablename__ = "meeting_member"
    __table_args__ = held_args(case_id="consultation_case", meeting_id="meeting")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    meeting_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    lane: Mapped[str] = mapped_column(String(48))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), index=True)
    outside_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    # Whom a record of consent must name before this person hears anything; empty where they see the case anyway.
    recipient: Mapped[str] = mapped_column(String(40))
    asked_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    asked_at: Mapped[datetime] = mapped_column()
    confirmed_at: Mapped[datetime | None] = mapped_column()  # when they promised secrecy: before that they read nothing
    attended: Mapped[bool | None] = mapped_column()
    left_at: Mapped[datetime | None] = mapped_column()


def lane_of(meeting_id: uuid.UUID) -> str:
    """Return the lane of a meeting."""
    return f"{_PREFIX}{meeting_id.hex}"


def is_meeting(lane: str) -> bool:
    """Whether a lane is that of a meeting."""
    return lane.startswith(_PREFIX)


def lanes_of(actor: Actor) -> Select[str]:
    """Return the lanes of the meetings in which a person sits now and has promised secrecy."""
    return select(MeetingMember.lane).where(
        MeetingMember.staff_id == actor.staff_id, MeetingMember.left_at.is_(None), MeetingMember.confirmed_at.is_not(None)
    )
