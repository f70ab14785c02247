"""What a person may see of what we hold: their own messages and what they allowed; the rest goes by 開示請求."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.consent import ConsentRecord
from handoff.states import Consent
from handoff.transcript import Author, Message


def own_messages(session: Session, contact_id: uuid.UUID) -> list[Message]:
    """Return everything a resident said that is not taken back, oldest first."""
    query = select(Message).where(
        Message.contact_id == contact_id, Message.author == Author.RESIDENT, Message.withdrawn_at.is_(None)
    )
    return list(session.scalars(query.order_by(Message.id)))


def own_consents(session: Session, contact_id: uuid.UUID) -> list[Consent]:
    """Return what a resident answered to questions of consent and did not take back, oldest first."""
    query = select(ConsentRecord).where(ConsentRecord.contact_id == contact_id, ConsentRecord.withdrawn_at.is_(None))
    return [Consent(row.state) for row in session.scalars(query.order_by(ConsentRecord.id))]
