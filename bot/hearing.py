"""What was heard, written down: the message, the means to answer it, the words on a pressed button."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import reply
from bot.channels.base import Heard
from bot.reply import Reply
from handoff import attachments, contacts, outbox, taking_back, transcript
from handoff.contacts import ContactPoint
from handoff.inbox import InboundEvent
from handoff.outbox import Outgoing
from handoff.transcript import Author, Kind, Message

# A sender without a name on the platform can be answered by the reply token only; this stands for their address.
NAMELESS: Final = "?"


def keep_means(session: Session, point: ContactPoint, heard: Heard) -> None:
    """Keep the reply token, and let a pressed button know that it was noticed."""
    if heard.reply_token and heard.reply_until is not None and heard.may_answer:
        contacts.keep_reply_token(session, point, heard.reply_token, until=heard.reply_until)
        outbox.hurry(session, point)
    if heard.callback_id:
        outbox.say(
            session,
            point,
            body=reply.to_json(Reply(())),
            bubbles=(),
            author=Author.SYSTEM,
            now=heard.happened_at or point.made_at,
            callback_id=heard.callback_id,
        )


def write_down(
    session: Session, point: ContactPoint, event: InboundEvent, heard: Heard, *, now: datetime
) -> Message | None:
    """Store a message; None when it was stored before, or taken back before it came: then nothing is to be answered."""
    if not heard.platform_id:
        return store(session, point, event, heard, now=now)
    known = transcript.find_by_platform_id(session, point, heard.platform_id)
    if known is not None:
        # The same event once more is a second try that the desk asked for; anything else is an echo.
        return known if known.event_id == event.id and known.withdrawn_at is None else None
    about = transcript.platform_index(session, point.custodian, point.account_id, heard.platform_id)
    message = store(session, point, event, heard, now=now)
    if not taking_back.taken_back_before(session, event, about):
        return message
    taking_back.withdraw(session, message, now=now)
    return None


def store(session: Session, point: ContactPoint, event: InboundEvent, heard: Heard, *, now: datetime) -> Message:
    """Store a message as the desk will read it."""
    words = heard.words
    if heard.latitude is not None and heard.longitude is not None:
        words = f"{words} ({heard.latitude:.5f}, {heard.longitude:.5f})".strip()
    message = transcript.hear(
        session,
        point,
        words,
        kind=Kind(heard.kind),
        said_at=heard.happened_at or event.happened_at,
        now=now,
        event_id=event.id,
        platform_id=heard.platform_id,
    )
    if heard.content_id:
        attachments.expect(
            session, message, point.account_id, handle=heard.content_id, name=heard.file_name, now=now
        )
    return message


def with_label(session: Session, point: ContactPoint, heard: Heard) -> Heard:
    """Find the words on a pressed button where the platform does not tell them, so that the desk can read them.

    A button under a worker's question carries the words themselves: it is no button of the dialogue, they were said to a
    person.
    """
    if heard.kind == Kind.CHOICE and reply.said_by(heard.data):
        return replace(heard, words=reply.said_by(heard.data), data="")
    if heard.kind != Kind.CHOICE or heard.words or not heard.data:
        return heard
    recent = select(Outgoing).where(Outgoing.contact_id == point.contact_id, Outgoing.body_sealed.is_not(None))
    for outgoing in session.scalars(recent.order_by(Outgoing.id.desc()).limit(5)):
        label = reply.label_of(reply.from_json(outbox.body(session, outgoing)), heard.data)
        if label:
            return replace(heard, words=label)
    return heard
