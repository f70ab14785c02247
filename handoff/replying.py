"""What staff say to residents: written once, however often the button was pressed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import String, UniqueConstraint, Uuid, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import outbox
from handoff.cases import Case, answered, record
from handoff.contacts import ContactPoint
from handoff.moves import only_owner
from handoff.states import CaseState, NotAllowed
from handoff.transcript import Author, Kind
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id

# What fits into one message on every platform.
LONGEST: Final = 2000
_KEY: Final = 64


class NothingToSay(NotAllowed):
    """返信が空です。ことばを入れてから送ってください。"""


class TooLong(NotAllowed):
    """返信は2,000文字までです。短くするか、分けて送ってください。まだ送られていません。"""


class StaffReply(Held, Base):
    """One press of the send button, known by the key its form carried."""

    __tablename__ = "staff_reply"
    __table_args__ = held_args(
        UniqueConstraint("case_id", "key"), case_id="consultation_case", outgoing_id="outgoing"
    )
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    key: Mapped[str] = mapped_column(String(_KEY))
    staff_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    outgoing_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    made_at: Mapped[datetime] = mapped_column()


def reply(
    session: Session,
    case: Case,
    words: str,
    *,
    key: str,
    actor: Actor,
    compose: Callable[[str, str], str],
    now: datetime,
) -> outbox.Outgoing | None:
    """Say something to the resident; None when this press of the button was already counted.

    `compose` turns the words and the sender's name into the body that a channel can send.
    """
    only_owner(case, actor)
    if case.state not in (CaseState.TAKEN, CaseState.REFERRED):
        raise NotAllowed(NotAllowed.__doc__)
    words = words.strip()
    if not words:
        raise NothingToSay(NothingToSay.__doc__)
    if len(words) > LONGEST:
        raise TooLong(TooLong.__doc__)
    press = _first_press(session, case, key[:_KEY] or new_id().hex, actor, now)
    if press is None:
        return None
    point = session.scalars(select(ContactPoint).where(ContactPoint.id == case.point_id)).one()
    outgoing = outbox.say(
        session,
        point,
        body=compose(words, actor.sender_name),
        bubbles=[outbox.Bubble(Kind.TEXT, words)],
        author=Author.STAFF,
        staff_id=actor.staff_id,
        confidential=True,
        now=now,
    )
    press.outgoing_id = outgoing.id
    answered(case, now=now)
    record(session, case, "reply", now=now, staff_id=actor.staff_id)
    session.flush()
    return outgoing


def _first_press(session: Session, case: Case, key: str, actor: Actor, now: datetime) -> StaffReply | None:
    press = StaffReply(
        id=new_id(), custodian=case.custodian, case_id=case.id, key=key, staff_id=actor.staff_id, made_at=now
    )
    try:
        with session.begin_nested():
            session.add(press)
    except IntegrityError:
        return None  # The same form arrived twice; the first one is on its way.
    return press
