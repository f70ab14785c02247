"""What staff say to residents: written once, however often the button was pressed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from handoff import drafts, merging, outbox, presses
from handoff.cases import Case, answered, point_of, record
from handoff.contacts import ContactPoint
from handoff.moves import only_owner
from handoff.states import CaseState, NotAllowed
from handoff.transcript import Author, Kind
from resources.access import Actor

# What fits into one message on every platform.
LONGEST: Final = 2000


class NothingToSay(NotAllowed):
    """返信が空です。ことばを入れてから送ってください。"""


class TooLong(NotAllowed):
    """返信は2,000文字までです。短くするか、分けて送ってください。まだ送られていません。"""


def reply(
    session: Session,
    case: Case,
    words: str,
    *,
    key: str,
    actor: Actor,
    compose: Callable[[str, str], str],
    now: datetime,
    at: uuid.UUID | None = None,
) -> outbox.Outgoing | None:
    """Say something to the resident; None when this press of the button was already counted.

    `compose` turns the words and the sender's name into the body that a channel can send. `at` is the place to answer in
    when the person writes in several.
    """
    only_owner(case, actor)
    if case.state not in (CaseState.TAKEN, CaseState.REFERRED):
        raise NotAllowed(NotAllowed.__doc__)
    words = words.strip()
    if not words:
        raise NothingToSay(NothingToSay.__doc__)
    if len(words) > LONGEST:
        raise TooLong(TooLong.__doc__)
    if not presses.first(session, case, key, actor=actor, now=now):
        return None
    outgoing = outbox.say(
        session,
        _place(session, case, at),
        body=compose(words, actor.sender_name),
        bubbles=[outbox.Bubble(Kind.TEXT, words)],
        author=Author.STAFF,
        staff_id=actor.staff_id,
        confidential=True,
        now=now,
    )
    drafts.remove(session, case, drafts.Writing.REPLY, actor=actor)
    answered(case, now=now)
    record(session, case, "reply", now=now, staff_id=actor.staff_id)
    session.flush()
    return outgoing


def _place(session: Session, case: Case, at: uuid.UUID | None) -> ContactPoint:
    """Return where to answer: the place that was chosen among the person's own, else the one they wrote from last."""
    known = [way.point_id for way in merging.ways(session, case)]
    if known and at is None:
        case.point_id = known[0]
    elif at is not None and at in known:
        case.point_id = at
    return point_of(session, case)
