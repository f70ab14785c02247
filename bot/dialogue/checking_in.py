"""The agreed question how somebody is, and what is said to a button under it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.conversations import of_point
from bot.dialogue import reading
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from bot.reply import Choice, Reply, text, to_json
from bot.texts import Texts
from handoff import cases, outbox
from handoff.cases import Case
from handoff.contacts import ContactPoint
from handoff.outbox import Outgoing
from handoff.transcript import Author, Kind
from resources.desks import Desk

_STEP: Final = "checking_in"
_LABEL: Final = 20
_CHOICES: Final = {
    "fine": "check_in.choice.fine", "talk": "check_in.choice.talk", "later": "check_in.choice.later",
}  # fmt: skip


def ask(session: Session, point: ContactPoint, now: datetime, *, texts: Texts) -> Outgoing:
    """Ask how somebody is; it is said even when another answer of the machine follows."""
    register = of_point(session, point, now=now).register

    def words(key: str, most: int = 0) -> str:
        said, abroad = texts.say(key, register), texts.abroad(point.language, key)
        if abroad is None:
            return said
        both = f"{abroad} {said}" if most else f"{abroad}\n{said}"
        return both if not most or len(both) <= most else abroad

    choices = [Choice(words(key, _LABEL), f"{_STEP}:{what}") for what, key in _CHOICES.items()]
    question = words("check_in.ask")
    told = f"{question}\n［{'］［'.join(choice.label for choice in choices)}］"
    return outbox.say(
        session, point, body=to_json(text(question, choices)), bubbles=[outbox.Bubble(Kind.TEXT, told)], author=Author.BOT,
        lasting=True, now=now,
    )  # fmt: skip


def answered(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Thank for the sign; who wants to talk waits for a person, anybody else for nobody. None for any other message."""
    step, _, what = said.data.partition(":")
    if step != _STEP or what not in _CHOICES:
        return None
    case = cases.open_of(turn.session, turn.contact.id)
    if what != "talk" and case is not None and case.owner_id is not None and case.waiting_since == turn.now:
        case.waiting_since = None
    return Next(_answer(turn, what, case), replace(memory, asked=""))


def _answer(turn: Turn, what: str, case: Case | None) -> Reply:
    if what == "fine":
        return turn.reply(turn.says("check_in.fine"))
    if what == "later":
        return turn.reply(turn.says("check_in.later"))
    desk = turn.session.get(Desk, case.desk_id) if case is not None and case.desk_id else None
    return turn.reply(turn.says("check_in.talk"), reading.when(turn, desk))
