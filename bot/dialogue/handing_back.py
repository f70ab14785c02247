"""What is said on the desk's behalf in approved words: handed back, handed over, and how things go on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversations import of_point
from bot.reply import Bubble, Choice, Reply, text, to_json
from bot.texts import Texts
from handoff import outbox
from handoff.cases import Case
from handoff.casework.endings import Felt
from handoff.contacts import Contact, ContactPoint
from handoff.transcript import Author, Kind
from resources.desks import Desk
from resources.staff import Staff


def handed_back(session: Session, case: Case, *, texts: Texts, now: datetime) -> None:
    """Tell the resident that the machine answers again; nothing is pushed where somebody may read along."""
    point = _where(session, case)
    if point is None:
        return
    words = worded(session, point, texts, "connecting.handed_back", now)
    bubbles = [outbox.Bubble(Kind.TEXT, words)]
    outbox.say(session, point, body=to_json(text(words)), bubbles=bubbles, author=Author.BOT, now=now)


def tell(session: Session, case: Case, key: str, values: Mapping[str, str], *, texts: Texts, now: datetime) -> None:
    """Tell the resident one approved sentence about how their consultation goes on."""
    point = _where(session, case)
    if point is None:
        return
    words = worded(session, point, texts, key, now, **values)
    body = to_json(Reply((Bubble(words),), confidential=True))
    outbox.say(session, point, body=body, bubbles=[outbox.Bubble(Kind.TEXT, words)], author=Author.STAFF, now=now)


def handed_over(session: Session, case: Case, *, texts: Texts, now: datetime) -> None:
    """Tell the resident who is responsible from now on, once a hand-over."""
    point, person = _where(session, case), _responsible(session, case)
    if point is None or not person:
        return
    words = worded(session, point, texts, "connecting.handed_over", now, person=person)
    # The people's own word: a bot's would be held back while a person is in the conversation.
    outbox.say(
        session, point, body=to_json(text(words)), bubbles=[outbox.Bubble(Kind.TEXT, words)], author=Author.STAFF,
        staff_id=case.handed_by, now=now,
    )  # fmt: skip


def ask_of_use(session: Session, case: Case, *, texts: Texts, now: datetime) -> bool:
    """Ask once whether a consultation that ended was of use; returns whether it may be asked at all."""
    point = _where(session, case)
    if point is None:
        return False
    words = worded(session, point, texts, "feedback.ask", now)
    choices = [Choice(_label(session, point, texts, felt, now), f"feedback:{felt}") for felt in Felt]
    body = to_json(Reply((Bubble(words),), tuple(choices), confidential=True))
    told = f"{words}\n［{'］［'.join(choice.label for choice in choices)}］"
    outbox.say(session, point, body=body, bubbles=[outbox.Bubble(Kind.TEXT, told)], author=Author.BOT, now=now)
    return True


def _label(session: Session, point: ContactPoint, texts: Texts, felt: Felt, now: datetime) -> str:
    key = f"feedback.choice.{felt}"
    return texts.abroad(point.language, key) or texts.say(key, of_point(session, point, now=now).register)


def worded(session: Session, point: ContactPoint, texts: Texts, key: str, now: datetime, **values: str) -> str:
    """Return an approved sentence as a resident reads it: in their register, their language above it."""
    words = texts.say(key, of_point(session, point, now=now).register, **values)
    abroad = texts.abroad(point.language, key, **values)
    return words if abroad is None else f"{abroad}\n{words}"


def _where(session: Session, case: Case) -> ContactPoint | None:
    """Return where the resident may be told something of our own accord, None where they may not."""
    if case.point_id is None:
        return None
    point = session.get_one(ContactPoint, case.point_id)
    concerned = [session.get_one(Contact, one) for one in {case.contact_id, point.contact_id}]
    stopped = any(one.device_watched or one.pushes_stopped_at is not None for one in concerned)
    return None if stopped else point


def _responsible(session: Session, case: Case) -> str:
    if case.owner_id is not None:
        owner = session.get_one(Staff, case.owner_id)
        return owner.sender_name or owner.display_name[:20]
    desk = session.get(Desk, case.desk_id) if case.desk_id else None
    return desk.name if desk else ""
