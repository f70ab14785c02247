"""What is said when a photo, voice or file could not be taken in: kindly, why, and what can be done instead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversations import of_point
from bot.reply import text, to_json
from bot.texts import Texts
from handoff import attachments, outbox
from handoff.attachments import Attachment
from handoff.contacts import Contact, ContactPoint
from handoff.presence import person_present
from handoff.transcript import Author, Kind, Message

_SIZE = "leaving.file_refused.size"
_MANY = "leaving.file_refused.many"
_GONE = "leaving.file_refused.gone"
_WORDS = {
    "too_large": _SIZE, "bomb": _SIZE, "too_many": _MANY, "day_full": _MANY, "gone": _GONE, "unreachable": _GONE, "broken": _GONE,
    "empty": _GONE, "broken_picture": _GONE,
}  # fmt: skip


def words_for(reason: str) -> str:
    """Return the key of the sentence for a reason; every other reason is the kind of the file."""
    return _WORDS.get(reason, "leaving.file_refused.kind")


def refused(session: Session, row: Attachment, *, texts: Texts, now: datetime) -> None:
    """Tell the resident, once an hour for the same reason; nothing is pushed where somebody may read along.

    While a person is in the conversation the machine is silent: the desk reads why, and says it.
    """
    contact = session.scalars(select(Contact).where(Contact.id == row.contact_id)).one()
    if contact.device_watched or contact.pushes_stopped_at is not None or attachments.told_lately(session, row, now=now):
        return
    if person_present(session, contact.id, now=now).present:
        return
    message = session.scalars(select(Message).where(Message.id == row.message_id)).one()
    point = session.scalars(select(ContactPoint).where(ContactPoint.id == message.point_id)).one()
    words = texts.say(words_for(row.reason), of_point(session, point, now=now).register)
    bubbles = [outbox.Bubble(Kind.TEXT, words)]
    outbox.say(session, point, body=to_json(text(words)), bubbles=bubbles, author=Author.BOT, now=now, lasting=True)
    row.told_at = now
