"""Tells residents that an event they signed up for is cancelled, and lets go of who came once it is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversations import of_point
from bot.dialogue import reading
from bot.dialogue.signing_up import origin_of
from bot.reply import text, to_json
from bot.texts import Texts
from bot.voice import Beside
from handoff import outbox
from handoff.accounts import Account
from handoff.contacts import Contact, ContactPoint
from handoff.transcript import Author, Kind
from resources import sign_ups
from resources.db import Database
from resources.event_tables import Event, EventDate
from resources.places import Municipality

# For so long after an event a second press of the same person is still known as theirs.
_KEPT: Final = timedelta(days=2)


def due(database: Database, now: datetime, *, texts: Texts) -> int:
    """Tell of every cancelled date, each in a transaction of its own; returns how many residents were told."""
    with database.reading() as session:
        cancelled = [(date.id, date.municipality_code) for date in sign_ups.to_tell(session, now=now)]
    told = 0
    for date_id, town in cancelled:
        with database.writing(town) as session:
            query = select(EventDate).where(EventDate.id == date_id, EventDate.told_at.is_(None))
            date = session.scalars(query.with_for_update(skip_locked=True)).first()
            if date is not None:
                told += _tell_all(session, date, texts=texts, now=now)
                date.told_at = now
    with database.reading() as session:
        over = sign_ups.anything_over(session, before=now - _KEPT)
    if over:
        with database.writing() as session:
            sign_ups.let_go(session, before=now - _KEPT)
    return told


def _tell_all(session: Session, date: EventDate, *, texts: Texts, now: datetime) -> int:
    origins = sign_ups.origins_of(session, date.id)
    if not origins:
        return 0
    # Also when its place is hidden or given up by now: who signed up must not come in vain.
    name = session.get_one(Event, date.event_id).name
    # Nothing that is kept leads from a sign-up to a person; from each person's side the fingerprint can be made again.
    points = session.scalars(select(ContactPoint).where(ContactPoint.custodian == date.municipality_code))
    coming = [point for point in points if origin_of(session, point, date.id) in origins]
    return sum(_tell(session, point, date, name, texts=texts, now=now) for point in coming)


def _tell(session: Session, point: ContactPoint, date: EventDate, name: str, *, texts: Texts, now: datetime) -> bool:
    contact = session.scalars(select(Contact).where(Contact.id == point.contact_id)).one()
    account = session.scalars(select(Account).where(Account.id == point.account_id)).one()
    wary = contact.device_watched or contact.pushes_stopped_at is not None
    if wary or not point.reachable or not account.active:
        return False
    town = session.get_one(Municipality, point.custodian).name
    teller = Beside(texts, town, now, of_point(session, point, now=now).register)
    when = reading.moment(teller, date.starts_at)
    words = teller.words("happening.sign_up.cancelled", name=name, when=when, words=date.reason)
    body, bubbles = to_json(text(words)), [outbox.Bubble(Kind.TEXT, words)]
    outbox.say(session, point, body=body, bubbles=bubbles, author=Author.BOT, lasting=True, now=now)
    return True
