"""What was said by telephone, at the desk or at the person's home: written down in seconds, in its place in time."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from handoff import presses
from handoff.cases import Case, record
from handoff.states import NotAllowed
from handoff.transcript import Author, Kind, Message
from resources.access import Actor
from resources.db import new_id
from resources.sealing import seal

LONGEST = 4000


class NothingSaid(NotAllowed):
    """話したことが空です。ひとことでも書いてください。つながらなかったときは、空のままで残せます。"""


class Means(StrEnum):
    """How somebody was met."""

    CALL = "call"
    CAME = "came"
    WENT = "went"
    MET = "met"

    @property
    def label(self) -> str:
        """The means as staff read it."""
        return {"call": "電話", "came": "来所", "went": "訪問", "met": "その他"}[self]


class Manner(StrEnum):
    """Who began it, and whether the person was reached."""

    IN = "in"
    OUT = "out"
    MISSED = "missed"

    @property
    def label(self) -> str:
        """The manner as staff read it."""
        return {"in": "本人から", "out": "こちらから", "missed": "つながらなかった"}[self]


def note_down(
    session: Session,
    case: Case,
    words: str,
    *,
    means: Means,
    manner: Manner,
    actor: Actor,
    now: datetime,
    key: str = "",
    verbatim: bool = False,
) -> Message | None:
    """Write a call or visit into the conversation; None when this press was counted already.

    `verbatim` words are the resident's own. Who was reached is not waiting any more.
    """
    if not words.strip() and manner is not Manner.MISSED:
        raise NothingSaid(NothingSaid.__doc__)
    if not presses.first(session, case, key, actor=actor, now=now):
        return None
    message = Message(
        id=new_id(), custodian=case.custodian, contact_id=case.contact_id, author=Author.RESIDENT if verbatim else Author.STAFF,
        staff_id=actor.staff_id, kind=Kind(means.value), manner=manner.value, said_at=now, made_at=now, seen_at=now,
    )  # fmt: skip
    seal(session, message, "words_sealed", words.strip()[:LONGEST])
    session.add(message)
    if manner is not Manner.MISSED:
        case.waiting_since = None
    record(session, case, "met", now=now, staff_id=actor.staff_id, detail={"means": means.value, "manner": manner.value})
    session.flush()
    return message


def label(message: Message) -> str:
    """Return how something was said, empty when it was written."""
    code = Kind(message.kind).value
    if code not in [one.value for one in Means]:
        return ""
    means = Means(code).label
    return f"{means}（{Manner(message.manner).label}）" if message.manner else means
