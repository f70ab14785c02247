"""What is said when a worker hands the conversation back to the machine."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversations import of_point
from bot.reply import text, to_json
from bot.texts import Texts
from handoff import outbox
from handoff.cases import Case
from handoff.contacts import Contact, ContactPoint
from handoff.transcript import Author, Kind


def handed_back(session: Session, case: Case, *, texts: Texts, now: datetime) -> None:
    """Tell the resident that the machine answers again; nothing is pushed where somebody may read along."""
    contact = session.get_one(Contact, case.contact_id)
    if contact.device_watched or contact.pushes_stopped_at is not None:
        return
    point = session.get_one(ContactPoint, case.point_id)
    words = texts.say("connecting.handed_back", of_point(session, point, now=now).register)
    bubbles = [outbox.Bubble(Kind.TEXT, words)]
    outbox.say(session, point, body=to_json(text(words)), bubbles=bubbles, author=Author.BOT, now=now)
