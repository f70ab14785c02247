"""Taking words back: gone at once before there is a case, hidden and kept sealed afterwards."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import cases, transcript
from handoff.contacts import Contact
from handoff.transcript import Author, Message


@dataclass(frozen=True)
class TakenBack:
    """How many messages were taken back, and whether they had to be kept under seal."""

    count: int
    kept: bool


def take_back(session: Session, contact_id: uuid.UUID, messages: list[Message], *, now: datetime) -> TakenBack:
    """Take messages back.

    Once a case exists they are a public record, and a person who holds the victim's phone must not be able to erase
    evidence: then they are hidden and marked 送信取消, and staff decide.
    """
    case = cases.latest_of(session, contact_id)
    for message in messages:
        message.withdrawn_at = message.withdrawn_at or now
        if case is None:
            transcript.erase(session, message, now=now)
    if case is not None and messages:
        cases.record(session, case, "taken_back", now=now, detail={"count": len(messages)})
    return TakenBack(len(messages), kept=case is not None)


def own_messages(session: Session, contact: Contact) -> list[Message]:
    """Return everything a resident said that is not taken back, oldest first."""
    query = select(Message).where(
        Message.contact_id == contact.id, Message.author == Author.RESIDENT, Message.withdrawn_at.is_(None)
    )
    return list(session.scalars(query.order_by(Message.id)))
