"""Where a conversation stands: one row a person, the same for every door."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String, UniqueConstraint, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.contacts import ContactPoint
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal


class Conversation(Held, Base):
    """The step a conversation is at, and what the step needs to remember (sealed)."""

    __tablename__ = "conversation"
    __table_args__ = held_args(UniqueConstraint("contact_id"), contact_id="contact")
    seal_subject = "contact_id"

    contact_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    step: Mapped[str] = mapped_column(String(32), default="greeting")
    state_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    register: Mapped[str] = mapped_column(String(8), default="normal")  # normal or easy
    greeted_at: Mapped[datetime | None] = mapped_column()
    # Evidence from before this moment belongs to an earlier matter.
    since: Mapped[datetime] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column()


def of_point(session: Session, point: ContactPoint, *, now: datetime) -> Conversation:
    """Return the conversation of a contact, begun when there is none."""
    found = find(session, point)
    if found is None:
        found = Conversation(
            id=new_id(), custodian=point.custodian, contact_id=point.contact_id, since=now, changed_at=now
        )
        session.add(found)
        session.flush()
    return found


def find(session: Session, point: ContactPoint) -> Conversation | None:
    """Return the conversation of a contact that has begun one."""
    return session.scalars(select(Conversation).where(Conversation.contact_id == point.contact_id)).first()


def memory(session: Session, conversation: Conversation) -> dict[str, Any]:
    """Return what the step remembers."""
    remembered: dict[str, Any] = json.loads(reveal(session, conversation, "state_sealed") or "{}")
    return remembered


def remember(session: Session, conversation: Conversation, step: str, memory: dict[str, Any], *, now: datetime) -> None:
    """Move the conversation to a step with what it needs to know."""
    conversation.step, conversation.changed_at = step, now
    seal(session, conversation, "state_sealed", json.dumps(memory, ensure_ascii=False))
