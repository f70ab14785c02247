"""What a resident in danger is told when everybody was alerted and nobody answered: the truth, and who answers now."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.base import Act, Heard
from bot.conversations import find
from bot.dialogue import memory, plans
from bot.dialogue.turn import Tools, Turn
from bot.reply import Bubble, Reply, to_json
from handoff import accounts, outbox
from handoff.accounts import Platform
from handoff.cases import Case
from handoff.contacts import Contact, ContactPoint
from handoff.outbox import Outgoing
from handoff.transcript import Author, Kind
from resources.db import database_clock
from resources.places import Municipality

# Dangers in which a message of our own accord could be read by the one who does harm.
_QUIET: Final = frozenset({"dv", "sexual_violence"})
# Until the person's own next word: longer than anybody's case stays open.
_UNTIL_THEIR_WORD: Final = timedelta(days=3650)
_SEEN_ONLY_WHEN_OPENED: Final = (Platform.BROWSER, Platform.TERMINAL)


def tell(session: Session, case: Case, *, tools: Tools, now: datetime) -> uuid.UUID | None:
    """Say once that nobody has answered; where nothing may be pushed it waits for the person's next word."""
    turn = _turn(session, case, tools, now)
    if turn is None:
        return None
    waits = _waits(case, turn.contact) and turn.account.platform not in _SEEN_ONLY_WHEN_OPENED
    bubbles = _bubbles(turn, case, waits=waits)
    said = outbox.say(
        session, turn.point, body=to_json(Reply(bubbles, crisis=True)),
        bubbles=[outbox.Bubble(Kind.TEXT, bubble.words) for bubble in bubbles],
        author=Author.BOT, now=now, crisis=True, lasting=True,
    )  # fmt: skip
    if waits:
        _hold(session, said)
    return said.id


def _bubbles(turn: Turn, case: Case, *, waits: bool) -> tuple[Bubble, ...]:
    known = memory.recall(turn)
    plan = plans.by_name(known.plan) if known.plan else plans.choose(case.crisis or "", None, minor=known.minor)
    first = turn.says("urgent.unanswered")
    if plan.asks == "screen":
        # The person has not yet said that the screen is theirs alone.
        return (first,)
    if waits or not plan.lines:
        # Read at an hour nobody knows: only numbers that are right at every hour.
        return first, turn.says("urgent.no_lines")
    return first, plans.contacts(turn, plan, minor=known.minor)


def _waits(case: Case, contact: Contact) -> bool:
    return bool(contact.device_watched or contact.pushes_stopped_at is not None or _QUIET & {case.crisis, *case.crises})


def _hold(session: Session, said: Outgoing) -> None:
    said.not_before, said.reason = database_clock(session) + _UNTIL_THEIR_WORD, "no_push"


def _turn(session: Session, case: Case, tools: Tools, now: datetime) -> Turn | None:
    point = session.scalars(select(ContactPoint).where(ContactPoint.id == case.point_id)).first()
    conversation = find(session, point) if point is not None else None
    if point is None or conversation is None or not point.reachable:
        return None
    contact = session.scalars(select(Contact).where(Contact.id == case.contact_id)).one()
    return Turn(
        session=session, account=accounts.by_id(session, point.account_id), point=point, contact=contact,
        conversation=conversation, heard=Heard(Act.NOTHING), message=None, now=now,
        town=session.get_one(Municipality, case.custodian), presence=None, tools=tools,
    )  # fmt: skip
