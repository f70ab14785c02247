"""When a resident takes a message back or changes it: erased before there is a case, kept sealed afterwards."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import attachments, cases, inbox, transcript
from handoff.contacts import ContactPoint
from handoff.inbox import EventState, InboundEvent
from handoff.outbox import Outgoing
from handoff.states import Delivery
from handoff.transcript import Author, Message
from resources.sealing import seal

# Shorter words stand in many sentences without being a quotation.
_QUOTATION = 4


def is_kept(session: Session, contact_id: object) -> bool:
    """Whether what this person wrote is part of a record by now: a case or a danger exists."""
    danger = select(Message.id).where(Message.contact_id == contact_id, Message.crisis.is_not(None)).limit(1)
    return session.scalars(danger).first() is not None or cases.latest_of(session, contact_id) is not None  # type: ignore[arg-type]


def take_back(
    session: Session, point: ContactPoint, event: InboundEvent, platform_id: str, *, now: datetime
) -> bool:
    """Take a message back and return whether it was erased; one that has not come yet is remembered by the event."""
    about = transcript.platform_index(session, point.custodian, point.account_id, platform_id)
    for other in inbox.of_message(session, about, event.lane):
        if other.state == EventState.SET_ASIDE and not is_kept(session, point.contact_id):
            inbox.finish(other)
    message = transcript.find_by_platform_id(session, point, platform_id)
    if message is None:
        event.about = about
        return False
    return withdraw(session, message, now=now)


def taken_back_before(session: Session, event: InboundEvent, about: bytes) -> bool:
    """Whether the sender took this message back before it came."""
    earlier = inbox.of_message(session, about, event.lane)
    return any(other.id != event.id and other.state == EventState.DONE for other in earlier)


def withdraw(session: Session, message: Message, *, now: datetime) -> bool:
    """Mark a message taken back, and erase it everywhere unless it is part of a record; return whether erased."""
    message.withdrawn_at = message.withdrawn_at or now
    if is_kept(session, message.contact_id):
        _hide_quotation(session, message)
        attachments.take_back(session, message, erase=False, now=now)
        return False
    _erase_quotations(session, message, now)
    attachments.take_back(session, message, erase=True, now=now)
    transcript.erase(session, message, now=now)
    return True


def change(session: Session, point: ContactPoint, message: Message, words: str, *, now: datetime) -> Message:
    """Store what a resident made of a message; what was said first is not lost once it is part of a record."""
    if message.withdrawn_at is not None or message.erased_at is not None:
        return message
    if not is_kept(session, message.contact_id):
        transcript.revise(session, message, words, now=now)
        return message
    kept = transcript.hear(session, point, words, kind=transcript.Kind(message.kind), said_at=message.said_at, now=now)
    kept.edited_at, kept.platform_index = now, message.platform_index
    message.withdrawn_at, message.platform_index = now, None
    return kept


def _hide_quotation(session: Session, message: Message) -> None:
    """Take the words out of the sentence the desk reads first; sealed with the message they stay."""
    case = cases.latest_of(session, message.contact_id)
    words = transcript.words(session, message).strip()
    if case is None or not words:
        return
    told = cases.complaint(session, case)
    if words in told:
        lines = [line for line in told.replace(words, "").splitlines() if line.strip()]
        seal(session, case, "complaint_sealed", "\n".join(lines) or None)
    understood = json.loads(cases.understood(session, case))
    # Each reason is [kind, code, words, rule]: those that quote the message go with it.
    given = understood.get("explanation", [])
    why = [reason for reason in given if str(reason[2]) not in words]
    if len(why) < len(given):
        seal(session, case, "understood_sealed", json.dumps(understood | {"explanation": why}, ensure_ascii=False))


def _erase_quotations(session: Session, message: Message, now: datetime) -> None:
    """Remove the answers' bodies, and every sentence of ours that repeats the words."""
    words = transcript.words(session, message).strip()
    answers = select(Outgoing).where(Outgoing.contact_id == message.contact_id, Outgoing.event_id == message.event_id)
    if message.event_id is not None:
        for answer in session.scalars(answers):
            if answer.state == Delivery.WAITING and not answer.crisis:
                answer.state, answer.reason = Delivery.WITHDRAWN, "taken_back"
            if answer.state not in (Delivery.WAITING, Delivery.SENDING):
                answer.body_sealed = None
    if len(words) < _QUOTATION:
        return
    for line in transcript.recent(session, message.contact_id, limit=200):
        if line.author != Author.RESIDENT and words in transcript.words(session, line):
            transcript.erase(session, line, now=now)
