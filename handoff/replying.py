"""What staff say to residents: written once, however often the button was pressed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from handoff import drafts, fields, merging, outbox, presses, speaking
from handoff.cases import Case, answered, point_of, record
from handoff.casework import voices
from handoff.casework.membership import Member
from handoff.contacts import ContactPoint
from handoff.moves import only_owner
from handoff.speaking import Speaker
from handoff.states import CaseState, NotAllowed
from handoff.transcript import Author, Kind
from resources.access import Actor
from resources.voice import Voice

# What fits into one message on every platform.
LONGEST: Final = 2000
# Buttons under a question: what LINE shows of one, and what Telegram carries back.
FEWEST, MOST, LABEL, LABEL_BYTES = 2, 4, 20, 60
PLACES: Final = 3


class NothingToSay(NotAllowed):
    """返信が空です。ことばを入れてから送ってください。"""


class TooLong(NotAllowed):
    """返信は2,000文字までです。短くするか、分けて送ってください。まだ送られていません。"""


class ChoicesNeeded(NotAllowed):
    """選択肢を2つから4つ入れてください。まだ送られていません。"""


class ChoiceTooLong(NotAllowed):
    """選択肢は1つ20文字までです（絵文字は短く）。短くしてから送ってください。まだ送られていません。"""


class SameChoice(NotAllowed):
    """同じ選択肢が2つあります。ちがうことばにしてください。まだ送られていません。"""


class PlacesNeeded(NotAllowed):
    """送る場所を1つから3つ選んでください。まだ送られていません。"""


class NeverSent(NotAllowed):
    """選んだ場所に、本人へ送れないものがあります（非公開の場所、いまは案内していない場所など）。まだ何も送られていません。"""


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
    speaker: Speaker | None = None,
) -> outbox.Outgoing | None:
    """Say something to the resident; None when this press of the button was already counted.

    `compose` turns the words and the sender's name into the body that a channel can send. `at` is the place to answer in
    when the person writes in several.
    """
    agency = voices.speaks_for(session, case, actor)
    words = sayable(case, words, actor=actor, agency=agency)
    if not presses.first(session, case, key, actor=actor, now=now):
        return None
    point, sender = _place(session, case, at), _sender(session, case, speaker, actor)
    drafts.remove(session, case, drafts.Writing.REPLY, actor=actor)
    bubbles = [outbox.Bubble(Kind.TEXT, words)]
    return said(session, case, compose(words, sender), bubbles, actor=actor, now=now, point=point, agency=agency)


def ask(
    session: Session,
    case: Case,
    words: str,
    choices: Sequence[str],
    *,
    key: str,
    actor: Actor,
    voice: Voice,
    now: datetime,
    speaker: Speaker | None = None,
) -> outbox.Outgoing | None:
    """Ask the resident something with a button for each answer; None when this press was already counted."""
    agency = voices.speaks_for(session, case, actor)
    words = sayable(case, words, actor=actor, agency=agency)
    choices = _choices(choices)
    if not presses.first(session, case, key, actor=actor, now=now):
        return None
    body = voice.ask(words, choices, _sender(session, case, speaker, actor))
    told = f"{words}\n［{'］［'.join(choices)}］"
    return said(session, case, body, [outbox.Bubble(Kind.TEXT, told)], actor=actor, now=now, agency=agency)


def show(
    session: Session,
    case: Case,
    places: Sequence[uuid.UUID],
    words: str,
    *,
    key: str,
    actor: Actor,
    voice: Voice,
    now: datetime,
    speaker: Speaker | None = None,
) -> outbox.Outgoing | None:
    """Send places as cards, with a sentence before if there is one; None when this press was already counted."""
    agency = voices.speaks_for(session, case, actor)
    words = sayable(case, words, actor=actor, agency=agency, empty=True)
    if not 1 <= len(set(places)) <= PLACES:
        raise PlacesNeeded(PlacesNeeded.__doc__)
    spoken = voice.show(session, point_of(session, case), places, words, _sender(session, case, speaker, actor), now=now)
    if spoken is None:
        raise NeverSent(NeverSent.__doc__)
    if not presses.first(session, case, key, actor=actor, now=now):
        return None
    bubbles = [outbox.Bubble(Kind.CARD if cards else Kind.TEXT, told) for cards, told in spoken.bubbles]
    # Entries of the directory may be said in every channel; a worker's own words follow the town's rule.
    return said(session, case, spoken.body, bubbles, actor=actor, now=now, confidential=bool(words), agency=agency)


def sayable(case: Case, words: str, *, actor: Actor, agency: Member | None = None, empty: bool = False) -> str:
    """Return the words as the owner, or an agency on the team, may say them to the resident; raises what is in the way."""
    if agency is None:
        only_owner(case, actor)
    if case.state not in (CaseState.TAKEN, CaseState.REFERRED):
        raise NotAllowed(NotAllowed.__doc__)
    words = words.strip()
    if not words and not empty:
        raise NothingToSay(NothingToSay.__doc__)
    if len(words) > LONGEST:
        raise TooLong(TooLong.__doc__)
    fields.refuse_blanks(words)
    return words


def said(
    session: Session,
    case: Case,
    body: str,
    bubbles: Sequence[outbox.Bubble],
    *,
    actor: Actor,
    now: datetime,
    confidential: bool = True,
    point: ContactPoint | None = None,
    agency: Member | None = None,
) -> outbox.Outgoing:
    """Put a reply into the outbox; the waiting clock stops. That an agency spoke does not put the owner into the room."""
    outgoing = outbox.say(
        session,
        point or point_of(session, case),
        body=body,
        bubbles=bubbles,
        author=Author.STAFF,
        staff_id=actor.staff_id,
        confidential=confidential,
        now=now,
    )
    if agency is None:
        answered(case, now=now)
    else:
        case.waiting_since = None
        voices.news(case, agency, actor=actor, now=now)
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


def _sender(session: Session, case: Case, speaker: Speaker | None, actor: Actor) -> str:
    return speaking.name(session, case, speaker or speaking.usual(session, case, actor=actor), actor=actor)


def _choices(written: Sequence[str]) -> list[str]:
    choices = [" ".join(choice.split()) for choice in written if choice.strip()]
    if not FEWEST <= len(choices) <= MOST:
        raise ChoicesNeeded(ChoicesNeeded.__doc__)
    if any(len(choice) > LABEL or len(choice.encode()) > LABEL_BYTES for choice in choices):
        raise ChoiceTooLong(ChoiceTooLong.__doc__)
    if len(set(choices)) < len(choices):
        raise SameChoice(SameChoice.__doc__)
    return choices
